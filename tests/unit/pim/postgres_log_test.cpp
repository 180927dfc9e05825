#include "postgres_rig.hpp"

namespace listingd::pim {

using namespace test;

namespace {

std::string note(const std::string& key) {
  return "insert into item_change (key, op) values ('" + key + "', 'upsert')";
}

} // namespace

TEST_CASE("a change that takes its number first and commits last is delivered, and none before it is missed") {
  postgres_rig at;
  at.options.changes_sql = GENERATE(log_sql, log_without_xid_sql);
  at.restart();
  at.poll();
  writer slow(at.url);
  slow.begin();
  slow.tell(at.change("slow", 1));
  at.pim.tell(at.change("fast", 1));
  at.poll();
  slow.commit();
  at.poll();
  CHECK(at.seen == std::map<std::string, std::string>{{"fast", "1"}, {"slow", "1"}});
}

TEST_CASE("a transaction that began early and writes late does not carry the reading past one that writes before it") {
  postgres_rig at;
  at.poll();
  writer early(at.url), late(at.url);
  early.begin();
  early.tell(at.change("first of early", 1)); // it has its transaction number now
  late.begin();
  late.tell(at.change("of late", 1)); // a higher transaction, but a lower number in the log than what comes next
  early.tell(at.change("second of early", 1));
  early.commit();
  at.poll();
  late.commit();
  at.poll();
  CHECK(at.seen.contains("first of early"));
  CHECK(at.seen.contains("second of early"));
  CHECK(at.seen.contains("of late"));
}

TEST_CASE("rows after an open transaction wait for it, and the watermark with them") {
  postgres_rig at;
  writer slow(at.url);
  slow.begin();
  slow.tell(at.change("slow", 1));
  at.pim.tell(at.change("fast", 1));
  const auto held = at.poll();
  CHECK(at.delivered.empty());
  CHECK_FALSE(held.watermark);
  slow.commit();
  at.time.advance(1min);
  const auto whole = at.poll();
  CHECK(at.delivered == texts{"slow 1", "fast 1"});
  CHECK(whole.watermark == at.time.now());
}

TEST_CASE("changes of one product that are noted in the wrong order deliver the record as it is now") {
  postgres_rig at;
  at.poll();
  writer first(at.url), second(at.url), open(at.url);
  second.begin();
  second.tell(at.change("other", 1)); // the lower transaction
  open.begin();
  open.tell(note("unrelated"));
  first.begin();
  first.tell(at.change("shirt", 1)); // the higher transaction changes the shirt first
  first.commit();
  second.tell(at.change("shirt", 2));
  second.commit();
  at.poll();
  CHECK(at.seen["shirt"] == "2");
  open.tell("rollback");
  at.poll(); // brings the first change
  CHECK(at.delivered == texts{"other 1", "shirt 2", "shirt 2"});
}

TEST_CASE("an outbox that keeps the records delivers the last one of each product") {
  postgres_rig at;
  at.options.changes_sql = R"(
      select c.xid, c.seq, c.key, l.op, l.payload
      from item_change c
      cross join lateral (select op, payload from item_change l where l.key = c.key order by l.seq desc limit 1) l
      where (c.xid, c.seq) > ($1, $2) order by c.xid, c.seq limit $3)";
  at.restart();
  at.pim.tell(at.change("shirt", 1));
  at.pim.tell(at.change("mug", 1));
  at.pim.tell(at.change("shirt", 2));
  at.pim.tell(at.change("cap", 1));
  at.pim.tell("delete from item where key = 'mug'");
  at.poll();
  CHECK(at.seen == std::map<std::string, std::string>{{"shirt", "2"}, {"mug", "deleted"}, {"cap", "1"}});
}

TEST_CASE("of several changes of a product on a page one is delivered") {
  postgres_rig at;
  at.options.page_rows = 10;
  at.restart();
  for (int revision = 1; revision <= 4; ++revision) at.pim.tell(at.change("shirt", revision));
  at.pim.tell(at.change("mug", 1));
  at.poll();
  CHECK(at.delivered == texts{"shirt 4", "mug 1"});
}

TEST_CASE("a log without transactions reads its last rows again, and no more of them") {
  postgres_rig at;
  at.options.changes_sql = log_without_xid_sql;
  at.options.overlap_rows = 4;
  at.restart();
  for (int i = 1; i <= 9; ++i) at.pim.tell(at.change("p" + std::to_string(i), 1));
  at.poll();
  CHECK(at.delivered.size() == 9);
  at.delivered.clear();
  at.poll();
  CHECK(at.delivered == texts{"p6 1", "p7 1", "p8 1", "p9 1"});
  at.delivered.clear();
  at.pim.tell(at.change("p10", 1));
  at.poll();
  at.poll();
  CHECK(at.delivered == texts{"p6 1", "p7 1", "p8 1", "p9 1", "p10 1", "p7 1", "p8 1", "p9 1", "p10 1"});
}

TEST_CASE("the first reading is full_sql's, and the log goes on from the moment when it began") {
  postgres_rig at;
  at.options.full_sql = "select key, record as payload from item_record where key > $1 order by key limit $2";
  at.options.count_sql = "select count(*) from item";
  at.restart();
  for (const auto* key : {"a", "b", "c", "d", "e"}) at.pim.tell(at.change(key, 1));
  at.pim.tell("delete from item_change"); // it knows nothing of these
  writer slow(at.url);
  slow.begin();
  slow.tell(at.change("a", 2));
  const auto first = at.read();
  at.commit(first);
  CHECK(first.window == "everything");
  CHECK(first.total == 5);
  CHECK(first.more);
  slow.commit();
  at.pim.tell(at.change("b", 2)); // both pages are read already
  at.time.advance(1min);
  const auto last = at.poll();
  CHECK(last.total == 5);
  CHECK(last.watermark == first.read_started);
  CHECK(last.read_started == at.time.now());
  CHECK(at.delivered == texts{"a 1", "b 1", "c 1", "d 1", "e 1"});
  at.poll();
  CHECK(at.seen["a"] == "2");
  CHECK(at.seen["b"] == "2");
  at.delivered.clear();
  at.poll();
  CHECK(at.delivered.empty());
}

TEST_CASE("a full reading beside the changes does not move them") {
  postgres_rig at;
  at.options.full_sql = "select key, record as payload from item_record where key > $1 order by key limit $2";
  at.restart();
  for (const auto* key : {"a", "b", "c", "d"}) at.pim.tell(at.change(key, 1));
  at.poll();
  const auto changes = at.cursor;
  at.cursor = "";
  at.commit(at.read());
  const auto full = std::exchange(at.cursor, changes);
  at.pim.tell(at.change("a", 2));
  at.poll();
  CHECK(at.seen["a"] == "2");
  at.cursor = full;
  at.delivered.clear();
  at.poll();
  CHECK(at.delivered == texts{"d 1"});
}

TEST_CASE("a crash after any page loses nothing and delivers a committed page only once") {
  postgres_rig at;
  for (int i = 0; i < 8; ++i) at.pim.tell(at.change("p" + std::to_string(i), i));
  for (bool more = true; more;) {
    (void)at.read(); // what a crash forgets
    at.restart();
    const auto page = at.read();
    more = page.more;
    at.commit(page);
    at.restart();
  }
  CHECK(at.delivered == texts{"p0 0", "p1 1", "p2 2", "p3 3", "p4 4", "p5 5", "p6 6", "p7 7"});
}

TEST_CASE("a window ends though rows are written all the time") {
  postgres_rig at;
  for (int i = 0; i < 4; ++i) at.pim.tell(at.change("old" + std::to_string(i), 1));
  int written = 0;
  at.options.watch = [&](std::string_view option, bool answered) {
    for (int i = 0; answered && option == "changes_sql" && i < 4; ++i)
      at.pim.tell(at.change("new" + std::to_string(written++), 1));
  };
  at.restart();
  at.poll();
  CHECK(written == 8); // two pages
  CHECK(at.delivered.size() == 4);
}

TEST_CASE("who comes later than the log remembers reads everything once more, and is told") {
  postgres_rig at;
  at.options.full_sql = "select key, record as payload from item_record where key > $1 order by key limit $2";
  at.options.retention = 24h;
  at.restart();
  at.pim.tell(at.change("kept", 1));
  at.poll();
  at.pim.tell("delete from item where key = 'kept'");
  at.pim.tell("delete from item_change");
  at.pim.tell(at.change("new", 1));
  at.pim.tell("delete from item_change");
  at.time.advance(24h);
  at.poll();
  CHECK_FALSE(at.seen.contains("new"));
  at.time.advance(24h);
  at.poll(); // an idle log is not an old one
  CHECK(at.rejected.empty());
  at.time.advance(24h + 1ms);
  at.poll();
  CHECK(at.seen["new"] == "1");
  CHECK(at.rejected == texts{"began_again"});
}

TEST_CASE("a cursor of another kind of source, or of another database, begins again, and is told") {
  postgres_rig at;
  at.pim.tell(at.change("shirt", 1));
  at.cursor = GENERATE(R"({"file":"a.ndjson","offset":12})", "4711", "{",
                       R"({"of":"postgres log 1","xid":18446744073709551615,"seq":3,"high":3,"began":"2026-11-24"})",
                       R"({"of":"postgres log 1","xid":0,"seq":3,"high":3,"began":"2026-11-24"})",
                       R"({"of":"postgres log 1","xid":"x","seq":3,"began":"x"})");
  at.poll();
  CHECK(at.seen["shirt"] == "1");
  CHECK(at.rejected == texts{"began_again"});
  at.delivered.clear();
  at.poll();
  CHECK(at.delivered.empty());
  CHECK(at.rejected.size() == 1);
}

TEST_CASE("rows that cannot be used are put aside with their place, and hold nothing up") {
  postgres_rig at;
  at.options.record_sql.clear();
  at.options.keys_sql.clear();
  at.options.largest_record = 60;
  at.options.changes_sql = "select xid, seq, key, op, payload from item_change where (xid, seq) > ($1, $2) "
                           "order by xid, seq limit $3";
  at.restart();
  const auto row = [&](const std::string& values) {
    at.pim.tell("insert into item_change (key, op, payload) values (" + values + ")");
  };
  row(R"(null, 'upsert', '{"key":"a"}')");
  row(R"('a', 'upsert', null)");
  row(R"('a2', 'moved', '{"key":"a2"}')");
  row(R"('a3', 'upsert', '{"key":"b"}')");
  row(R"('a4', 'upsert', '[1]')");
  row("'a5', 'upsert', jsonb_build_object('key', 'a5', 'text', repeat('x', 60))");
  row("null, 'delete', null");
  row(R"('good', 'upsert', '{"key":"good","revision":1}')");
  row("'gone ', 'delete', null");
  auto page = at.read();
  REQUIRE(page.rejected.size() == 3);
  CHECK(page.rejected[0].text() == "changes_sql number 1: the row has no key (key_missing)");
  CHECK(page.rejected[1].text() ==
        "changes_sql number 2 \"a\": the row has no record, and is no deletion (payload_missing)");
  at.poll();
  CHECK(at.rejected == texts{"key_missing", "payload_missing", "op_unknown", "key_mismatch", "key_mismatch",
                             "record_too_large", "key_missing"});
  CHECK(at.delivered == texts{"good 1", "gone deleted"});
}

TEST_CASE("a log that names only keys has its records read by record_sql") {
  postgres_rig at;
  at.options.changes_sql =
      "select xid, seq, key, op, null::jsonb as payload from item_change where (xid, seq) > ($1, $2) "
      "order by xid, seq limit $3";
  at.restart();
  at.pim.tell(at.change("shirt", 1));
  at.pim.tell(at.change("mug", 1));
  at.pim.tell("update item set deleted_at = now() where key = 'mug'");
  at.pim.tell(note("never there"));
  at.pim.tell(at.change("cap", 1));
  at.pim.tell("delete from item where key = 'cap'");
  at.poll();
  CHECK(at.seen == std::map<std::string, std::string>{{"shirt", "1"}, {"mug", "deleted"}, {"cap", "deleted"}});
}

TEST_CASE("a page ends with the row that passes its bytes, and nothing is lost") {
  postgres_rig at;
  at.options.page_rows = 100;
  at.options.page_bytes = 150;
  at.restart();
  for (int i = 0; i < 9; ++i) at.pim.tell(at.change("p" + std::to_string(i), 1));
  const auto page = at.read();
  CHECK(page.items.size() < 5);
  CHECK(page.more);
  at.poll();
  CHECK(at.seen.size() == 9);
}

TEST_CASE("a statement without a limit is read a page at a time all the same") {
  postgres_rig at;
  at.options.changes_sql = "select c.xid, c.seq, c.key, 'upsert' as op, r.record as payload from item_change c join "
                           "item_record r using (key) where (c.xid, c.seq) > ($1, $2) and $3 > 0 order by c.xid, c.seq";
  at.restart();
  for (int i = 0; i < 7; ++i) at.pim.tell(at.change("p" + std::to_string(i), 1));
  CHECK(at.read().items.size() == 3);
  at.poll();
  CHECK(at.seen.size() == 7);
}

TEST_CASE("a statement that does not go on where it was told is an error, not an endless window") {
  postgres_rig at;
  for (int i = 0; i < 7; ++i) at.pim.tell(at.change("p" + std::to_string(i), 1));
  const std::string columns = "select xid, seq, key, op, payload from item_change ";
  at.options.changes_sql = GENERATE_COPY(columns + "where $1 > '0'::xid8 and $2 >= 0 order by xid, seq limit $3",
                                         columns + "where (xid, seq) >= ($1, $2) order by xid, seq limit $3",
                                         columns + "where (xid, seq) > ($1, $2) order by xid desc limit $3");
  at.restart();
  auto page = wait_for(at.source->read(""));
  for (int pages = 0; page && page->more && pages < 9; ++pages) page = wait_for(at.source->read(page->cursor));
  REQUIRE_FALSE(page);
  CHECK(page.error().kind == error_kind::needs_human);
  CHECK(page.error().code == "wrong_sql");
  CHECK(page.error().where == "source pim: changes_sql");
  CHECK(page.error().message.starts_with("does not go on after transaction "));
}

} // namespace listingd::pim
