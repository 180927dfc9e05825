#include "store/migrations.hpp"

#include "model/digest.hpp"
#include "store/database_url.hpp"
#include "store/sql.hpp"

#include <algorithm>
#include <map>
#include <memory>

namespace listingd::store {

namespace {

/// Held by one transaction at a time, so that instances starting together apply each migration once. Any number of
/// ours.
constexpr auto take_turn = "select pg_advisory_xact_lock(7308620142)";

bool ledger_exists(pqxx::work& work) {
  return flag(query(work, "select to_regclass('schema_migration') is not null")[0][0]);
}

std::map<std::string, std::string> applied(pqxx::work& work) {
  std::map<std::string, std::string> out;
  if (!ledger_exists(work)) return out;
  for (const auto& row : query(work, "select name, checksum from schema_migration"))
    out.emplace(text(row["name"]), text(row["checksum"]));
  return out;
}

result<std::vector<const migration*>> missing(pqxx::work& work, const std::vector<migration>& all) {
  if (const auto encoding = text(query(work, "select current_setting('server_encoding')")[0][0]); encoding != "UTF8")
    return our_bug("database", "database_encoding",
                   "the database's encoding is " + encoding + "; create it with encoding 'UTF8'");
  const auto done = applied(work);
  std::vector<const migration*> out;
  for (const auto& [name, checksum] : done) {
    const auto known = std::ranges::find(all, name, &migration::name);
    if (known == all.end())
      return our_bug("migration " + name, "database_newer",
                     "the database is newer than this binary: it has a migration that this binary does not know; "
                     "install the newer listingd or restore the older database");
    if (sha256_hex(known->text) != checksum)
      return our_bug("migration " + name, "migration_changed",
                     "the text of an applied migration differs from what was applied; never edit one, add a new one");
  }
  for (const auto& one : all)
    if (!done.contains(one.name)) out.push_back(&one);
  return out;
}

/// Applies the first that is missing; empty when none is.
result<std::string> apply_next(pqxx::connection& connection, const std::vector<migration>& all) {
  pqxx::work work(connection);
  unbound(work);
  query(work, take_turn);
  const auto todo = missing(work, all);
  if (!todo) return std::unexpected(todo.error());
  if (todo->empty()) return std::string{};
  const auto& one = *todo->front();
  if (!ledger_exists(work))
    query(work, "create table schema_migration (name text primary key, checksum text not null, "
                "applied_at timestamptz not null default now())");
  work.exec(one.text);
  query(work, "insert into schema_migration (name, checksum) values ($1, $2)",
        args().text(one.name).text(sha256_hex(one.text)));
  work.commit();
  return one.name;
}

result<std::unique_ptr<pqxx::connection>> reached(const std::string& url) {
  if (const auto fine = check_url(url); !fine) return std::unexpected(fine.error());
  try {
    return open_connection(url);
  } catch (const pqxx::failure& problem) {
    return try_again("", "database_unreachable", std::string("the database cannot be reached: ") + problem.what());
  }
}

} // namespace

result<std::vector<std::string>> migrate(const std::string& url, const std::vector<migration>& all, bool apply) {
  const auto opened = reached(url);
  if (!opened) return std::unexpected(opened.error());
  const auto& connection = *opened;
  std::vector<std::string> names;
  if (!apply) {
    pqxx::work work(*connection);
    const auto todo = missing(work, all);
    if (!todo) return std::unexpected(todo.error());
    for (const auto* one : *todo) names.push_back(one->name);
    return names;
  }
  for (;;) {
    auto next = apply_next(*connection, all);
    if (!next) return std::unexpected(next.error());
    if (next->empty()) return names;
    names.push_back(std::move(*next));
  }
}

result<void> check_schema(const std::string& url, const std::vector<migration>& all) {
  const auto todo = migrate(url, all, false);
  if (!todo) return std::unexpected(todo.error());
  if (todo->empty()) return {};
  return std::unexpected(
      error{.kind = error_kind::needs_human,
            .message = "the database has no listingd schema yet (or an older one); run: listingd migrate"});
}

} // namespace listingd::store
