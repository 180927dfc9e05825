#include "akeneo_rig.hpp"

namespace listingd::pim {

using namespace test;

namespace {

constexpr duration a_minute{60'000};

/// Seven simple products and two with variants, made ten minutes ago.
struct stocked_rig : akeneo_rig {
  stocked_rig() {
    for (int i = 1; i <= 7; ++i) put({.key = "mug-" + std::to_string(i)});
    put({.key = "shirt", .title = "Shirt", .colors = {"red", "blue"}});
    put({.key = "coat", .title = "Coat", .colors = {"blue"}});
    pass(a_minute * 10);
  }
  everything caught_up() {
    auto out = read_all();
    pass(a_minute);
    return out;
  }
};

/// Every request takes a second.
class slow_transport final : public net::transport {
public:
  slow_transport(net::transport& inner, manual_clock& time) : inner_(inner), time_(time) {}
  task<result<net::http_response>> send(net::http_request request) override {
    time_.advance(duration{1'000});
    co_return co_await inner_.send(std::move(request));
  }

private:
  net::transport& inner_;
  manual_clock& time_;
};

const names everyone{"coat", "mug-1", "mug-2", "mug-3", "mug-4", "mug-5", "mug-6", "mug-7", "shirt"};

} // namespace

TEST_CASE("the first reading brings every simple product and every root model once, a model with all its variants") {
  stocked_rig at;
  const auto all = at.read_all();
  CHECK(all.keys() == everyone);
  CHECK(all.upserts.size() == everyone.size());
  CHECK(all.rejected.empty());
  CHECK(all.total == 9);
  CHECK(all.windows.front() == "everything as of 2026-11-24T08:10:00Z");
  CHECK(all.watermark == at.time.now());
  const auto shirt = parse_record(all.records.at("shirt"), "");
  REQUIRE(shirt);
  CHECK(shirt->axes == texts{"color"});
  REQUIRE(shirt->variants.size() == 2);
  CHECK(shirt->variants[0].key.text() == "shirt-blue");
  CHECK(shirt->variants[1].key.text() == "shirt-red");
  CHECK(shirt->family == "shirts");
  CHECK(shirt->enabled);
}

TEST_CASE("an idle reading costs a handful of requests and moves the watermark") {
  stocked_rig at;
  at.caught_up();
  at.read_all(); // finds out the time zone
  at.pass(a_minute);
  const auto before = at.server.requests();
  const auto page = at.read();
  CHECK(page.items.empty());
  CHECK_FALSE(page.more);
  CHECK(page.watermark == at.time.now());
  CHECK(page.window == "changes 2026-11-24T08:09:00Z to 2026-11-24T08:12:00Z");
  CHECK(at.server.requests() - before == 3);
}

TEST_CASE("a window brings what changed, and a save that changed nothing brings nothing") {
  stocked_rig at;
  at.caught_up();
  at.put({.key = "mug-3", .title = "New"});
  at.put({.key = "mug-4"});
  at.pass(a_minute);
  const auto changed = at.read_all();
  CHECK(changed.keys() == names{"mug-3"});
  CHECK(title_of(changed.records.at("mug-3")) == "New");
}

TEST_CASE("edits in the very second in which a window begins or ends are not lost") {
  stocked_rig at;
  at.caught_up();
  at.put({.key = "mug-1", .title = "in the second of the reading, before it"});
  CHECK(at.read_all().keys() == names{"mug-1"});
  at.put({.key = "mug-2", .title = "in the second of the reading, after it"});
  at.pass(duration{400});
  at.put({.key = "mug-3", .title = "still in it"});
  at.pass(duration{700});
  const auto next = at.read_all().keys();
  CHECK(next.contains("mug-2"));
  CHECK(next.contains("mug-3"));
}

TEST_CASE("the PIM's clock rules: whatever ours shows, nothing is lost and nothing is read for ever") {
  stocked_rig at;
  const auto ahead = GENERATE(as<duration>{}, std::chrono::hours(3), std::chrono::hours(-3), std::chrono::hours(24));
  at.server.pass(ahead);
  at.caught_up();
  at.put({.key = "mug-1", .title = "one"});
  at.pass(a_minute);
  CHECK(at.read_all().keys() == names{"mug-1"});
  at.read_all(); // the overlap brings it once more
  at.pass(a_minute * 5);
  at.read_all();
  at.pass(a_minute * 5);
  CHECK(at.read_all().keys().empty());
}

TEST_CASE("the version of a page is the moment before its first request") {
  stocked_rig at;
  slow_transport slow(*at.wire, at.time);
  at.source = make_akeneo_source(at.options, slow, at.time);
  for (bool more = true; more;) {
    const auto before = at.time.now();
    const auto page = at.read();
    CHECK(page.read_started == before);
    CHECK(at.time.now() > before);
    more = page.more;
    at.cursor = page.cursor;
  }
  const auto before = at.time.now();
  const auto keys = at.run(at.source->keys(""));
  CHECK(keys->read_started == before);
  at.source.reset();
}

TEST_CASE("without a Date of the PIM our own clock has to do") {
  stocked_rig at;
  at.server.sends_date = false;
  CHECK(at.read_all().watermark == at.time.now());
}

TEST_CASE("an edit of a model brings its product once a page, although no variant's own date moved") {
  stocked_rig at;
  at.put({.key = "wide", .title = "Wide", .colors = {"a", "b", "c", "d", "e", "f", "g"}});
  at.pass(a_minute * 10);
  at.caught_up();
  at.put({.key = "wide", .title = "Wider", .colors = {"a", "b", "c", "d", "e", "f", "g"}});
  at.pass(a_minute);
  const auto changed = at.read_all();
  CHECK(changed.keys() == names{"wide"});
  CHECK(changed.upserts.size() <= 4); // three pages of variants, and the model itself
  const auto wide = parse_record(changed.records.at("wide"), "");
  CHECK(title_of(changed.records.at("wide")) == "Wider");
  CHECK(wide->variants.size() == 7);
}

TEST_CASE("a change of one variant brings its product with all variants") {
  stocked_rig at;
  at.caught_up();
  at.server.edit([&] {
    auto variant = at.server.products.at("shirt-red");
    variant.values["rank"] = akeneo_value(9);
    at.server.save(variant);
  });
  const auto changed = at.read_all();
  CHECK(changed.keys() == names{"shirt"});
  CHECK(parse_record(changed.records.at("shirt"), "")->variants.size() == 2);
}

TEST_CASE("a change that the PIM's index shows late is delivered when it shows, though its date is old by then") {
  stocked_rig at;
  at.caught_up();
  at.server.index_lag = duration{90'000};
  at.put({.key = "mug-1", .title = "late"});
  at.put({.key = "new"});
  at.pass(a_minute);
  CHECK(at.read_all().keys().empty());
  at.pass(a_minute);
  CHECK(at.read_all().keys() == names{"mug-1", "new"});
}

TEST_CASE("what is edited while a window is being read is in it or in the next") {
  stocked_rig at;
  at.caught_up();
  for (const auto* key : {"mug-1", "mug-2", "mug-3", "mug-4"}) at.put({.key = key, .title = "first"});
  at.pass(duration{5'000});
  at.server.in_the_middle([&] {
    at.server.pass(duration{2'000});
    at.put({.key = "mug-1", .title = "second"});
    at.put({.key = "mug-4", .title = "second"});
    at.put({.key = "mug-9", .title = "second"});
  });
  auto all = at.read_all();
  at.pass(a_minute);
  auto next = at.read_all();
  next.records.merge(all.records);
  for (const auto* key : {"mug-1", "mug-4", "mug-9"}) CHECK(title_of(next.records.at(key)) == "second");
  CHECK(next.records.size() == 5);
}

TEST_CASE("a crash after any page costs nothing but pages") {
  stocked_rig at;
  akeneo_rig::everything all;
  for (bool more = true; more;) {
    at.restart();
    const auto lost = at.read(); // delivered, but the crash came before its commit
    at.restart();
    const auto page = at.read();
    CHECK(lost.items.size() == page.items.size());
    at.take(all, page);
    more = page.more;
  }
  CHECK(all.keys() == everyone);
  at.pass(a_minute * 10);
  for (int i = 1; i <= 5; ++i) at.put({.key = "mug-" + std::to_string(i), .title = "New"});
  akeneo_rig::everything changes;
  for (bool more = true; more;) {
    at.restart();
    const auto page = at.read();
    at.take(changes, page);
    more = page.more;
  }
  CHECK(changes.keys() == names{"mug-1", "mug-2", "mug-3", "mug-4", "mug-5"});
}

TEST_CASE("a full reading and the windows of changes go on side by side") {
  stocked_rig at;
  at.caught_up();
  std::string full;
  names seen;
  for (int round = 0; round < 20; ++round) {
    const auto page = at.run(at.source->read(full));
    REQUIRE(page);
    for (const auto& item : page->items) seen.insert(text_at(item.payload, "key"));
    full = page->cursor;
    if (!page->more) break;
    at.put({.key = "mug-2", .title = std::to_string(round)});
    at.pass(a_minute);
    CHECK(at.read_all().keys() == names{"mug-2"});
  }
  CHECK(seen == everyone);
}

TEST_CASE(
    "a variant that was deleted leaves no trace in the changes: the next full reading shows its product without") {
  stocked_rig at;
  at.caught_up();
  at.server.edit([&] { at.server.products.erase("shirt-red"); });
  CHECK(at.read_all().keys().empty());
  at.cursor.clear();
  CHECK(parse_record(at.read_all().records.at("shirt"), "")->variants.size() == 1);
}

TEST_CASE("a text that is no cursor of this kind is the beginning") {
  stocked_rig at;
  at.cursor =
      GENERATE(as<std::string>{}, "0001700000000000.products.ndjson", "{}", R"({"v":2,"watermark":"2026-01-01"})",
               R"({"v":1,"window":{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}})");
  CHECK(at.read_all().keys() == everyone);
}

TEST_CASE("a PIM with products by identifier only is read by those, and stays so when it learns uuids") {
  stocked_rig at;
  at.server.edit([&] {
    at.server.has_uuid_endpoint = false;
    for (auto& [uuid, product] : at.server.products) product.identifier = "sku of " + product.identifier;
  });
  const auto all = at.caught_up();
  CHECK(all.keys().contains("sku of mug-1"));
  CHECK(text_at(find(all.records.at("sku of mug-1"), "values.sku")->get_array().at(0), "data") == "sku of mug-1");
  CHECK(parse_record(all.records.at("shirt"), "")->variants.at(0).key.text() == "sku of shirt-blue");
  at.server.edit([&] { at.server.has_uuid_endpoint = true; });
  at.restart();
  at.server.edit([&] {
    auto mug = at.server.products.at("mug-1");
    mug.values["rank"] = akeneo_value(5);
    at.server.save(mug);
  });
  CHECK(at.read_all().keys() == names{"sku of mug-1"});
}

} // namespace listingd::pim
