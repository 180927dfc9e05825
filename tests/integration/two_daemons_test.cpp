// Two daemons on one database, each with its own loop on its own thread, racing for every refresh.
#include "integration/stage.hpp"

#include <barrier>
#include <thread>

using namespace listingd;
using namespace listingd::integration;

namespace {

constexpr int races = 500;

/// A second daemon: its own loop, connections and keeper.
struct rival {
  explicit rival(const stage& beside) : daemon(loop.executor(), beside.time, beside.wiring) {}
  tests::loop loop;
  instance daemon;
};

} // namespace

TEST_CASE("two daemons race for 500 refreshes, and each is done once") {
  stage on({.one_time = true});
  on.tiktok.control(
      "POST settings",
      json::object{{"rotate_refresh", "strict"}, {"old_access", "kill"}, {"consent_seconds", 3650LL * 24 * 3600}});
  on.connect();
  rival other(on);
  std::atomic<int> renewed{0}, broken{0};
  bool by_call = false, ended = false;
  std::barrier line(2);
  const auto race = [&](instance& daemon, tests::loop& loop) {
    try {
      if (by_call) {
        const auto answer = loop.run(daemon.tokens.call<json::value>(
            us, [&](const sync::shop_access& access) { return daemon.tiktok->prerequisites(access); }));
        broken += answer ? 0 : 1;
      } else {
        renewed += loop.run(daemon.tokens.refresh_due());
      }
    } catch (const std::exception&) {
      ++broken;
    }
  };
  std::thread second([&] {
    for (;;) {
      line.arrive_and_wait();
      if (ended) return;
      race(other.daemon, other.loop);
      line.arrive_and_wait();
    }
  });
  int unequal = 0;
  const auto first = on.shop().generation;
  for (int round = 0; round < races; ++round) {
    by_call = round % 2 == 0; // both meet the expired token, or both find the renewal due
    if (by_call)
      on.tiktok.control("POST expire_tokens");
    else
      on.pass(std::max(on.shop().renewal_due - on.time.now(), duration{0}));
    const auto before = on.shop().generation;
    line.arrive_and_wait();
    race(on.daemon, on.loop);
    line.arrive_and_wait();
    unequal += on.shop().generation == before + 1 ? 0 : 1;
  }
  ended = true;
  line.arrive_and_wait();
  second.join();
  CHECK(broken == 0);
  CHECK(unequal == 0);
  CHECK(renewed == races / 2);
  CHECK(on.shop().generation == first + races);
  CHECK(on.shop().alive());
  const auto state = on.tiktok.control("GET state");
  const auto counted = [&](const char* what) { return integer_at(state, std::string("oauth.") + what).value_or(-1); };
  CHECK(counted("refreshes") == races);
  CHECK(counted("refreshes_refused") == 0);
  CHECK(counted("refreshes_in_flight_most") == 1);
}
