#include "catch.hpp"
#include "sync/consent_schedule.hpp"

using namespace listingd;
using namespace listingd::sync;
using namespace std::chrono_literals;

namespace {

const instant noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 25} + 12h};

} // namespace

TEST_CASE("a token is renewed at about half of its life, spread by a tenth") {
  CHECK(renewal_due(noon, noon + 100h, 0.0) == noon + 45h);
  CHECK(renewal_due(noon, noon + 100h, 0.5) == noon + 50h);
  CHECK(renewal_due(noon, noon + 100h, 0.99) < noon + 55h);
}

TEST_CASE("a token that is dead already is not renewed in a tight loop") {
  CHECK(renewal_due(noon, noon - 1h, 0.5) == noon + 60s);
  CHECK(renewal_due(noon, noon, 0.0) == noon + 60s);
  CHECK(renewal_due(noon, noon + 1ms, 0.0) == noon + 1s);
}

TEST_CASE("a renewal is overdue a quarter of the way to the expiry, at most six hours") {
  CHECK(renewal_overdue_from(noon, noon + 8h) == noon + 2h);
  CHECK(renewal_overdue_from(noon, noon + 84h) == noon + 6h);
  CHECK(renewal_overdue_from(noon, noon - 1h) == noon);
}

TEST_CASE("no call begins that could outlast its token") {
  CHECK(last_use(noon, noon + 84h) == noon + 84h - 60s);
  CHECK(last_use(noon, noon + 10s) == noon + 8s);
  CHECK(last_use(noon + 1s, noon) == noon);
}

TEST_CASE("the countdown has five levels and an end") {
  struct one {
    duration left;
    std::optional<int> level;
  };
  for (const auto& [left, level] : {one{31 * 24h, std::nullopt}, one{30 * 24h + 1ms, std::nullopt}, one{30 * 24h, 30},
                                    one{14 * 24h + 1ms, 30}, one{14 * 24h, 14}, one{7 * 24h, 7}, one{3 * 24h, 3},
                                    one{25h, 3}, one{24h, 1}, one{1ms, 1}, one{0ms, 0}, one{-100h, 0}}) {
    INFO(left.count() << " ms left");
    CHECK(countdown_level(noon, noon + left) == level);
  }
}

TEST_CASE("days left are rounded up") {
  CHECK(days_left(noon, noon + 24h) == 1);
  CHECK(days_left(noon, noon + 24h + 1ms) == 2);
  CHECK(days_left(noon, noon + 1ms) == 1);
  CHECK(days_left(noon, noon) == 0);
  CHECK(days_left(noon, noon - 1h) == 0);
}
