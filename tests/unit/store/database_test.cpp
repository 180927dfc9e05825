#include "stage.hpp"

#include "store/database.hpp"

// libpqxx 6.4 loses the last answer of a connection that died; the leak check of the address sanitizer must not count
// it. NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming): the name is the sanitizer's.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libpqxx-6.4\n";
}
// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)

namespace listingd::store::test {

namespace {

const std::string kill_others = "select pg_terminate_backend(pid) from pg_stat_activity "
                                "where datname = current_database() and pid <> pg_backend_pid()";

/// Text that no PostgreSQL takes as it is.
const std::string odd("T\xc3\xa4sse \x00 \xff\xc3", 11);
const std::string odd_stored = "T\xc3\xa4sse \xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd";

} // namespace

TEST_CASE("a connection that was cut is replaced without anybody noticing") {
  stage at;
  at.take_in({at.item("tee")});
  at.ask(kill_others);
  const auto held = at.claim();
  REQUIRE(held);
  at.ask(kill_others);
  CHECK(run(at.db->record(*held, at.outcome(*held), noon)));
}

TEST_CASE("a transaction whose connection is cut in the middle runs once more, whole") {
  stage at;
  database db(at.url, 1);
  int runs = 0;
  run(db.transact([&](pqxx::work& work) {
    query(work, "insert into consent_state (state, app, expires_at) values ('s', 'row', now())");
    if (++runs == 1) at.ask(kill_others);
    query(work, "insert into consent_state (state, app, expires_at) values ('t', 'row', now())");
  }));
  CHECK(runs == 2);
  CHECK(at.ask("select count(*) from consent_state") == "2");
}

TEST_CASE("a connection that is cut again and again is an error, and the next call starts anew") {
  stage at;
  database db(at.url, 1);
  int runs = 0;
  CHECK_THROWS(run(db.transact([&](pqxx::work& work) {
    ++runs;
    at.ask(kill_others);
    query(work, "select 1");
  })));
  CHECK(runs == 2);
  CHECK(run(db.transact([](pqxx::work& work) { return number(query(work, "select 1")[0][0]); })) == 1);
}

TEST_CASE("deadlocks and serialization failures are tried three times, other errors once") {
  stage at;
  database db(at.url, 1);
  const auto failing = [&](const std::string& sqlstate) {
    int runs = 0;
    CHECK_THROWS_AS(run(db.transact([&](pqxx::work& work) {
                      ++runs;
                      query(work, "do $$ begin raise exception 'no' using errcode = '" + sqlstate + "'; end $$");
                    })),
                    std::exception);
    return runs;
  };
  CHECK(failing("40001") == 3);
  CHECK(failing("40P01") == 3);
  CHECK(failing("23505") == 1);
  CHECK(run(db.transact([](pqxx::work& work) { return number(query(work, "select 7")[0][0]); })) == 7);
}

TEST_CASE("a transaction that throws is rolled back") {
  stage at;
  database db(at.url, 1);
  CHECK_THROWS_AS(run(db.transact([&](pqxx::work& work) {
                    query(work, "insert into consent_state (state, app, expires_at) values ('s', 'row', now())");
                    throw std::runtime_error("changed my mind");
                  })),
                  std::runtime_error);
  CHECK(at.ask("select count(*) from consent_state") == "0");
}

TEST_CASE("every transaction is bounded in time, and speaks UTF-8") {
  stage at;
  database db(at.url, 1);
  const auto setting = [&](const std::string& name) {
    return run(db.transact([&](pqxx::work& work) { return text(query(work, "show " + name)[0][0]); }));
  };
  CHECK(setting("statement_timeout") == "1min");
  CHECK(setting("lock_timeout") == "20s");
  CHECK(setting("client_encoding") == "UTF8");
  CHECK(setting("application_name") == "listingd");
}

TEST_CASE("both forms of URL are taken, and what they say themselves is left alone") {
  stage at;
  for (const std::string more : {"", "&application_name=mine"}) {
    database db(at.url + more, 1);
    CHECK(run(db.transact([](pqxx::work& work) { return text(query(work, "show application_name")[0][0]); })) ==
          (more.empty() ? "listingd" : "mine"));
  }
  const auto host = at.ask("show unix_socket_directories");
  database db("host=" + host + " port=5432 user=listingd dbname=" + at.ask("select current_database()"), 1);
  CHECK(run(db.transact([](pqxx::work& work) { return number(query(work, "select 1")[0][0]); })) == 1);
}

TEST_CASE("one thread serves stores of different databases") {
  stage one;
  stage two;
  one.take_in({one.item("tee")});
  database first(one.url, 1);
  database second(two.url, 1);
  const auto products = [](pqxx::work& work) { return number(query(work, "select count(*) from product")[0][0]); };
  CHECK(run(first.transact(products)) == 1);
  CHECK(run(second.transact(products)) == 0);
  CHECK(run(first.transact(products)) == 1);
}

TEST_CASE("foreign text never breaks the transaction that reports it") {
  stage at;
  auto held = at.held("tee");
  auto out = at.outcome(held);
  out.state.reason = odd;
  out.state.raw_status = odd;
  out.state.observed = {{"title", odd}};
  out.notes = {{.who = "tiktok", .event = "rejected", .message = odd, .evidence = boost::json::object{{"text", odd}}}};
  out.review = {{.origin = violation_origin::review,
                 .klass = "title",
                 .code = "review",
                 .position = odd,
                 .reason = odd,
                 .suggestion = odd,
                 .who = actor::product_team,
                 .evidence = boost::json::object{{"text", odd}}}};
  out.skus = {{variant_key(odd), seller_sku("\"quoted\\" + odd), sku_id()}};
  REQUIRE(run(at.db->record(held, out, noon)));
  const auto row = run(at.db->status(us)).at(0);
  CHECK(row.state.reason == odd_stored);
  CHECK(text_of(row.state.observed.at("title")) == odd_stored);
  CHECK(row.seller_skus.at(0) == "\"quoted\\" + odd_stored);
  CHECK(run(at.db->violations(false)).at(0).what.reason == odd_stored);
  CHECK(text_at(run(at.db->notes_about(product_key("tee"))).back().evidence, "text") == odd_stored);
  CHECK_FALSE(run(at.db->sku_taken(at.ref("x"), {seller_sku(odd)})));
}

TEST_CASE("a record or key with such text is taken in") {
  stage at;
  const boost::json::value payload{{"key", "k"}, {"name", odd}};
  at.take_in({{.key = product_key(odd), .payload = payload, .digest = "d"}});
  const auto held = at.claim();
  REQUIRE(held);
  CHECK(text_at(*held->payload, "name") == odd_stored);
  CHECK(run(at.db->record(*held, at.outcome(*held), noon)));
  run(at.db->source_failed(pim, odd, noon));
  run(at.db->event_done(1, odd, noon));
}

} // namespace listingd::store::test
