// A thousand days of one authorization, on clocks that only the test moves, with whatever may go wrong going wrong: no
// call with an expired token, no two refreshes at once however many want one, no consent lost but where TikTok ended it
// or threw the only refresh token away with a reply that never came.
#include "integration/stage.hpp"
#include "sync/consent_schedule.hpp"

#include <array>
#include <cstdlib>
#include <random>

using namespace listingd;
using namespace listingd::integration;

namespace {

class life {
public:
  life(std::uint32_t seed, const char* rotation) : chance_(seed), strict_(std::string_view(rotation) == "strict") {
    on_.tiktok.control("POST settings", json::object{{"rotate_refresh", rotation},
                                                     {"old_access", seed % 2 == 0 ? "keep" : "kill"},
                                                     {"consent_seconds", 365 * 24 * 3600},
                                                     {"webhooks", false}});
    on_.connect();
  }

  /// One or two looks a day; the daemon may be away for some of them.
  void live(int days) {
    const auto end = on_.time.now() + 24h * days;
    while (on_.time.now() < end) {
      on_.pass(12h + std::chrono::minutes(chance_() % 720));
      if (away_ > 0 && --away_ > 0) continue;
      misfortune();
      const auto lost_before = state("oauth.refreshes_lost");
      all_at_once();
      lost_refresh_ = lost_refresh_ || (strict_ && state("oauth.refreshes_lost") > lost_before);
      on_.run(on_.daemon.tokens.watch());
      seller_acts();
      if (one_in(20)) away_ = static_cast<int>(chance_() % 14); // up to ten days: past the life of an access token
    }
    REQUIRE(state("oauth.expired_calls") == 0);
    REQUIRE(state("oauth.refreshes_in_flight_most") == 1);
    REQUIRE(state("oauth.refreshes") >= days / 6); // or the test has not lived
    REQUIRE(wanted_by_many_ >= days / 100);
    REQUIRE(reconsents_ >= days / 365);
  }

private:
  bool one_in(unsigned n) { return chance_() % n == 0; }

  std::int64_t state(const char* what) { return integer_at(on_.tiktok.control("GET state"), what).value_or(-1); }

  /// The keeper looks for what is due, and calls want to be made meanwhile.
  void all_at_once() {
    const auto shop = on_.shop();
    const bool due = on_.time.now() >= shop.renewal_due;
    if (on_.time.now() >= sync::last_use(shop.renewal_due, shop.access_expires)) ++wanted_by_many_;
    const int calls = due ? 2 : one_in(4) ? 1 : 0;
    int ended = 0;
    bool all = false;
    const auto counted = [&](task<void> work) -> task<void> {
      co_await std::move(work);
      all = ++ended == calls + 1;
    };
    on_.loop.start(counted(refresh()));
    for (int i = 0; i < calls; ++i) on_.loop.start(counted(call()));
    on_.loop.until(all);
  }

  task<void> refresh() { co_await on_.daemon.tokens.refresh_due(); }

  task<void> call() {
    co_await on_.daemon.tokens.call<json::value>(
        us, [this](const sync::shop_access& access) { return on_.daemon.tiktok->prerequisites(access); });
  }

  void misfortune() {
    on_.tiktok.control("DELETE faults");
    if (!one_in(4)) return;
    static constexpr std::array kinds{"500", "503", "429", "drop_before", "drop_after", "bad_json", "wrong_type"};
    const std::string kind = kinds[chance_() % kinds.size()];
    // with strict rotation a lost reply takes the consent with it; how often that may be is counted
    const bool reply_lost = kind == "drop_after" || kind == "bad_json" || kind == "wrong_type";
    if (strict_ && reply_lost && !one_in(10)) return;
    const std::int64_t times = 1 + static_cast<std::int64_t>(chance_() % 3);
    on_.tiktok.fault("GET token/refresh", kind, {{"times", times}});
  }

  /// A seller renews the consent when the alerts say so, and returns when it was lost.
  void seller_acts() {
    const auto shop = on_.shop();
    if (!shop.alive()) {
      INFO("lost: " << shop.state_reason);
      REQUIRE(on_.alerts(alert_kind::needs_reauth).size() == 1); // at once
      REQUIRE((lost_refresh_ || on_.time.now() >= shop.consent_ends));
      reconsent();
      return;
    }
    for (const auto& told : on_.alerts(alert_kind::consent_ends))
      if (told.level <= 3 || (told.level <= 14 && one_in(30))) return reconsent();
  }

  void reconsent() {
    on_.tiktok.control("DELETE faults");
    on_.connect();
    lost_refresh_ = false;
    ++reconsents_;
    REQUIRE(on_.shop().alive());
    REQUIRE(on_.run(on_.daemon.db->alerts(false)).empty());
  }

  stage on_{{.one_time = true}};
  std::mt19937 chance_;
  bool strict_;
  bool lost_refresh_ = false; ///< under strict: the only refresh token that works never reached us
  int away_ = 0;
  int wanted_by_many_ = 0; ///< a token as good as expired, wanted by the keeper and by calls at once
  int reconsents_ = 0;
};

} // namespace

TEST_CASE("a thousand days of one authorization") {
  const char* const more = std::getenv("LISTINGD_SEEDS");
  const auto rotation = GENERATE(as<const char*>(), "no", "grace", "strict", "keep");
  for (std::uint32_t seed = 1; seed <= (more != nullptr ? static_cast<std::uint32_t>(std::atoi(more)) : 1U); ++seed) {
    CAPTURE(rotation, seed);
    life one(seed, rotation);
    one.live(1000);
  }
}
