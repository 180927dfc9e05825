// The seller's consent: tokens that run out, are renewed once, or are dead until the seller consents again.
#include "integration/stage.hpp"

using namespace listingd;
using namespace listingd::integration;

namespace {

int refreshes(stage& on) {
  return static_cast<int>(on.tiktok.requests("GET", "/api/v2/token/refresh").size());
}

/// Runs the same call so many times at once; how many of them succeeded.
int call_at_once(stage& on, int times) {
  int succeeded = 0, ended = 0;
  bool all = false;
  const auto one = [&]() -> task<void> {
    auto answer = co_await on.daemon.tokens.call<json::value>(
        us, [&](const sync::shop_access& access) { return on.daemon.tiktok->prerequisites(access); });
    succeeded += answer ? 1 : 0;
    all = ++ended == times;
  };
  for (int i = 0; i < times; ++i) on.loop.start(one());
  on.loop.until(all);
  return succeeded;
}

std::size_t requests(stage& on) {
  return on.tiktok.requests("GET").size() + on.tiktok.requests("POST").size() + on.tiktok.requests("PUT").size();
}

void reconnected(stage& on) {
  on.connect();
  on.time.advance(1s); // the wait after the refused call, if there was one
  on.list({with_title(sample("mug-pair"), "Two mugs")});
  CHECK(on.shop().authorization_state == "active");
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.tiktok.products() == 1);
}

} // namespace

TEST_CASE("an expired access token is renewed once for all calls that meet it, and they succeed") {
  stage on;
  on.tiktok.control("POST expire_tokens");
  CHECK(call_at_once(on, 5) == 5);
  CHECK(refreshes(on) == 1);
  CHECK(on.shop().authorization_state == "active");
}

TEST_CASE("an access token that expires in the middle of a step costs a refresh and no more") {
  stage on;
  on.take_in({sample("mug-pair")});
  on.daemon.wire.before = [&, done = false](const net::http_request& request) mutable {
    if (done || request.method != "POST" || !request.url.contains("/products?")) return;
    done = true;
    on.tiktok.control("POST expire_tokens");
  };
  on.settle();
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(refreshes(on) == 1);
  CHECK(on.tiktok.products() == 1);
}

TEST_CASE("a refresh token that dies with its use is replaced by the new one") {
  stage on;
  on.tiktok.control("POST settings", json::object{{"rotate_refresh", GENERATE("strict", "grace")}});
  for (int round = 1; round <= 3; ++round) {
    on.tiktok.control("POST expire_tokens");
    CHECK(call_at_once(on, 2) == 2);
    CHECK(refreshes(on) == round);
  }
}

TEST_CASE("a token is refreshed ahead of its time") {
  stage on;
  CHECK(on.run(on.daemon.tokens.refresh_due()) == 0);
  on.time.advance(on.shop().renewal_due - on.time.now());
  CHECK(on.run(on.daemon.tokens.refresh_due()) == 1);
  CHECK(on.run(on.daemon.tokens.refresh_due()) == 0);
  CHECK(refreshes(on) == 1);
}

TEST_CASE("a refresh that fails for a while loses neither the token nor the consent") {
  stage on;
  on.tiktok.fault("GET token/refresh", GENERATE(as<std::string>(), "500", "503", "bad_json"));
  on.tiktok.control("POST expire_tokens");
  CHECK(call_at_once(on, 1) == 0);
  CHECK(on.shop().authorization_state == "active");
  const auto asked = refreshes(on);
  CHECK(call_at_once(on, 3) == 0); // the wait after the failure holds for everyone
  CHECK(refreshes(on) == asked);
  on.time.advance(10s);
  CHECK(call_at_once(on, 3) == 3);
  CHECK(refreshes(on) == asked + 1);
}

TEST_CASE("a deauthorization that a webhook tells parks the listings and ends all calls, until the seller returns") {
  stage on;
  on.list({sample("mug-pair")});
  on.tiktok.control("POST deauthorize");
  CHECK(on.deliver_webhooks() == 1); // TikTok was asked, and showed nothing any more
  CHECK(on.shop().authorization_state == "needs_reauth");
  const auto before = requests(on);
  on.take_in({with_title(sample("mug-pair"), "Two mugs")});
  on.advance();
  on.keeper_round();
  CHECK(on.state("mug-pair").job == "parked");
  CHECK(on.state("mug-pair").reason.contains("needs_reauth"));
  CHECK(requests(on) == before);
  reconnected(on);
}

TEST_CASE("a deauthorization that nobody tells is learnt from the next refusal") {
  stage on;
  on.list({sample("mug-pair")});
  on.tiktok.control("POST settings", json::object{{"webhooks", false}});
  on.tiktok.control("POST deauthorize");
  on.take_in({with_title(sample("mug-pair"), "Two mugs")});
  on.advance();
  CHECK(on.shop().authorization_state == "needs_reauth");
  CHECK(on.state("mug-pair").job == "parked");
  const auto before = requests(on);
  on.run(on.daemon.db->wake_shop(us, on.time.now()));
  on.advance();
  on.keeper_round();
  CHECK(on.run(on.daemon.tokens.refresh_due()) == 0);
  CHECK(requests(on) == before);
  on.tiktok.control("POST settings", json::object{{"webhooks", true}});
  reconnected(on);
}

TEST_CASE("a refresh that TikTok refuses ends the consent instead of looping") {
  stage on;
  on.tiktok.control("POST settings", json::object{{"webhooks", false}});
  on.tiktok.control("POST expire_tokens");
  on.tiktok.control("POST deauthorize");
  on.time.advance(on.shop().renewal_due - on.time.now());
  CHECK(on.run(on.daemon.tokens.refresh_due()) == 0);
  CHECK(on.shop().authorization_state == "needs_reauth");
  CHECK(refreshes(on) == 1);
}
