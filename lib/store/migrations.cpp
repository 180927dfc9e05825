#include "store/migrations.hpp"

#include "model/digest.hpp"
#include "store/sql.hpp"

#include <algorithm>
#include <map>

namespace listingd::store {

namespace {

constexpr auto lock_number = "7308620142"; // any number of our own

std::map<std::string, std::string> applied(pqxx::work& work) {
  std::map<std::string, std::string> out;
  for (const auto& row : query(work, "select name, checksum from schema_migration"))
    out.emplace(text(row["name"]), text(row["checksum"]));
  return out;
}

result<std::vector<const migration*>> missing(const std::map<std::string, std::string>& done,
                                              const std::vector<migration>& all) {
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

} // namespace

result<std::vector<std::string>> migrate(const std::string& url, const std::vector<migration>& all, bool apply) {
  const auto connection = open_connection(url);
  {
    pqxx::work work(*connection);
    query(work, "set statement_timeout = 0");
    query(work, "set lock_timeout = 0");
    query(work, std::string("select pg_advisory_lock(") + lock_number + ")"); // released when the connection closes
    query(work, "create table if not exists schema_migration (name text primary key, checksum text not null, "
                "applied_at timestamptz not null default now())");
    work.commit();
  }
  std::vector<std::string> names;
  pqxx::work reading(*connection);
  const auto todo = missing(applied(reading), all);
  reading.commit();
  if (!todo) return std::unexpected(todo.error());
  for (const auto* one : *todo) {
    names.push_back(one->name);
    if (!apply) continue;
    pqxx::work work(*connection);
    work.exec(one->text);
    query(work, "insert into schema_migration (name, checksum) values ($1, $2)",
          args().text(one->name).text(sha256_hex(one->text)));
    work.commit();
  }
  return names;
}

} // namespace listingd::store
