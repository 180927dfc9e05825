#include "stage.hpp"

#include <future>
#include <set>

namespace listingd::store::test {

TEST_CASE("due listings are claimed oldest first, and none before its time") {
  stage at;
  at.take_in({at.item("late")}, noon + 3s);
  at.take_in({at.item("early")}, noon + 1s);
  at.take_in({at.item("middle")}, noon + 2s);
  CHECK_FALSE(at.claim(noon));
  for (const auto* const expected : {"early", "middle"}) {
    const auto held = at.claim(noon + 2s);
    REQUIRE(held);
    CHECK(held->ref.product.text() == expected);
  }
  CHECK_FALSE(at.claim(noon + 2s));
  CHECK(at.claim(noon + 3s)->ref.product.text() == "late");
}

TEST_CASE("the oldest is found across the shops served, and other shops' listings are left alone") {
  stage at;
  at.take_in({at.item("here")}, noon + 2s, false, "", {us});
  at.take_in({at.item("there")}, noon + 1s, false, "", {uk});
  CHECK(run(at.db->claim({us}, noon + 9s, lease))->ref.product.text() == "here");
  at.leases_run_out();
  const auto first = run(at.db->claim({us, uk}, noon + 9s, lease));
  CHECK(first->ref.product.text() == "there");
  CHECK(first->ref.shop == uk);
  CHECK_FALSE(run(at.db->claim({}, noon + 9s, lease)));
}

TEST_CASE("a claim that another transaction is making is passed over") {
  stage at;
  at.take_in({at.item("a")}, noon);
  at.take_in({at.item("b")}, noon + 1s);
  pqxx::work other(at.side);
  other.exec("select 1 from listing where product_key = 'a' for update");
  const auto held = at.claim(noon + 2s);
  REQUIRE(held);
  CHECK(held->ref.product.text() == "b");
}

TEST_CASE("workers side by side claim every listing once") {
  stage at;
  std::vector<intake_item> items;
  items.reserve(40);
  for (int i = 0; i < 40; ++i) items.push_back(at.item("p" + std::to_string(i)));
  at.take_in(items);
  const auto work = [&] {
    std::vector<std::string> mine;
    while (const auto held = at.claim()) mine.push_back(held->ref.product.text());
    return mine;
  };
  auto one = std::async(std::launch::async, work);
  auto two = std::async(std::launch::async, work);
  auto all = one.get();
  std::ranges::move(two.get(), std::back_inserter(all));
  CHECK(all.size() == 40);
  CHECK(std::set<std::string>(all.begin(), all.end()).size() == 40);
}

TEST_CASE("a claim brings everything that a step needs") {
  stage at;
  auto held = at.held("tee");
  CHECK(held.payload->at("key") == "tee");
  CHECK(held.state.job == "working");
  CHECK_FALSE(held.open);
  auto out = at.outcome(held);
  out.state.id = listing_id("1729");
  out.state.status = listing_status::activate;
  out.state.review = review_state::failed;
  out.state.accepted = {{"details", "d1"}, {"offers", "o1"}};
  out.state.observed = {{"title", "Tee"}};
  out.state.observed_at = noon;
  out.state.due_at = noon;
  out.review = {{.origin = violation_origin::review,
                 .klass = "image",
                 .code = "review",
                 .position = "Main image",
                 .reason = "too small",
                 .suggestion = "larger",
                 .who = actor::machine,
                 .evidence = {{"side", 300}}}};
  out.preflight = {{.code = "not_for_a_step", .position = "x", .reason = "y"}};
  out.remediations = {{.change = {.rule = "image_geometry", .change = {{"min_short_side", 800}}, .input = "i1"},
                       .because = "too small"}};
  CHECK(run(at.db->record(held, out, noon)));

  const auto again = at.claim();
  REQUIRE(again);
  CHECK(again->state.id.text() == "1729");
  CHECK(again->state.status == listing_status::activate);
  CHECK(again->state.review == review_state::failed);
  CHECK(again->state.accepted == out.state.accepted);
  CHECK(again->state.observed == out.state.observed);
  CHECK(again->state.observed_at == noon);
  REQUIRE(again->violations.size() == 1);
  CHECK(again->violations[0].reason == "too small");
  CHECK(again->violations[0].who == actor::machine);
  CHECK(again->violations[0].evidence == out.review->front().evidence);
  REQUIRE(again->remediations.size() == 1);
  CHECK(again->remediations[0].change.change == out.remediations[0].change.change);
  CHECK(again->remediations[0].outcome == "open");
  const auto peeked = run(at.db->peek(held.ref));
  REQUIRE(peeked);
  CHECK(peeked->violations.size() == 1);
}

TEST_CASE("peek leases nothing") {
  stage at;
  at.take_in({at.item("tee")});
  REQUIRE(run(at.db->peek(at.ref("tee"))));
  CHECK(at.claim());
  CHECK_FALSE(run(at.db->peek(at.ref("unknown"))));
}

TEST_CASE("a lease that ran out is taken over, and the one who lost it records nothing but the notes") {
  stage at;
  const auto lost = at.held("tee");
  CHECK_FALSE(at.claim(noon + 1h));
  at.leases_run_out();
  const auto taken = at.claim();
  REQUIRE(taken);
  CHECK(taken->lease_token != lost.lease_token);

  auto stale = at.outcome(lost);
  stale.state.job = "parked";
  stale.notes = {{.event = "late", .message = "came too late", .evidence = nullptr}};
  stale.refusal = {{.origin = violation_origin::refusal, .code = "c", .position = "p", .reason = "r"}};
  CHECK_FALSE(run(at.db->record(lost, stale, noon)));
  CHECK(at.ask("select job from listing") == "working");
  CHECK(at.ask("select count(*) from violation") == "0");
  CHECK(at.ask("select count(*) from note where event = 'late'") == "1");
  CHECK(run(at.db->record(*taken, at.outcome(*taken), noon)));
}

TEST_CASE("a lease that ran out and was not taken over still records") {
  stage at;
  const auto held = at.held("tee");
  at.leases_run_out();
  CHECK(run(at.db->record(held, at.outcome(held), noon)));
}

TEST_CASE("recording sets when the listing is due again") {
  stage at;
  const auto held = at.held("tee");
  auto out = at.outcome(held);
  out.state.due_at = noon + 5min;
  REQUIRE(run(at.db->record(held, out, noon)));
  CHECK_FALSE(at.claim(noon + 4min));
  CHECK(at.claim(noon + 5min));
}

TEST_CASE("a listing at rest is woken by a fact") {
  stage at;
  auto held = at.held("tee");
  auto out = at.outcome(held);
  out.state.id = listing_id("1729");
  REQUIRE(run(at.db->record(held, out, noon)));
  REQUIRE_FALSE(at.claim(noon + 1h));

  SECTION("a webhook about its TikTok product") {
    CHECK(run(at.db->wake_listing(us, listing_id("1729"), true, noon + 1s, {})) == 1);
    const auto woken = at.claim(noon + 1s);
    REQUIRE(woken);
    CHECK(woken->state.hint_at == noon + 1s);
  }
  SECTION("a webhook without a hint leaves the observation alone") {
    CHECK(run(at.db->wake_listing(us, listing_id("1729"), false, noon + 1s, {})) == 1);
    CHECK_FALSE(at.claim(noon + 1s)->state.hint_at);
  }
  SECTION("nobody knows the TikTok product") {
    CHECK(run(at.db->wake_listing(us, listing_id("4711"), true, noon, {})) == 0);
    CHECK(run(at.db->wake_listing(uk, listing_id("1729"), true, noon, {})) == 0);
    CHECK_FALSE(at.claim(noon + 1h));
  }
  SECTION("a new version from the PIM") {
    at.take_in({at.item("tee", 2)}, noon + 1s);
    CHECK(at.claim(noon + 1s));
  }
  SECTION("the whole shop") {
    CHECK(run(at.db->wake_shop(us, noon + 1s)) == 1);
    CHECK(at.claim(noon + 1s));
  }
}

TEST_CASE("waking pulls the time forward and never back") {
  stage at;
  const auto held = at.held("tee");
  auto out = at.outcome(held);
  out.state.due_at = noon + 1min;
  REQUIRE(run(at.db->record(held, out, noon)));
  run(at.db->wake_shop(us, noon + 5min));
  CHECK(at.ask("select ms(due_at) from listing") == std::to_string((noon + 1min).time_since_epoch().count()));
  run(at.db->wake_shop(us, noon + 30s));
  CHECK(at.ask("select ms(due_at) from listing") == std::to_string((noon + 30s).time_since_epoch().count()));
}

TEST_CASE("a fact that arrives during a step leaves the lease alone and makes the listing due at once") {
  stage at;
  const auto held = at.held("tee");
  at.take_in({at.item("tee", 2)}, noon + 1s);
  CHECK_FALSE(at.claim(noon + 1h)); // still leased
  auto out = at.outcome(held);
  out.state.due_at = noon + 24h;
  CHECK(run(at.db->record(held, out, noon + 2s)));
  const auto next = at.claim(noon + 2s);
  REQUIRE(next);
  CHECK(next->payload->at("revision") == 2);
}

TEST_CASE("a hint that arrives while TikTok is read is not answered by that reading") {
  stage at;
  auto held = at.held("tee");
  auto out = at.outcome(held);
  out.state.id = listing_id("1729");
  out.state.due_at = noon;
  REQUIRE(run(at.db->record(held, out, noon)));
  held = *at.claim();
  run(at.db->wake_listing(us, listing_id("1729"), true, noon + 1s, {}));
  out = at.outcome(held);
  out.state.observed_at = noon + 2s;
  out.state.hint_at.reset();
  REQUIRE(run(at.db->record(held, out, noon + 2s)));
  const auto next = at.claim(noon + 2s);
  REQUIRE(next);
  REQUIRE(next->state.hint_at);
  CHECK(*next->state.hint_at >= *next->state.observed_at);
}

TEST_CASE("an operator's requeue during a step is not overwritten by the step") {
  stage at;
  auto held = at.held("tee");
  auto out = at.outcome(held);
  out.state.refused_fingerprint = "f1";
  out.state.failures = 3;
  out.state.retry_not_before = noon + 10min;
  out.state.due_at = noon;
  REQUIRE(run(at.db->record(held, out, noon)));
  held = *at.claim();
  const note asked{.who = "operator", .event = "requeue", .message = "try again", .evidence = nullptr};
  CHECK(run(at.db->wake_product(std::nullopt, product_key("tee"), noon + 1s, {asked})) == 1);
  REQUIRE(run(at.db->record(held, at.outcome(held), noon + 2s)));
  const auto next = at.claim(noon + 2s);
  REQUIRE(next);
  CHECK(next->state.refused_fingerprint.empty());
  CHECK(next->state.failures == 0);
  CHECK_FALSE(next->state.retry_not_before);
  CHECK(run(at.db->notes_about(product_key("tee"))).back().message == "try again");
}

TEST_CASE("a requeue may name the shop") {
  stage at;
  at.take_in({at.item("tee")}, noon, false, "", {us, uk});
  CHECK(run(at.db->wake_product(uk, product_key("tee"), noon, {})) == 1);
  CHECK(run(at.db->wake_product(std::nullopt, product_key("tee"), noon, {})) == 2);
  CHECK(at.ask("select wake from listing where shop_id = '" + uk.text() + "'") == "3");
}

TEST_CASE("the review watch wakes what was read before TikTok's change, and nothing else") {
  stage at;
  auto held = at.held("tee");
  auto out = at.outcome(held);
  out.state.id = listing_id("1729");
  SECTION("read long after the change") {
    out.state.observed_at = noon;
    REQUIRE(run(at.db->record(held, out, noon)));
    CHECK(run(at.db->wake_if_older(us, listing_id("1729"), noon - 1min, noon + 1s)) == 0);
    CHECK_FALSE(at.claim(noon + 1h));
  }
  SECTION("read before it, or within its second") {
    out.state.observed_at = noon + 500ms;
    REQUIRE(run(at.db->record(held, out, noon)));
    CHECK(run(at.db->wake_if_older(us, listing_id("1729"), noon, noon + 1s)) == 1);
    CHECK(at.claim(noon + 1s)->state.hint_at == noon + 1s);
  }
  SECTION("never read") {
    REQUIRE(run(at.db->record(held, out, noon)));
    CHECK(run(at.db->wake_if_older(us, listing_id("1729"), noon, noon + 1s)) == 1);
  }
}

TEST_CASE("the next due time is that of the first listing nobody holds") {
  stage at;
  CHECK_FALSE(run(at.db->next_due({us})));
  at.take_in({at.item("a")}, noon);
  at.take_in({at.item("b")}, noon + 7s);
  CHECK(run(at.db->next_due({us, uk})) == noon);
  REQUIRE(at.claim());
  CHECK(run(at.db->next_due({us, uk})) == noon + 7s);
  CHECK_FALSE(run(at.db->next_due({uk})));
}

TEST_CASE("a new shop gets the listings that it lacks") {
  stage at;
  at.take_in({at.item("a"), at.item("b")});
  at.take_in({at.tombstone("b")}, noon + 1s);
  CHECK(run(at.db->ensure_listings(uk, pim)) == 1);
  CHECK(run(at.db->ensure_listings(uk, pim)) == 0);
  CHECK(at.claim(noon, {uk})->ref.product.text() == "a");
}

} // namespace listingd::store::test
