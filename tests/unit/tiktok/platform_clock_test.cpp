#include "tiktok/platform_clock.hpp"

#include "demanding_gateway.hpp"

namespace listingd::tiktok {

using namespace test;
using namespace std::chrono_literals;

namespace {

sync::write_request edit_of_one() {
  return {.kind = sync::write_kind::edit, .method = "PUT", .path = "/product/202509/products/1", .body = "{}"};
}

} // namespace

TEST_CASE("a clock that TikTok takes is measured, and left alone") {
  demanding_rig at;
  CHECK_FALSE(at.consent->clock_skew());
  at.there.ahead = GENERATE(as<duration>{}, 4min, 7s, -25s);
  REQUIRE(at.call());
  CHECK(at.sends == 1);
  CHECK(at.consent->clock_skew() == at.there.ahead);
  CHECK(at.tiktok_time.correction() == 0ms);
}

TEST_CASE("the answers of the token host show TikTok's time too") {
  demanding_rig at;
  at.there.ahead = -3min;
  REQUIRE(run(at.consent->refresh(app_name("row"), secret("R"))));
  CHECK(at.consent->clock_skew() == duration{-3min});
}

TEST_CASE("a refused timestamp is corrected by the Date of that answer, and the call sent again") {
  demanding_rig at;
  at.there.ahead = GENERATE(as<duration>{}, 20min, -40s, 59min, -59min);
  REQUIRE(at.call());
  CHECK(at.sends == 2);
  CHECK(at.tiktok_time.correction() == at.there.ahead);
  REQUIRE(at.call());
  CHECK(at.sends == 1);
}

TEST_CASE("a clock that was set right meanwhile is found to be right") {
  demanding_rig at;
  at.there.ahead = GENERATE(as<duration>{}, 20min, -20min);
  REQUIRE(at.call());
  at.there.ahead = 0ms;
  REQUIRE(at.call());
  CHECK(at.sends == 2);
  CHECK(at.tiktok_time.correction() == 0ms);
}

TEST_CASE("without a Date the timestamp moves in steps until TikTok takes it, five sends a call") {
  demanding_rig at;
  at.there.date = std::nullopt;
  at.there.ahead = GENERATE(as<duration>{}, 10min, 50min, -9min, -45min);
  bool done = false;
  for (int calls = 0; calls < 6 && !done; ++calls) {
    const auto answer = at.call();
    CHECK(at.sends <= 5);
    done = answer.has_value();
    if (done) break;
    CHECK(answer.error().kind == error_kind::retry);
    CHECK(answer.error().whole_shop);
  }
  CHECK(done);
  CHECK_FALSE(at.consent->clock_skew());
}

TEST_CASE("a proxy's Date that TikTok refuses is not tried twice") {
  demanding_rig at;
  at.there.ahead = GENERATE(as<duration>{}, 10min, -10min);
  at.there.date = GENERATE(as<duration>{}, 20min, -20min, 7min); // on top of TikTok's own time
  bool done = false;
  for (int calls = 0; calls < 6 && !done; ++calls) done = at.call().has_value();
  CHECK(done);
  CHECK(at.there.asked.size() <= 11);
  std::vector<std::string> stamps;
  for (const auto& one : at.there.asked) stamps.push_back(net::query_value(one.url, "timestamp"));
  std::ranges::sort(stamps);
  CHECK(std::ranges::adjacent_find(stamps) == stamps.end());
}

TEST_CASE("a Date beyond the bound is not believed: steps find out") {
  demanding_rig at;
  at.there.date = 3h;
  at.there.ahead = GENERATE(as<duration>{}, 10min, -10min);
  CHECK(at.call());
  CHECK(at.sends <= 5);
}

TEST_CASE("a clock that is hours off cannot be corrected, and it is told how to mend it") {
  demanding_rig at;
  const auto [ahead, told] = GENERATE(table<duration, std::string>(
      {{2h + 5min, "this machine's clock is 2 h 5 min behind TikTok's: set it right (chrony or another NTP service)"},
       {-61min, "this machine's clock is 1 h 1 min ahead of TikTok's"},
       {72h, "this machine's clock is 3 days behind TikTok's"}}));
  at.there.ahead = ahead;
  for (int calls = 0; calls < 10; ++calls) {
    const auto answer = at.call();
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == error_kind::retry);
    CHECK(answer.error().whole_shop);
    INFO(answer.error().message);
    CHECK(answer.error().message.contains(told));
    CHECK(at.consent->clock_skew() == ahead);
  }
  CHECK(at.sends == 1); // nothing is left to try
  at.there.ahead = 0ms;
  CHECK(at.call());
}

TEST_CASE("steps end at the bound, and cost one send a call from there") {
  demanding_rig at;
  at.there.date = std::nullopt;
  at.there.ahead = 3h;
  for (int calls = 0; calls < 10; ++calls) CHECK_FALSE(at.call());
  CHECK(at.sends == 1);
  CHECK(at.tiktok_time.correction() == platform_clock::most_correction);
  CHECK(at.call().error().message.contains("clock is more than 1 h 0 min behind TikTok's: set it right"));
}

TEST_CASE("a fault of the timestamp in words that tell no direction is mended by the Date alone") {
  demanding_rig at;
  at.there.too_old = "invalid TIMESTAMP";
  at.there.ahead = 30min;
  SECTION("with it") {
    CHECK(at.call());
    CHECK(at.sends == 2);
  }
  SECTION("without it") {
    at.there.date = std::nullopt;
    const auto answer = at.call();
    REQUIRE_FALSE(answer);
    CHECK(at.sends == 1);
    CHECK(answer.error().kind == error_kind::retry);
  }
}

TEST_CASE("a Date that is no date is none") {
  scripted_transport wire;
  manual_clock time{*instant_from_text("2026-11-24T08:00:00Z")};
  platform_clock tiktok_time{time};
  app_book apps{{demanding_rig::app({"s"})}};
  const auto consent = make_consent(wire, {"https://api.example", "https://auth.example"}, apps, tiktok_time);
  for (const auto* date :
       {"yesterday", "Tue, 24 Nov 2026 08:00:00", "Tue, 31 Feb 2026 08:00:00 GMT", "Tue, 24 Nov 2026 25:00:00 GMT",
        "Tue, 24 ovD 2026 08:00:00 GMT", "Tue, -4 Nov 2026 08:00:00 GMT", "Tue, 24 Nov 99999999999 08:00 GMT", ""}) {
    wire.answer(200, R"({"code":0,"data":{"shops":[]}})", {{"Date", date}});
    REQUIRE(run(consent->shops(app_name("row"), secret("t"))));
    INFO(date);
    CHECK_FALSE(consent->clock_skew());
  }
}

TEST_CASE("a write whose timestamp was refused has had no effect and is sent again") {
  demanding_rig at;
  SECTION("until it is taken, once") {
    at.there.ahead = 20min;
    REQUIRE(run(at.shop->perform(at.access, edit_of_one())));
    CHECK(at.there.accepted == std::vector<std::string>{"PUT"});
  }
  SECTION("and is not open when nothing helps") {
    at.there.ahead = 20h;
    at.there.refusal_status = GENERATE(400, 503);
    const auto answer = run(at.shop->perform(at.access, edit_of_one()));
    REQUIRE_FALSE(answer);
    CHECK_FALSE(answer.error().maybe_done);
  }
}

TEST_CASE("what another call has learnt is tried before anything else") {
  manual_clock time{*instant_from_text("2026-11-24T08:00:00Z")};
  platform_clock shared(time);
  CHECK(shared.refused(stamp_fault::too_old, 0ms, 20min)); // the first of two that were on their way
  CHECK(shared.refused(stamp_fault::too_old, 0ms, std::nullopt));
  CHECK(shared.correction() == 20min);
}

TEST_CASE("the middle between sending and answer is when TikTok looked at its clock") {
  manual_clock time{*instant_from_text("2026-11-24T08:00:00Z")};
  platform_clock shared(time);
  const auto sent = time.now();
  time.advance(8s);
  CHECK(shared.observe("Tue, 24 Nov 2026 08:01:04 GMT", sent) == duration{60s});
  CHECK(shared.measured() == duration{60s});
  CHECK_FALSE(shared.observe("", sent));
  CHECK(shared.measured() == duration{60s});
}

TEST_CASE("a slow answer counts when it tells more than its way may explain") {
  manual_clock time{*instant_from_text("2026-11-24T08:00:00Z")};
  platform_clock shared(time);
  CHECK(shared.observe("Tue, 24 Nov 2026 08:00:03 GMT", time.now()) == duration{3s});
  const auto sent = time.now();
  time.advance(20s);
  CHECK(shared.observe("Tue, 24 Nov 2026 08:00:20 GMT", sent) == duration{10s});
  CHECK(shared.measured() == duration{3s});
  CHECK(shared.observe("Tue, 24 Nov 2026 08:05:10 GMT", sent) == duration{5min});
  CHECK(shared.measured() == duration{5min});
}

} // namespace listingd::tiktok
