#include "akeneo_rig.hpp"
#include "pim/akeneo_zone.hpp"

namespace listingd::pim {

using namespace test;

namespace {

constexpr duration a_minute{60'000};

/// Products that were made half a day ago on a server somewhere in the world.
struct distant_rig : akeneo_rig {
  explicit distant_rig(duration zone) {
    server.zone = zone;
    for (int i = 1; i <= 5; ++i) put({.key = "mug-" + std::to_string(i)});
    put({.key = "shirt", .colors = {"red"}});
    pass(std::chrono::hours(36));
    read_all();
    pass(a_minute);
  }
};

duration east(int minutes) {
  return std::chrono::minutes(minutes);
}

} // namespace

TEST_CASE("a server that reads dates in its own zone is found out, and no change is lost or read twice for long") {
  distant_rig at(GENERATE(as<duration>{}, east(0), east(60), east(120), east(-330), east(345), east(840), east(-720)));
  at.put({.key = "mug-2", .title = "New"});
  at.put({.key = "shirt", .title = "New", .colors = {"red"}});
  at.pass(a_minute);
  CHECK(at.read_all().keys() == names{"mug-2", "shirt"});
  at.pass(std::chrono::hours(3));
  at.read_all();
  at.pass(std::chrono::hours(3));
  CHECK(at.read_all().keys().empty());
}

TEST_CASE("summer time begins or ends on the server, and no change is lost") {
  const auto before = GENERATE(60, 120, 0, -240);
  const auto by = GENERATE(60, -60);
  distant_rig at(east(before));
  at.read_all();
  at.server.edit([&] { at.server.zone = east(before + by); });
  for (int poll = 0; poll < 6; ++poll) {
    CAPTURE(before, by, poll);
    at.pass(a_minute);
    at.put({.key = "mug-2", .title = std::to_string(poll)});
    at.pass(a_minute);
    const auto all = at.read_all();
    // a server that showed UTC and turns west cannot be told from one that stays there until something newer is seen
    if (before == 0 && by < 0) return;
    CHECK(all.keys().contains("mug-2"));
  }
}

TEST_CASE("a catalogue with no product to ask for is read wide enough for any zone until there is one") {
  akeneo_rig at;
  at.server.zone = east(GENERATE(840, -720, 60));
  at.read_all();
  for (int poll = 0; poll < 3; ++poll) {
    at.pass(a_minute * 5);
    at.put({.key = "mug-" + std::to_string(poll)});
    at.pass(a_minute);
    CHECK(at.read_all().keys().contains("mug-" + std::to_string(poll)));
  }
}

TEST_CASE("while every product was saved just now and the index lags, no zone is found out and none is excluded") {
  akeneo_rig at;
  at.server.zone = east(GENERATE(840, -720));
  at.put({.key = "mug-1"});
  at.read_all();
  at.pass(a_minute * 10);
  at.server.index_lag = a_minute * 2;
  at.put({.key = "mug-1", .title = "New"});
  at.pass(a_minute);
  CHECK(at.read_all().keys() == names{"mug-1"}); // by its old date
}

TEST_CASE("a zone that is given is not looked for") {
  distant_rig at(east(120));
  at.options.pim_timezone = "+02:00";
  at.restart();
  at.put({.key = "mug-2", .title = "New"});
  at.pass(a_minute);
  const auto before = at.server.requests();
  CHECK(at.read_all().keys() == names{"mug-2"});
  CHECK(at.server.requests() - before == 4); // attributes, a glance, products, models
}

TEST_CASE("what is given as a zone is UTC or an offset") {
  CHECK(akeneo_zone::offset_from("UTC") == duration{0});
  CHECK(akeneo_zone::offset_from("+02:00") == east(120));
  CHECK(akeneo_zone::offset_from("-05:30") == east(-330));
  for (const auto* text : {"", "utc", "Europe/Berlin", "+2", "+15:00", "02:00", "+02:0x"})
    CHECK_FALSE(akeneo_zone::offset_from(text));
}

} // namespace listingd::pim
