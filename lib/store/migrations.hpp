// Brings a database to the schema this binary was built for. Called by `listingd migrate` and, when configured, at
// start.
#pragma once

#include "model/error.hpp"

#include <string>
#include <vector>

namespace listingd::store {

struct migration {
  std::string name; ///< file name without .sql; order is by name
  std::string text;
};

/// migrations/*.sql, embedded by the build.
[[nodiscard]] const std::vector<migration>& embedded_migrations();

/// Applies what is missing, in order, each in its own transaction, all under an advisory lock so that instances
/// starting together do not race. Returns the names applied. Refused (kind bug): migration_changed when a stored
/// checksum differs from the embedded text, database_newer when the database knows a migration that this binary
/// does not, database_encoding when the database is not UTF-8; (kind retry) database_unreachable; (needs_human)
/// database_url. With `apply` false only says what would be done.
[[nodiscard]] result<std::vector<std::string>> migrate(const std::string& url, const std::vector<migration>& all,
                                                       bool apply = true);

/// For those who do not migrate: refused as above, and (kind needs_human) when a migration has not been applied yet.
[[nodiscard]] result<void> check_schema(const std::string& url, const std::vector<migration>& all);

} // namespace listingd::store
