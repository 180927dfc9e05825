#include "stage.hpp"

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
  CHECK(run(at.db->lease_source(pim, random_uuid(), lease)) == "");
  const note told{.who = "pim", .event = "record_rejected", .message = "line 7", .evidence = nullptr};
  const auto outcome =
      run(at.db->commit_page(pim, {us, uk}, {at.item("tee"), at.item("hat")}, noon, "page-2", false, {told}));
  CHECK(outcome.changed == 2);
  CHECK(outcome.unchanged == 0);
  CHECK(at.ask("select count(*) from listing") == "4");
  CHECK(at.ask("select cursor from source") == "page-2");
  CHECK(at.ask("select count(*) from note where event = 'record_rejected'") == "1");
  CHECK(at.ask("select count(*) from note where event = 'changed'") == "2");
}

TEST_CASE("a page that fails leaves neither products nor cursor behind") {
  stage at;
  run(at.db->lease_source(pim, random_uuid(), lease));
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
  run(at.db->commit_page(pim, {us, uk}, {at.item("tee")}, noon, "", false, {}));
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
  run(at.db->lease_source(pim, random_uuid(), lease));
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
  CHECK(run(at.db->commit_page(source_name("other"), {us}, {}, noon + 1h, "", true, {})).deleted == 0);
  CHECK(at.ask("select count(*) from product where deleted_at is null") == "3");
}

TEST_CASE("a source is read by one instance at a time") {
  stage at;
  const auto mine = random_uuid();
  const auto other = random_uuid();
  REQUIRE(run(at.db->lease_source(pim, mine, lease)));
  at.take_in({}, noon, false, "c7");
  CHECK_FALSE(run(at.db->lease_source(pim, other, lease)));
  CHECK(run(at.db->lease_source(pim, mine, lease)) == "c7");
  at.leases_run_out();
  CHECK(run(at.db->lease_source(pim, other, lease)) == "c7");
  CHECK_FALSE(run(at.db->lease_source(pim, mine, lease)));
}

TEST_CASE("a reading is requested once, and a full one starts at the beginning") {
  stage at;
  const auto mine = random_uuid();
  run(at.db->lease_source(pim, mine, lease));
  at.take_in({}, noon, false, "c7");
  CHECK_FALSE(run(at.db->take_read_request(pim)));
  run(at.db->request_read(pim, false));
  CHECK(run(at.db->take_read_request(pim)));
  CHECK_FALSE(run(at.db->take_read_request(pim)));
  CHECK(run(at.db->lease_source(pim, mine, lease)) == "c7");

  run(at.db->request_read(pim, true));
  run(at.db->request_read(pim, false)); // does not take the wish back
  at.take_in({}, noon, false, "c8");    // a page that was on its way
  CHECK(run(at.db->take_read_request(pim)));
  CHECK(run(at.db->lease_source(pim, mine, lease)) == "");
  CHECK(run(at.db->lease_source(pim, mine, lease)) == "");
  at.take_in({}, noon, false, "c9");
  CHECK(run(at.db->lease_source(pim, mine, lease)) == "c9");
}

TEST_CASE("a source that failed says why until it is read again") {
  stage at;
  run(at.db->lease_source(pim, random_uuid(), lease));
  run(at.db->source_failed(pim, "connection refused"));
  CHECK(at.ask("select last_error from source") == "connection refused");
  at.take_in({});
  CHECK(at.ask("select last_error from source").empty());
}

} // namespace listingd::store::test
