// A connection to the PIM's database whose statements have been checked. Made and used by postgres.cpp; the readers
// (postgres_log, postgres_keyset) ask through it. Blocks.
#pragma once

#include "pim/postgres.hpp"
#include "pim/pq.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace listingd::pim {

/// The statements of the configuration.
enum class postgres_query { changes, full, keys, record, count };
[[nodiscard]] std::string_view name_of(postgres_query which); ///< the option: "changes_sql"
[[nodiscard]] const std::string& sql_of(postgres_query which, const postgres_options& options);

/// What is wrong with the answer to a statement, as an error that names its option.
[[nodiscard]] std::unexpected<error> wrong_answer(const postgres_options& options, postgres_query which,
                                                  std::string message);

/// What a page tells when its cursor did not lead on.
[[nodiscard]] error began_again(const postgres_options& options, const std::string& why);

class postgres_session {
public:
  /// Connects and checks every statement that is configured. Errors as of pq::connection; a statement that is not what
  /// its option asks for is needs_human/wrong_sql.
  [[nodiscard]] static result<std::unique_ptr<postgres_session>> open(const postgres_options& options);

  /// One snapshot, read-only, until end(). After an error of anything the session is not used again.
  [[nodiscard]] result<void> begin();
  [[nodiscard]] result<void> end();

  /// Asks a configured statement, for a page.
  [[nodiscard]] result<pq::answer> ask(postgres_query which, const std::vector<pq::text>& values);
  /// Asks something of our own.
  [[nodiscard]] result<pq::answer> ask(const std::string& sql, const std::vector<pq::text>& values);

  /// count_sql's number; nothing when there is none.
  [[nodiscard]] result<std::optional<std::int64_t>> count();

  [[nodiscard]] bool has_xid() const { return has_xid_; } ///< the log tells its transactions
  [[nodiscard]] bool has_id() const { return has_id_; }   ///< the keyset's id is a column of its own

private:
  postgres_session(pq::connection database, const postgres_options& options)
      : database_(std::move(database)), options_(options) {}
  [[nodiscard]] result<void> check();
  template <class Question>
  [[nodiscard]] auto watched(const std::string& what, Question question);

  pq::connection database_;
  const postgres_options& options_;
  bool has_xid_ = false, has_id_ = false;
};

} // namespace listingd::pim
