// What both shapes share: what is told of wrong SQL and of trouble, keys and single products, media, connections.
#include "postgres_rig.hpp"

#include <csignal>
#include <set>

namespace listingd::pim {

using namespace test;

namespace {

struct mistake {
  const char* name;
  void (*make)(postgres_options& options);
  std::string told;
};

const mistake mistakes[] = {
    {"too few parameters", [](auto& o) { o.changes_sql = "select * from item_change"; },
     "source pim: changes_sql: has 0 parameters; it must have 3 ($1 xid, $2 seq, $3 limit), or 2 ($1 seq, $2 limit) "
     "(wrong_sql)"},
    {"too many",
     [](auto& o) { o.record_sql = "select record as payload from item_record where key = $1 and key > $2"; },
     "source pim: record_sql: has 2 parameters; it must have 1 ($1 key) (wrong_sql)"},
    {"no xid",
     [](auto& o) {
       o.changes_sql = "select seq, key, op, payload from item_change "
                       "where (xid, seq) > ($1, $2) order by xid, seq limit $3";
     },
     "source pim: changes_sql: does not give the column 'xid' (keep pg_current_xact_id() in the log; the 32 bits of "
     "xid "
     "repeat) (wrong_sql)"},
    {"the wrong xid",
     [](auto& o) {
       o.changes_sql = "select xmin as xid, seq, key, op, payload from item_change "
                       "where (xid, seq) > ($1, $2) order by item_change.xid, seq limit $3";
     },
     "source pim: changes_sql: gives 'xid' as xid; it must be xid8 or bigint (keep pg_current_xact_id() in the log; "
     "the "
     "32 bits of xid repeat) (wrong_sql)"},
    {"a payload that is text",
     [](auto& o) {
       o.record_sql = "select record::text as payload from item_record "
                      "where key = $1";
     },
     "source pim: record_sql: gives 'payload' as text; it must be json or jsonb (build it with jsonb_build_object) "
     "(wrong_sql)"},
    {"keys without a way to ask for one", [](auto& o) { o.record_sql.clear(); },
     "source pim: keys_sql: needs record_sql beside it, which tells whether a product is gone (wrong_sql)"},
    {"a keyset's form", [](auto& o) { o.shape = postgres_shape::keyset; },
     "source pim: changes_sql: does not give the column 'updated_at' (say its zone: select updated_at at time zone "
     "'UTC' as updated_at, and compare with $1::timestamptz at time zone 'UTC') (wrong_sql)"},
    {"a table that is not there", [](auto& o) { o.keys_sql = "select key from items where key > $1 limit $2"; },
     "source pim: keys_sql: relation \"items\" does not exist, at character 17 (42P01)"},
    {"no SQL", [](auto& o) { o.count_sql = "how many"; },
     "source pim: count_sql: syntax error at or near \"how\", at character 1 (42601)"},
    {"no number", [](auto& o) { o.count_sql = "select"; }, "source pim: count_sql: gives no column (wrong_sql)"},
    {"a number that is none", [](auto& o) { o.count_sql = "select 'many'"; },
     "source pim: count_sql: does not give a whole number (wrong_sql)"},
    {"two statements", [](auto& o) { o.count_sql = "select 1; select 2"; },
     "source pim: count_sql: cannot insert multiple commands into a prepared statement (42601)"},
};

} // namespace

TEST_CASE("a statement that is not what its option asks for is told before anything is read") {
  const auto& one = GENERATE(from_range(std::begin(mistakes), std::end(mistakes)));
  CAPTURE(one.name);
  postgres_rig at;
  at.options.full_sql = "select key, record as payload from item_record where key > $1 order by key limit $2";
  one.make(at.options);
  at.restart();
  const auto problem = at.problem();
  CHECK(problem.kind == error_kind::needs_human);
  CHECK(problem.text() == one.told);
}

TEST_CASE("a url that cannot be read, or is misread, is told without any of it") {
  postgres_rig at;
  at.options.url = secret(GENERATE(
      "postgresql://pim:top%secret@localhost/pim", "postgresql://pim:top/secret@localhost/pim",
      "postgresql://pim:12/topsecret@localhost/pim", "postgresql://pim:top@secret@localhost/pim",
      "host=localhost password='topsecret", "topsecret", "topsecret=1", "postgresql://pim:topsecret@[localhost/pim"));
  at.restart();
  const auto problem = at.problem();
  CHECK(problem.kind == error_kind::needs_human);
  CHECK(problem.code == "database_url");
  for (const auto* piece : {"top", "secret", "localhost", "pim:"})
    CHECK(problem.message.find(piece) == std::string::npos);
}

TEST_CASE("a database that cannot be reached is tried again, one that does not let us in is for a person") {
  postgres_rig at;
  SECTION("nobody there") {
    at.options.url = secret("postgresql:///pim?host=/nowhere&password=topsecret");
    at.restart();
    const auto problem = at.problem();
    CHECK(problem.kind == error_kind::retry);
    CHECK(problem.text() ==
          "source pim: the database cannot be reached: No such file or directory (database_unreachable)");
  }
  SECTION("no such role, named as the password") {
    at.options.url = secret(at.url + "&user=topsecret&password=topsecret");
    at.restart();
    const auto problem = at.problem();
    CHECK(problem.kind == error_kind::needs_human);
    CHECK(problem.text() ==
          "source pim: the database does not let us in: role \"***\" does not exist (database_refused)");
  }
  SECTION("the first of two hosts is dead") {
    at.options.url = secret("host=/nowhere," + at.pim.ask("show unix_socket_directories") +
                            " dbname=" + at.pim.ask("select current_database()") + " user=listingd");
    at.restart();
    at.pim.tell(at.change("shirt", 1));
    at.poll();
    CHECK(at.seen.contains("shirt"));
  }
}

TEST_CASE("a lock that is held for too long is trouble that passes") {
  postgres_rig at;
  at.options.statement_timeout = 200ms;
  at.restart();
  writer other(at.url);
  other.begin();
  other.tell("lock table item in access exclusive mode");
  const auto problem = at.problem();
  CHECK(problem.kind == error_kind::retry);
  CHECK(problem.code == "timeout");
  CHECK(problem.where.starts_with("source pim: "));
  other.commit();
  at.options.statement_timeout = 30s;
  at.restart();
  at.poll();
}

TEST_CASE("a server that hangs is left after a while") {
  postgres_rig at;
  at.options.statement_timeout = 300ms;
  at.options.connect_timeout = 300ms;
  int frozen = 0;
  at.options.watch = [&](std::string_view option, bool answered) {
    if (answered || option != "changes_sql") return;
    frozen = std::stoi(at.pim.ask("select pid from pg_stat_activity where application_name = 'listingd' and "
                                  "datname = current_database()"));
    ::kill(frozen, SIGSTOP);
  };
  at.restart();
  const auto problem = at.problem();
  REQUIRE(frozen > 0);
  ::kill(frozen, SIGCONT);
  CHECK(problem.kind == error_kind::retry);
  CHECK(problem.text() == "source pim: changes_sql: the database does not answer: it, or the network, hangs (timeout)");
}

TEST_CASE("a connection that is cut while it asks is an error; one that was cut while nobody used it is not") {
  postgres_rig at;
  const auto cut = [&] {
    at.pim.tell("select pg_terminate_backend(pid, 10000) from pg_stat_activity where application_name = 'listingd' and "
                "datname = current_database()");
  };
  bool now = false;
  at.options.watch = [&](std::string_view option, bool answered) {
    if (now && !answered && option == "changes_sql") cut();
  };
  at.restart();
  at.pim.tell(at.change("shirt", 1));
  at.poll();
  cut();
  at.pim.tell(at.change("mug", 1));
  at.poll();
  CHECK(at.seen.contains("mug"));
  now = true;
  const auto problem = at.problem();
  CHECK(problem.kind == error_kind::retry);
  CHECK(problem.text() == "source pim: changes_sql: terminating connection due to administrator command (57P01)");
  now = false;
  at.poll();
}

TEST_CASE("a connection is kept from one reading to the next, and each transaction ends") {
  postgres_rig at;
  at.poll();
  const std::string mine =
      " from pg_stat_activity where application_name = 'listingd' and datname = current_database()";
  const auto first = at.pim.ask("select pid" + mine);
  for (int i = 0; i < 5; ++i) at.poll();
  CHECK(at.pim.ask("select string_agg(pid::text, ' ')" + mine) == first);
  CHECK(at.pim.ask("select state" + mine) == "idle");
}

TEST_CASE("nothing that the SQL does can change the PIM's data") {
  postgres_rig at;
  at.pim.tell("create function sneak() returns bigint language plpgsql as $$ begin delete from item; return 1; end $$");
  at.pim.tell(at.change("shirt", 1));
  at.options.count_sql =
      GENERATE("with gone as (delete from item returning 1) select count(*) from gone", "select sneak()");
  at.options.full_sql = "select key, record as payload from item_record where key > $1 order by key limit $2";
  at.restart();
  const auto problem = at.problem();
  CHECK(problem.kind == error_kind::needs_human);
  CHECK(problem.where == "source pim: count_sql");
  CHECK(problem.message.ends_with("in a read-only transaction"));
  CHECK(problem.code == "25006");
  CHECK(at.pim.ask("select count(*) from item") == "1");
}

TEST_CASE("a lost permission is told by the option it concerns, and what it hides is not gone") {
  postgres_rig at;
  const auto reader = "reader_" + at.pim.ask("select current_database()");
  at.pim.tell("create role " + reader + " login; grant select on item, item_record, item_change to " + reader);
  at.pim.tell(at.change("shirt", 1));
  at.options.url = secret(at.url + "&user=" + reader);
  at.restart();
  at.poll();
  at.pim.tell("revoke select on item_record from " + reader);
  CHECK(at.problem().text() == "source pim: changes_sql: permission denied for view item_record (42501)");
  const auto gone = wait_for(at.source->is_gone(product_key("shirt")));
  REQUIRE_FALSE(gone);
  CHECK(gone.error().kind == error_kind::needs_human);
  at.pim.tell("grant select on item_record to " + reader);
  CHECK(wait_for(at.source->is_gone(product_key("shirt"))) == false);
}

TEST_CASE("what row security hides is an error when it is asked for, not gone") {
  postgres_rig at;
  const auto reader = "reader_" + at.pim.ask("select current_database()");
  at.pim.tell("create role " + reader + " login; grant select on item, item_change to " + reader);
  at.options.url = secret(at.url + "&user=" + reader);
  at.options.changes_sql = "select xid, seq, key, op, payload from item_change where (xid, seq) > ($1, $2) "
                           "order by xid, seq limit $3";
  at.options.record_sql = "select jsonb_build_object('key', key) as payload from item where key = $1";
  at.restart();
  at.pim.tell(at.change("shirt", 1));
  CHECK(wait_for(at.source->is_gone(product_key("shirt"))) == false);
  at.pim.tell("alter table item enable row level security");
  CHECK(wait_for(at.source->keys("")).value().keys.empty());
  const auto gone = wait_for(at.source->is_gone(product_key("shirt")));
  REQUIRE_FALSE(gone);
  CHECK(gone.error().text() ==
        "source pim: record_sql: query would be affected by row-level security policy for table \"item\" (42501)");
}

TEST_CASE("all keys are listed in pages") {
  postgres_rig at;
  std::set<std::string> expected, listed;
  for (int i = 0; i < 8; ++i) expected.insert("p " + std::to_string(i) + "\xC3\xA4'\"");
  for (const auto& key : expected) at.pim.tell("insert into item values ($key$" + key + "$key$, 1, now())");
  std::string cursor;
  int pages = 0;
  for (bool more = true; more; ++pages) {
    const auto page = wait_for(at.source->keys(cursor));
    REQUIRE(page);
    CHECK(page->read_started == at.time.now());
    for (const auto& key : page->keys) CHECK(listed.insert(key.text()).second);
    more = page->more;
    cursor = page->cursor;
  }
  CHECK(listed == expected);
  CHECK(pages == 3);
}

TEST_CASE("a listing of keys that does not go on is an error") {
  postgres_rig at;
  for (int i = 0; i < 8; ++i) at.pim.tell(at.change("p" + std::to_string(i), 1));
  at.options.keys_sql = "select key from item where $1::text is not null order by key limit $2";
  at.restart();
  auto page = wait_for(at.source->keys(""));
  REQUIRE(page);
  page = wait_for(at.source->keys(page->cursor));
  REQUIRE_FALSE(page);
  CHECK(page.error().text() ==
        "source pim: keys_sql: does not go on after the last key: it must be where key > $1 order "
        "by key (wrong_sql)");
}

TEST_CASE("one product is read as it is, or as a tombstone") {
  postgres_rig at;
  at.pim.tell(at.change("shirt", 3));
  at.pim.tell(at.change("soft", 1));
  at.pim.tell("update item set deleted_at = now() where key = 'soft'");
  const auto read = [&](const char* key) { return wait_for(at.source->read_one(product_key(key))).value(); };
  CHECK(text_at(read("shirt").payload, "revision") == "3");
  CHECK_FALSE(read("shirt").deleted);
  CHECK(read("soft").deleted);
  CHECK(read("never").deleted);
  CHECK(read("never").key == product_key("never"));
  CHECK(wait_for(at.source->is_gone(product_key("never"))) == true);
  CHECK(wait_for(at.source->is_gone(product_key("soft"))) == true);
  CHECK(wait_for(at.source->is_gone(product_key("shirt"))) == false);
}

TEST_CASE("a record that is no use is not gone") {
  postgres_rig at;
  at.options.record_sql = "select null::jsonb as payload from item where key = $1";
  at.restart();
  at.pim.tell(at.change("shirt", 1));
  CHECK(wait_for(at.source->is_gone(product_key("shirt"))) == false);
  const auto item = wait_for(at.source->read_one(product_key("shirt")));
  REQUIRE_FALSE(item);
  CHECK(item.error().code == "payload_missing");
}

TEST_CASE("what the source is able to do follows from what is configured") {
  postgres_rig at;
  auto able = at.source->abilities();
  CHECK_FALSE(able.rereads); // a log that may be incomplete
  CHECK(able.lists_keys);
  CHECK(able.reads_one);
  at.options.complete_log = true;
  at.options.keys_sql.clear();
  at.options.record_sql.clear();
  at.restart();
  able = at.source->abilities();
  CHECK(able.rereads);
  CHECK_FALSE(able.lists_keys);
  CHECK_FALSE(able.reads_one);
  CHECK(wait_for(at.source->keys("")).error().code == "unsupported");
  CHECK(wait_for(at.source->is_gone(product_key("a"))).error().code == "unsupported");
  CHECK(wait_for(at.source->read_one(product_key("a"))).error().code == "unsupported");
  at.options.complete_log = false;
  at.options.shape = postgres_shape::keyset;
  at.restart();
  CHECK(at.source->abilities().rereads);
}

TEST_CASE("media are URLs only") {
  postgres_rig at;
  std::string asked;
  result<net::http_response> answer =
      net::http_response{.status = 200, .headers = {{"ETag", "\"1\""}}, .body = "bytes"};
  at.options.fetch = [&](std::string url, std::string validator) -> task<result<net::http_response>> {
    asked = url + " " + validator;
    co_return answer;
  };
  at.restart();
  const auto fetch = [&](const char* ref) { return wait_for(at.source->fetch_media(ref, "\"0\"")); };
  const auto got = fetch("https://cdn.example.com/a.jpg?signature=topsecret");
  REQUIRE(got);
  CHECK(got->bytes == "bytes");
  CHECK(got->validator == "\"1\"");
  CHECK(asked == "https://cdn.example.com/a.jpg?signature=topsecret \"0\"");
  answer = net::http_response{.status = 304, .headers = {}, .body = ""};
  CHECK(fetch("https://cdn.example.com/a.jpg")->unchanged);
  answer = net::http_response{.status = 404, .headers = {}, .body = ""};
  CHECK(fetch("https://cdn.example.com/a.jpg?signature=topsecret").error().text() ==
        "https://cdn.example.com/a.jpg: answered 404 (media_missing)");
  answer = net::http_response{.status = 503, .headers = {}, .body = ""};
  CHECK(fetch("https://cdn.example.com/a.jpg").error().kind == error_kind::retry);
  CHECK(fetch("images/a.jpg").error().code == "media_refused");
}

TEST_CASE("a picture's host must be allowed") {
  postgres_rig at;
  at.options.media_hosts = {"cdn.example.com"};
  at.restart();
  const auto got = wait_for(at.source->fetch_media("https://elsewhere.example.com/a.jpg", ""));
  REQUIRE_FALSE(got);
  CHECK(got.error().code == "media_refused");
}

} // namespace listingd::pim
