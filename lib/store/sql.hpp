// The one place that knows which libpqxx there is (6.4 on Debian 12, 7.x on Debian 13), and how our values travel: all
// parameters as text with casts in the SQL, times as milliseconds through ms() and from_ms(), bytes as hex. Texts and
// JSON are cleaned on the way (clean.hpp).
#pragma once

#include "model/clock.hpp"
#include "model/json.hpp"
#include "store/clean.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

namespace listingd::store {

/// Parameters of one statement, $1 first.
class args {
public:
  args& text(std::string_view value) { return put(clean_text(value)); }
  args& number(std::int64_t value) { return put(std::to_string(value)); }
  args& number_or_null(std::optional<std::int64_t> value) { return value ? number(*value) : put(std::nullopt); }
  args& flag(bool value) { return put(value ? "true" : "false"); }
  args& at(instant value) { return number(value.time_since_epoch().count()); }
  args& at(std::optional<instant> value) { return value ? at(*value) : put(std::nullopt); }
  args& json(const boost::json::value& value) { return put(clean_json(boost::json::serialize(value))); }
  args& json_or_null(const std::optional<boost::json::value>& value) {
    return value ? json(*value) : put(std::nullopt);
  }
  /// For $n::bytea.
  args& bytes(std::string_view value);
  args& bytes_or_null(const std::optional<std::string>& value) { return value ? bytes(*value) : put(std::nullopt); }
  /// For $n::text[].
  args& list(const std::vector<std::string>& values);

private:
  friend pqxx::result query(pqxx::work&, const std::string&, const args&);
  args& put(std::optional<std::string> value) {
    values_.push_back(std::move(value));
    return *this;
  }
  std::vector<std::optional<std::string>> values_;
};

/// Runs one statement with its parameters.
pqxx::result query(pqxx::work& work, const std::string& statement, const args& values = {});

/// A connection that never reconnects behind our back, speaks UTF-8, and gives up on a server that does not answer.
/// `url` as libpq takes it, key=value text or URI; what it says itself is left alone. Throws with one line that holds
/// no part of a malformed url.
[[nodiscard]] std::unique_ptr<pqxx::connection> open_connection(const std::string& url);

/// Bounds the time of this transaction's statements and waits for locks. Said in each transaction and not once in the
/// session, so that a pooler in transaction mode (pgbouncer) may stand between.
void bound(pqxx::work& work);
/// Lifts that again, for migrations.
void unbound(pqxx::work& work);

// Reading a field; absent ones (NULL) give the type's empty value.
[[nodiscard]] std::string text(const pqxx::field& field);
[[nodiscard]] std::int64_t number(const pqxx::field& field);
[[nodiscard]] bool flag(const pqxx::field& field);
[[nodiscard]] std::optional<instant> when(const pqxx::field& field); ///< of a column selected as ms(...)
[[nodiscard]] boost::json::value json_of(const pqxx::field& field);
[[nodiscard]] std::string bytes(const pqxx::field& field);

} // namespace listingd::store
