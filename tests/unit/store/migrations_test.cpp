#include "store/migrations.hpp"

#include "stage.hpp"

#include <future>

namespace listingd::store::test {

namespace {

std::string empty_database(const std::string& options = "") {
  return listingd::test::cluster::shared().empty_database(options);
}

std::string ask(const std::string& url, const std::string& sql) {
  pqxx::connection connection(url);
  pqxx::nontransaction work(connection);
  return work.exec(sql)[0][0].c_str();
}

const std::vector<migration> two{{"0001_first", "create table one (id int); create table two (id int)"},
                                 {"0002_second", "alter table one add column name text"}};

} // namespace

TEST_CASE("a fresh database gets every migration once") {
  const auto url = empty_database();
  const auto first = migrate(url, embedded_migrations());
  REQUIRE(first);
  CHECK(first->size() == embedded_migrations().size());
  CHECK(first->front() == "0001_initial");
  CHECK(ask(url, "select count(*) from listing") == "0");

  const auto again = migrate(url, embedded_migrations());
  REQUIRE(again);
  CHECK(again->empty());
}

TEST_CASE("only what is missing is applied, in order") {
  const auto url = empty_database();
  REQUIRE(migrate(url, {two[0]}));
  const auto more = migrate(url, two);
  REQUIRE(more);
  CHECK(*more == std::vector<std::string>{"0002_second"});
  CHECK(ask(url, "select count(name) from one") == "0");
}

TEST_CASE("asked what it would do, migrate does nothing") {
  const auto url = empty_database();
  const auto would = migrate(url, two, false);
  REQUIRE(would);
  CHECK(*would == std::vector<std::string>{"0001_first", "0002_second"});
  CHECK(ask(url, "select count(*) from pg_tables where schemaname = 'public'") == "0");
}

TEST_CASE("a migration that changed after it was applied is refused") {
  const auto url = empty_database();
  REQUIRE(migrate(url, two));
  auto changed = two;
  changed[0].text += " -- edited";
  changed.push_back({"0003_third", "create table three (id int)"});
  const auto refused = migrate(url, changed);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "migration_changed");
  CHECK(refused.error().text().find("0001_first") != std::string::npos);
  CHECK(ask(url, "select count(*) from schema_migration") == "2");
}

TEST_CASE("a database newer than the binary is refused") {
  const auto url = empty_database();
  REQUIRE(migrate(url, two));
  const auto refused = migrate(url, {two[0]});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "database_newer");
  CHECK(refused.error().text().find("0002_second") != std::string::npos);
}

TEST_CASE("the schema is checked without touching it: missing, older, newer, changed, as it should be") {
  const auto url = empty_database();
  const auto none = check_schema(url, two);
  REQUIRE_FALSE(none);
  CHECK(none.error().text() == "the database has no listingd schema yet (or an older one); run: listingd migrate");
  REQUIRE(migrate(url, {two[0]}));
  CHECK(check_schema(url, {two[0]}));
  CHECK_FALSE(check_schema(url, two));
  REQUIRE(migrate(url, two));
  const auto newer = check_schema(url, {two[0]});
  REQUIRE_FALSE(newer);
  CHECK(newer.error().code == "database_newer");
  auto changed = two;
  changed[1].text += " -- edited";
  const auto refused = check_schema(url, changed);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "migration_changed");
}

TEST_CASE("a database that does not answer is told in one line") {
  const auto refused = migrate("host=/nowhere dbname=listingd", two);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == error_kind::retry);
  CHECK(refused.error().text().starts_with("the database cannot be reached: "));
  CHECK(refused.error().text().find('\n') == std::string::npos);
}

TEST_CASE("a database that is not UTF-8 is refused before anything is made in it") {
  const auto url = empty_database("encoding 'LATIN1' locale 'C' template template0");
  const auto refused = migrate(url, two);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "database_encoding");
  CHECK(ask(url, "select count(*) from pg_tables where schemaname = 'public'") == "0");
}

TEST_CASE("a migration that fails leaves nothing of itself and all of those before") {
  const auto url = empty_database();
  auto broken = two;
  broken.push_back({"0003_third", "create table three (id int); select 1/0"});
  CHECK_THROWS_AS(migrate(url, broken).has_value(), pqxx::sql_error);
  CHECK(ask(url, "select count(*) from schema_migration") == "2");
  CHECK(ask(url, "select to_regclass('three') is null") == "t");
}

TEST_CASE("instances that start together apply each migration once") {
  const auto url = empty_database();
  std::vector<migration> many;
  many.reserve(20);
  for (int i = 10; i < 30; ++i)
    many.push_back({"00" + std::to_string(i), "create table t" + std::to_string(i) + " (id int)"});
  std::vector<std::future<result<std::vector<std::string>>>> instances;
  instances.reserve(3);
  for (int i = 0; i < 3; ++i) instances.push_back(std::async(std::launch::async, [&] { return migrate(url, many); }));
  std::size_t applied = 0;
  for (auto& one : instances) {
    const auto names = one.get();
    REQUIRE(names);
    applied += names->size();
  }
  CHECK(applied == many.size());
}

} // namespace listingd::store::test
