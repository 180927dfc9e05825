// Several instances on one database: a step is taken by one of them, and an answer of TikTok is never dropped.
#include "integration/stage.hpp"

#include <stdexcept>

using namespace listingd;
using namespace listingd::integration;

namespace {

/// Steps of several instances at the same time, until none finds anything due; returns how many.
int advance_together(stage& on, const std::vector<instance*>& daemons) {
  int steps = 0;
  std::size_t ended = 0;
  bool all = false;
  const auto work = [&](instance& daemon) -> task<void> {
    while (co_await daemon.reconciler.advance_one()) ++steps;
    all = ++ended == daemons.size();
  };
  for (auto* one : daemons) on.loop.start(work(*one));
  on.loop.until(all);
  return steps;
}

/// A successor has taken the lease over, and has died since.
void take_lease_away(stage& on) {
  on.ask("update listing set lease_token = gen_random_uuid(), "
         "lease_until = clock_timestamp() - interval '1 second' where lease_token is not null returning 1");
}

bool is_create(const net::http_request& request) {
  return request.method == "POST" && request.url.contains("/product/202309/products?");
}

} // namespace

TEST_CASE("two instances share the work and create every product once") {
  stage on;
  instance other(on.loop.executor(), on.time, on.wiring);
  const std::vector<std::string> keys{"mug-pair", "everyday-mug", "tall-latte-mug", "bone-china-mug", "speckled-mug"};
  std::vector<json::object> records;
  records.reserve(keys.size());
  for (const auto& key : keys) records.push_back(sample(key));
  on.take_in(records);
  const std::vector<instance*> both{&on.daemon, &other};
  for (int round = 0; round < 20; ++round) {
    const auto steps = advance_together(on, both);
    if (steps + on.tiktok.give_verdicts() + on.deliver_webhooks() == 0) break;
  }
  for (const auto& key : keys) {
    CAPTURE(key);
    CHECK(on.state(key).job == "verified");
  }
  CHECK(on.tiktok.count("POST", create_path) == 5);
  CHECK(on.tiktok.writes() == 5);
  CHECK(on.tiktok.products() == 5);
}

TEST_CASE("what one instance holds is not due for another") {
  stage on;
  instance other(on.loop.executor(), on.time, on.wiring);
  on.take_in({sample("mug-pair")});
  const auto held = on.run(on.daemon.db->claim({us}, on.time.now(), 60s));
  REQUIRE(held);
  CHECK(!on.run(other.reconciler.advance_one()));
  take_lease_away(on);
  CHECK(on.run(other.reconciler.advance_one()));
}

TEST_CASE("an answer that comes after the lease was lost is stored, and the successor goes on from it") {
  stage on;
  instance other(on.loop.executor(), on.time, on.wiring);
  on.take_in({sample("mug-pair")});
  on.daemon.wire.before = [&](const net::http_request& request) {
    if (is_create(request)) take_lease_away(on);
  };
  while (on.tiktok.count("POST", create_path) == 0) REQUIRE(on.run(on.daemon.reconciler.advance_one()));
  CHECK(on.ask("select state from submission") == "accepted");
  const auto id = on.id("mug-pair");
  CHECK(!id.empty());
  CHECK(!on.state("mug-pair").accepted.empty());

  for (int round = 0; round < 10; ++round)
    if (advance_together(on, {&other}) + on.tiktok.give_verdicts() + on.deliver_webhooks() == 0) break;
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.id("mug-pair") == id);
  CHECK(on.tiktok.count("POST", create_path) == 1);
}

TEST_CASE("a lease that is lost before the call leaves the call unsent") {
  stage on;
  on.take_in({sample("mug-pair")});
  on.daemon.wire.before = [&, once = false](const net::http_request& request) mutable {
    if (once || !request.url.contains("/listing_check?")) return;
    once = true;
    take_lease_away(on);
  };
  on.settle();
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.tiktok.requests("POST", "listing_check").size() == 2);
  CHECK(on.tiktok.count("POST", create_path) == 1);
}

TEST_CASE("an instance that died in the middle of a create leaves it uncertain, and the next one asks TikTok") {
  stage on;
  on.take_in({sample("mug-pair")});
  struct died : std::runtime_error {
    died() : std::runtime_error("the process is gone") {}
  };
  bool armed = true;
  on.daemon.wire.before = [&](const net::http_request& request) {
    if (!armed || !is_create(request)) return;
    armed = false;
    throw died(); // nothing of this instance runs any more, as far as the listing is concerned
  };
  on.settle();
  CHECK(on.tiktok.products() == 0);
  on.time.advance(on.daemon.with.settings.policy.uncertain_wait);
  on.settle();
  on.time.advance(on.daemon.with.settings.policy.uncertain_wait);
  on.settle();
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.tiktok.count("POST", create_path) == 1);
  CHECK(on.tiktok.products() == 1);
}

TEST_CASE("one instance reads a source at a time") {
  stage on;
  instance other(on.loop.executor(), on.time, on.wiring);
  on.take_in({sample("mug-pair")});
  on.folder.put("catalogue/2000.ndjson", json::serialize(sample("everyday-mug")) + "\n");
  const auto nothing = on.run(other.intake.read_all(*other.source));
  REQUIRE(nothing);
  CHECK(nothing->changed == 0);
  on.time.advance(1s);
  const auto done = on.run(on.daemon.intake.read_all(*on.daemon.source));
  REQUIRE(done);
  CHECK(done->changed == 1);
}
