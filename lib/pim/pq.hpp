// libpq as the source kind `postgres` needs it: a connection that closes itself, questions with a deadline, answers
// that end at a bound, errors classified once. Blocks its thread, so it is for the pool. No error repeats any of the
// URL.
#pragma once

#include "model/clock.hpp"
#include "model/error.hpp"
#include "model/secret.hpp"

#include <chrono>
#include <libpq-fe.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace listingd::pim::pq {

using text = std::optional<std::string>; ///< a value in PostgreSQL's text form; nothing = null

struct answer {
  std::vector<std::string> columns;
  std::vector<std::vector<text>> rows;
  bool cut = false; ///< there were more rows than the bounds allow

  /// Null also when there is no such column.
  [[nodiscard]] const text& at(std::size_t row, std::string_view column) const;
};

/// An answer ends after so many rows, or with the row that passes so many bytes; what follows is thrown away unread.
struct bounds {
  std::size_t rows = 1'000;
  std::size_t bytes = 8'000'000;
};

/// What a statement takes and gives, as the server understood it.
struct description {
  struct column {
    std::string name;
    Oid type = 0;
  };
  int parameters = 0;
  std::vector<column> columns;

  [[nodiscard]] const column* find(std::string_view name) const;
};

/// How long is waited: for each host to connect, and for the server to answer a statement.
struct patience {
  duration connect{10'000};
  duration statement{30'000};
};

/// Every error has `where` as its place. retry: the connection is lost (database_lost, also when it cannot be had:
/// database_unreachable), the server did not answer in time (timeout), or says that it may go better later.
/// needs_human: the URL (database_url), what the server refuses to let in (database_refused), and what is wrong with
/// the statement, with the server's own words and its SQLSTATE as code. After an error the connection is not used
/// again.
class connection {
public:
  [[nodiscard]] static result<connection> open(const secret& url, patience limits, const std::string& where);

  /// One statement with its parameters.
  [[nodiscard]] result<answer> ask(const std::string& sql, const std::vector<text>& values, bounds most,
                                   const std::string& where);
  /// Several statements without an answer.
  [[nodiscard]] result<void> run(const std::string& sql, const std::string& where);
  /// Prepares one statement without running it.
  [[nodiscard]] result<description> describe(const std::string& sql, const std::string& where);

private:
  struct closing {
    void operator()(PGconn* handle) const { PQfinish(handle); }
    void operator()(PGresult* handle) const { PQclear(handle); }
  };
  using result_handle = std::unique_ptr<PGresult, closing>;
  using deadline = std::chrono::steady_clock::time_point;

  connection(PGconn* handle, patience limits) : handle_(handle), limits_(limits) {}
  [[nodiscard]] deadline due() const;
  [[nodiscard]] std::unexpected<error> lost(const std::string& where) const;
  [[nodiscard]] result<result_handle> next(deadline until, const std::string& where);
  [[nodiscard]] result<result_handle> last(const std::string& where);

  std::unique_ptr<PGconn, closing> handle_;
  patience limits_;
};

} // namespace listingd::pim::pq
