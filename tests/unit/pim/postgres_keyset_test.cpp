#include "postgres_rig.hpp"

namespace listingd::pim {

using namespace test;

namespace {

/// The time of the PIM stands at 08:00:00.
struct keyset_rig : postgres_rig {
  keyset_rig() {
    options.shape = postgres_shape::keyset;
    options.changes_sql = keyset_sql;
    options.overlap = 60s;
    stop_its_clock("2026-11-24 08:00:00+00");
    restart();
  }
  static std::string change(const std::string& key, int revision, const std::string& at = "now()") {
    return postgres_rig::change(key, revision, at);
  }
};

std::string at_time(const std::string& time) {
  return "'2026-11-24 " + time + "+00'";
}

} // namespace

TEST_CASE("a change that is committed later than its date says is delivered, up to the overlap") {
  keyset_rig at;
  at.poll();
  writer slow(at.url), too_slow(at.url);
  slow.begin();
  slow.tell(at.change("slow", 1, at_time("08:00:10")));
  too_slow.begin();
  too_slow.tell(at.change("too slow", 1, at_time("08:00:09")));
  at.pass("70 seconds");
  at.pim.tell(at.change("fast", 1));
  at.poll();
  CHECK(at.seen == std::map<std::string, std::string>{{"fast", "1"}});
  slow.commit();
  at.poll();
  CHECK(at.seen == std::map<std::string, std::string>{{"fast", "1"}, {"slow", "1"}});
  at.pass("1 second");
  too_slow.commit();
  at.poll(); // begins at 08:00:10, which it includes
  at.poll();
  CHECK_FALSE(at.seen.contains("too slow")); // the limit of this shape: `overlap` must outlast the writers
}

TEST_CASE("once the overlap has passed nothing is delivered again") {
  keyset_rig at;
  for (int i = 0; i < 4; ++i) at.pim.tell(at.change("p" + std::to_string(i), 1));
  at.poll();
  CHECK(at.delivered.size() == 4);
  at.pass("60 seconds");
  at.poll();
  CHECK(at.delivered.size() == 8);
  at.pass("1 second");
  at.poll();
  CHECK(at.delivered.size() == 12);
  at.poll();
  CHECK(at.delivered.size() == 12);
}

TEST_CASE("changes within one microsecond, and of neighbouring ones, come once over many pages") {
  keyset_rig at;
  for (int i = 0; i < 20; ++i)
    at.pim.tell(at.change("p" + std::to_string(10 + i), 1, at_time("07:59:59.12345" + std::to_string(i / 7))));
  at.poll();
  CHECK(at.delivered.size() == 20);
  CHECK(at.seen.size() == 20);
}

TEST_CASE("times of any precision are in order in the cursor") {
  keyset_rig at;
  int number = 0;
  for (const auto* one : {"-infinity", "1969-07-20 20:17:40+00", "2026-11-24 07:00:00+00",
                          "2026-11-24 07:00:00.000001+00", "2026-11-24 07:00:00.1+00", "2026-11-24 07:00:00.12+00",
                          "2026-11-24 07:00:00.123456+00", "2026-11-24 07:00:00.2+00", "2026-11-24 07:00:01+00"})
    at.pim.tell(at.change("p" + std::to_string(++number), 1, "'" + std::string(one) + "'"));
  at.options.page_rows = 1;
  at.restart();
  at.poll();
  CHECK(at.delivered.size() == 8); // a row that was changed "never" is in no reading
}

TEST_CASE("a window ends at the database's time though rows are written all the time") {
  keyset_rig at;
  for (int i = 0; i < 4; ++i) at.pim.tell(at.change("old" + std::to_string(i), 1));
  int written = 0;
  at.options.watch = [&](std::string_view option, bool answered) {
    if (!answered || option != "changes_sql") return;
    at.pass("1 second");
    for (int i = 0; i < 4; ++i) at.pim.tell(at.change("new" + std::to_string(written++), 1));
  };
  at.restart();
  const auto began = at.time.now();
  const auto last = at.poll();
  CHECK(written == 8); // two pages
  CHECK(last.watermark == began);
  at.options.watch = nullptr;
  at.restart();
  at.poll();
  CHECK(at.seen.size() == 12);
}

TEST_CASE("a row dated in the future is delivered and moves nothing past the rows before it") {
  keyset_rig at;
  at.pim.tell(at.change("future", 1, at_time("23:00:00")));
  at.poll();
  CHECK(at.seen["future"] == "1");
  at.pass("2 minutes");
  at.pim.tell(at.change("now", 1));
  at.poll();
  CHECK(at.seen["now"] == "1");
  at.pim.tell("update item set updated_at = 'infinity' where key = 'future'");
  at.poll();
  at.poll();
  CHECK(at.delivered == texts{"future 1", "now 1", "future 1", "now 1", "future 1", "now 1", "future 1"});
}

TEST_CASE("a database whose clock goes back loses nothing") {
  keyset_rig at;
  at.poll();
  at.pass("-1 hour");
  at.pim.tell(at.change("shirt", 1));
  at.poll();
  CHECK(at.seen["shirt"] == "1");
}

TEST_CASE("a soft deletion is a tombstone, and the watermark is the window's beginning") {
  keyset_rig at;
  for (const auto* key : {"a", "b", "c", "d"}) at.pim.tell(at.change(key, 1));
  at.pim.tell("update item set deleted_at = now(), updated_at = now() where key = 'b'");
  const auto first = at.read();
  at.commit(first);
  CHECK(first.window == "everything");
  CHECK_FALSE(first.watermark);
  at.time.advance(1min);
  const auto last = at.poll();
  CHECK(last.watermark == first.read_started);
  CHECK(at.seen == std::map<std::string, std::string>{{"a", "1"}, {"b", "deleted"}, {"c", "1"}, {"d", "1"}});
  CHECK(at.read().window == "what was changed since 2026-11-24 08:00:00+00");
}

TEST_CASE("the id may be another column than the key") {
  keyset_rig at;
  at.pim.tell("alter table item add column id bigint generated always as identity");
  at.options.changes_sql = "select updated_at, id, key, deleted_at, jsonb_build_object('key', key, 'revision', id) as "
                           "payload from item where (updated_at, id) > ($1, $2) order by updated_at, id limit $3";
  at.restart();
  for (int i = 0; i < 12; ++i) at.pim.tell(at.change("p" + std::to_string(99 - i), 1));
  at.poll();
  CHECK(at.delivered.size() == 12);
  CHECK(at.seen["p99"] == "1");
  CHECK(at.seen["p88"] == "12");
}

TEST_CASE("a time without a zone is refused with the way to say it, and that way is exact") {
  keyset_rig at;
  at.pim.tell("drop view item_record cascade; alter table item alter column updated_at type timestamp");
  const std::string payload = ", key, deleted_at, jsonb_build_object('key', key, 'revision', revision) as payload ";
  at.options.changes_sql =
      "select updated_at" + payload + "from item where (updated_at, key) > ($1, $2) order by updated_at, key limit $3";
  at.options.record_sql.clear();
  at.options.keys_sql.clear();
  at.restart();
  CHECK(
      at.problem().text() ==
      "source pim: changes_sql: gives 'updated_at' as timestamp without time zone; it must be timestamptz (say its "
      "zone: select updated_at at time zone 'UTC' as updated_at, and compare with $1::timestamptz at time zone 'UTC') "
      "(wrong_sql)");
  at.options.changes_sql = "select updated_at at time zone 'UTC' as updated_at" + payload +
                           "from item where (updated_at, key) > ($1::timestamptz at time zone 'UTC', $2) "
                           "order by item.updated_at, key limit $3";
  at.restart();
  at.pim.tell("drop trigger note_change on item");
  for (int i = 0; i < 9; ++i)
    at.pim.tell(at.change("p" + std::to_string(i), 1, "'2026-11-24 07:59:59.12345" + std::to_string(i) + "'"));
  at.poll();
  CHECK(at.delivered.size() == 9);
}

TEST_CASE("a keyset that does not go on where it was told is an error, not an endless window") {
  keyset_rig at;
  for (int i = 0; i < 7; ++i) at.pim.tell(at.change("p" + std::to_string(i), 1));
  const std::string columns = "select updated_at, key, deleted_at, record as payload from item_record ";
  at.options.changes_sql =
      GENERATE_COPY(columns + "where updated_at >= $1 and $2::text is null or true order by 1, 2 limit $3",
                    columns + "where (updated_at, key) >= ($1, coalesce($2, '')) order by 1, 2 limit $3",
                    columns + "where (updated_at, key) > ($1, $2) order by 1 desc, 2 limit $3");
  at.pim.tell("update item set updated_at = now() - interval '1 second' where key > 'p1'");
  at.restart();
  auto page = wait_for(at.source->read(""));
  for (int pages = 0; page && page->more && pages < 9; ++pages) page = wait_for(at.source->read(page->cursor));
  REQUIRE_FALSE(page);
  CHECK(page.error().code == "wrong_sql");
  CHECK(page.error().message.starts_with("does not go on after "));
}

TEST_CASE("a full reading counts what will come, and a cursor of a log begins again") {
  keyset_rig at;
  at.options.count_sql = "select count(*) from item";
  at.restart();
  for (const auto* key : {"a", "b", "c", "d"}) at.pim.tell(at.change(key, 1));
  at.cursor = R"({"of":"postgres log 1","xid":7,"seq":3,"high":3,"began":"2026-11-24"})";
  const auto page = at.read();
  CHECK(page.total == 4);
  at.commit(page);
  CHECK(at.poll().total == 4);
  CHECK(at.rejected == texts{"began_again"});
  CHECK(at.seen.size() == 4);
  CHECK_FALSE(at.poll().total);
}

} // namespace listingd::pim
