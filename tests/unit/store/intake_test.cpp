#include "stage.hpp"

#include "model/json.hpp"

namespace listingd::store::test {

namespace {

std::vector<intake_item> many(int from, int to, int revision = 1) {
  std::vector<intake_item> items;
  for (int i = from; i < to; ++i) items.push_back(stage::item("p" + std::to_string(i), revision));
  return items;
}

} // namespace

TEST_CASE("a page brings products, their listings in every shop, the cursor and notes together") {
  stage at;
  CHECK(at.read_lease()->cursor.empty());
  const note told{.who = "pim", .event = "record_rejected", .message = "line 7", .evidence = nullptr};
  page_commit page;
  page.items = {at.item("tee"), at.item("hat")};
  page.version = noon;
  page.cursor = "page-2";
  page.notes = {told};
  const auto outcome = at.commit(page, {us, uk});
  CHECK(outcome.changed == 2);
  CHECK(outcome.unchanged == 0);
  CHECK(at.ask("select count(*) from listing") == "4");
  CHECK(at.ask("select cursor from source") == "page-2");
  CHECK(at.ask("select count(*) from note where event = 'record_rejected'") == "1");
  CHECK(at.ask("select count(*) from note where event = 'changed'") == "2");
}

TEST_CASE("a page that fails leaves neither products nor cursor behind") {
  stage at;
  at.take_in({at.item("first")}, noon, false, "page-1");
  at.ask("alter table note add constraint no_second check (product_key <> 'second')");
  CHECK_THROWS_AS(at.take_in({at.item("third"), at.item("second")}, noon, false, "page-2"), pqxx::check_violation);
  CHECK(at.ask("select string_agg(key, ',') from product") == "first");
  CHECK(at.ask("select count(*) from listing") == "1");
  CHECK(at.ask("select cursor from source") == "page-1");
}

TEST_CASE("delivering the same again is free: nothing wakes") {
  stage at;
  const auto held = at.held("tee");
  REQUIRE(run(at.db->record(held, at.outcome(held), noon)));
  const auto again = at.take_in({at.item("tee")}, noon + 1s);
  CHECK(again.changed == 0);
  CHECK(again.unchanged == 1);
  CHECK_FALSE(at.claim(noon + 1h));
  CHECK(at.ask("select count(*) from note") == "1");
}

TEST_CASE("a change wakes the listing in every shop") {
  stage at;
  at.take_in({at.item("tee")}, noon, false, "", {us, uk});
  while (const auto held = at.claim(noon, {us, uk})) REQUIRE(run(at.db->record(*held, at.outcome(*held), noon)));
  CHECK(at.take_in({at.item("tee", 2)}, noon + 1s).changed == 1);
  CHECK(at.claim(noon + 1s, {uk})->payload->at("revision") == 2);
  CHECK(at.claim(noon + 1s, {us})->payload->at("revision") == 2);
}

TEST_CASE("an older version never overwrites a newer one") {
  stage at;
  at.take_in({at.item("tee", 2)}, noon);
  SECTION("as a change") {
    CHECK(at.take_in({at.item("tee", 1)}, noon - 1s).unchanged == 1);
  }
  SECTION("as a deletion") {
    CHECK(at.take_in({at.tombstone("tee")}, noon - 1s).deleted == 0);
  }
  CHECK(at.ask("select payload ->> 'revision' from product where deleted_at is null") == "2");
  CHECK(at.ask("select ms(version_at) from product") == std::to_string(noon.time_since_epoch().count()));
}

TEST_CASE("a newer delivery of the same content keeps an older change out") {
  stage at;
  at.take_in({at.item("tee", 2)}, noon);
  at.take_in({at.item("tee", 2)}, noon + 10s);
  CHECK(at.take_in({at.item("tee", 1)}, noon + 5s).unchanged == 1);
  CHECK(at.ask("select payload ->> 'revision' from product") == "2");
}

TEST_CASE("a tombstone takes the product away and a new delivery brings it back") {
  stage at;
  auto held = at.held("tee");
  REQUIRE(run(at.db->record(held, at.outcome(held), noon)));
  CHECK(at.take_in({at.tombstone("tee")}, noon + 1s).deleted == 1);
  held = *at.claim(noon + 1s);
  CHECK_FALSE(held.payload);
  CHECK(at.ask("select payload ->> 'key' from product") == "tee"); // what it was is still known
  REQUIRE(run(at.db->record(held, at.outcome(held), noon + 1s)));
  CHECK(at.take_in({at.tombstone("tee")}, noon + 2s).unchanged == 1);
  CHECK_FALSE(at.claim(noon + 2s));

  CHECK(at.take_in({at.item("tee")}, noon + 3s).changed == 1);
  CHECK(at.claim(noon + 3s)->payload);
}

TEST_CASE("a tombstone of an unknown product makes no listing, and outlives an older delivery") {
  stage at;
  at.take_in({at.tombstone("ghost")}, noon);
  CHECK(at.ask("select count(*) from listing") == "0");
  at.take_in({at.item("ghost")}, noon - 1s);
  CHECK(at.ask("select count(*) from listing") == "0");
}

TEST_CASE("a full listing deletes what it lacks") {
  stage at;
  at.take_in(many(0, 9));
  const auto outcome = at.take_in(many(0, 6), noon + 1h, true);
  CHECK(outcome.deleted == 3);
  CHECK(outcome.brake.empty());
  CHECK(at.ask("select count(*) from product where deleted_at is null") == "6");
}

TEST_CASE("a full listing of several pages counts what any of them brought") {
  stage at;
  at.take_in(many(0, 9));
  at.take_in(many(0, 4), noon + 1h);
  CHECK(at.take_in(many(4, 9), noon + 1h, true).deleted == 0);
}

TEST_CASE("a full listing that lacks more than a third deletes nothing and says so") {
  stage at;
  at.take_in(many(0, 30));
  const auto outcome = at.take_in(many(0, 19), noon + 1h, true);
  CHECK(outcome.deleted == 0);
  CHECK(outcome.brake == "a full listing lacks 11 of 30 products; none is treated as deleted");
  CHECK(at.ask("select count(*) from product where deleted_at is null") == "30");
  CHECK(at.ask("select last_error from source") == outcome.brake);
  CHECK(at.take_in(many(0, 20), noon + 2h, true).deleted == 10);
  CHECK(at.ask("select last_error from source").empty());
}

TEST_CASE("an empty full listing never empties a catalogue, however small") {
  stage at;
  at.take_in(many(0, 2));
  CHECK_FALSE(at.take_in({}, noon + 1h, true).brake.empty());
  CHECK(at.ask("select count(*) from product where deleted_at is null") == "2");
  CHECK(at.take_in(many(0, 1), noon + 2h, true).deleted == 1);
}

TEST_CASE("another source's products are not swept") {
  stage at;
  at.take_in(many(0, 3));
  page_commit empty;
  empty.version = noon + 1h;
  empty.sweep_complete = true;
  CHECK(at.commit(empty, {us}, source_name("other")).deleted == 0);
  CHECK(at.ask("select count(*) from product where deleted_at is null") == "3");
}

TEST_CASE("a source is read by one instance at a time, and a page of one that lost its lease is not taken") {
  stage at;
  const auto other = random_uuid();
  at.take_in({}, noon, false, "c7");
  CHECK_FALSE(run(at.db->lease_source(pim, "folder", other, lease)));
  CHECK(at.read_lease()->cursor == "c7");
  at.leases_run_out();
  CHECK(run(at.db->lease_source(pim, "folder", other, lease))->cursor == "c7");
  CHECK_FALSE(at.read_lease());
  page_commit late;
  late.items = {at.item("tee")};
  late.version = noon;
  late.cursor = "c8";
  CHECK(run(at.db->commit_page(pim, at.reader, {us}, late)).lease_lost);
  CHECK(at.ask("select count(*) from product") == "0");
  CHECK(at.ask("select cursor from source") == "c7");
}

TEST_CASE("a full reading goes on beside the changes, each with a cursor of its own") {
  stage at;
  at.take_in({}, noon, false, "c7");
  CHECK_FALSE(run(at.db->take_read_request(pim)));
  run(at.db->request_read(pim, false));
  CHECK(run(at.db->take_read_request(pim)));
  CHECK_FALSE(run(at.db->take_read_request(pim)));
  CHECK_FALSE(at.read_lease()->full_cursor);

  run(at.db->request_read(pim, true));
  run(at.db->request_read(pim, false)); // does not take the wish back
  at.take_in({}, noon, false, "c8");    // a page that was on its way
  CHECK(at.read_lease()->cursor == "c8");
  CHECK(at.read_lease()->full_cursor == "");
  page_commit page;
  page.from = stream::full;
  page.items = {at.item("tee")};
  page.version = noon;
  page.cursor = "f1";
  page.more = true;
  CHECK(at.commit(page).changed == 1);
  CHECK(at.read_lease()->full_cursor == "f1");
  CHECK(at.read_lease()->cursor == "c8");
  page.cursor = "f2";
  page.more = false;
  CHECK(at.commit(page).unchanged == 1);
  CHECK_FALSE(at.read_lease()->full_cursor);
  CHECK(run(at.db->sources()).at(0).full_items == 2);
}

TEST_CASE("a window is counted over its pages and kept when it has ended") {
  stage at;
  page_commit page;
  page.items = {at.item("tee"), at.item("hat")};
  page.version = noon;
  page.cursor = "1";
  page.more = true;
  page.window = "changes until noon";
  page.total = 3;
  at.commit(page);
  auto seen = run(at.db->sources()).at(0);
  CHECK(seen.window == "changes until noon");
  CHECK(seen.window_items == 2);
  CHECK(seen.window_total == 3);
  CHECK_FALSE(seen.watermark);
  CHECK(at.read_lease()->first);
  page.items = {at.item("tee"), at.item("cap")};
  page.more = false;
  page.watermark = noon;
  at.commit(page);
  seen = run(at.db->sources()).at(0);
  CHECK(seen.window.empty());
  CHECK(seen.watermark == noon);
  CHECK(integer_at(seen.last_window, "items") == 4);
  CHECK(integer_at(seen.last_window, "changed") == 3);
  CHECK(seen.products == 3);
  CHECK_FALSE(at.read_lease()->first);
  CHECK(at.read_lease()->items_of_last_window == 4);
}

TEST_CASE("a sweep notes what is shown, tells what is new, and what is missing") {
  stage at;
  at.take_in(many(0, 4));
  run(at.db->begin_sweep(pim, at.reader, noon + 1h));
  CHECK(at.read_lease()->sweep_cursor == "");
  const std::vector<product_key> shown{product_key("p0"), product_key("p1"), product_key("new")};
  const auto unknown = run(at.db->commit_keys(pim, at.reader, shown, "k1", noon + 1h));
  CHECK(unknown == std::vector{product_key("new")});
  CHECK(at.read_lease()->sweep_cursor == "k1");
  at.take_in({at.item("p2")}, noon + 2h); // seen by the changes meanwhile
  const auto missing = run(at.db->missing_since(pim, noon + 1h, 10));
  CHECK(missing.missing == std::vector{product_key("p3")});
  CHECK(missing.all == 1);
  CHECK(missing.known == 4);
  run(at.db->end_sweep(pim, at.reader, "done", noon + 3h));
  CHECK_FALSE(at.read_lease()->sweep_cursor);
  CHECK(at.read_lease()->swept_at == noon + 3h);
}

TEST_CASE("a product that was asked for stays so until it was read") {
  stage at;
  run(at.db->request_product(pim, product_key("tee")));
  run(at.db->request_product(pim, product_key("tee")));
  CHECK(run(at.db->take_read_request(pim)));
  CHECK(at.read_lease()->wanted == std::vector{product_key("tee")});
  run(at.db->product_read(pim, product_key("tee")));
  CHECK(at.read_lease()->wanted.empty());
}

TEST_CASE("a source that failed says why until it is read again") {
  stage at;
  at.read_lease();
  run(at.db->source_failed(pim, "connection refused", noon));
  CHECK(at.ask("select last_error from source") == "connection refused");
  at.take_in({});
  CHECK(at.ask("select last_error from source").empty());
}

} // namespace listingd::store::test
