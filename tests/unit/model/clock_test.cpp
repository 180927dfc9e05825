#include "model/clock.hpp"

#include "catch.hpp"

namespace listingd {

namespace {

instant at(long long milliseconds) {
  return instant{duration{milliseconds}};
}

} // namespace

TEST_CASE("an instant is written in UTC, milliseconds only when there are any") {
  CHECK(to_text(at(0)) == "1970-01-01T00:00:00Z");
  CHECK(to_text(at(1'795'507'200'000)) == "2026-11-24T08:00:00Z");
  CHECK(to_text(at(1'795'507'200'007)) == "2026-11-24T08:00:00.007Z");
  CHECK(to_text(at(-1)) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("what is written is read back") {
  for (const auto milliseconds :
       {0LL, 1LL, 999LL, 951'782'400'000LL, 1'795'507'200'120LL, 4'102'444'800'000LL, -86'400'001LL})
    CHECK(instant_from_text(to_text(at(milliseconds))) == at(milliseconds));
}

TEST_CASE("ISO 8601 is read in the forms that PIMs write") {
  const auto eight = at(1'795'507'200'000);
  for (const auto* text : {"2026-11-24T08:00:00Z", "2026-11-24T08:00:00z", "2026-11-24 08:00:00",
                           "2026-11-24T09:00:00+01:00", "2026-11-24T03:00:00-0500", "2026-11-24T13:30:00+05:30",
                           "2026-11-24T08:00:00.000000Z", "2026-11-24T10:00:00+02"}) {
    INFO(text);
    CHECK(instant_from_text(text) == eight);
  }
  CHECK(instant_from_text("2026-11-24") == at(1'795'478'400'000));
  CHECK(instant_from_text("2026-11-24T08:00:00.123456Z") == eight + duration{123});
  CHECK(instant_from_text("2026-11-24T08:00:00.5+00:00") == eight + duration{500});
  CHECK(instant_from_text("2024-02-29") == at(1'709'164'800'000));
}

TEST_CASE("what is no instant is not read") {
  for (const auto* text : {"", "yesterday", "2026", "2026-13-01", "2025-02-29", "2026-11-24T", "2026-11-24T08:00",
                           "24.11.2026", "2026-11-24T25:00:00Z", "2026-11-24T08:61:00Z", "2026-11-24T08:00:00+1",
                           "2026-11-24T08:00:00 UTC", "2026/11/24", "2026-11-24X08:00:00Z", "-026-11-24"}) {
    INFO(text);
    CHECK_FALSE(instant_from_text(text));
  }
}

TEST_CASE("a manual clock stands still until told otherwise") {
  manual_clock time(at(5));
  CHECK(time.now() == at(5));
  time.advance(duration{10});
  CHECK(time.now() == at(15));
}

} // namespace listingd
