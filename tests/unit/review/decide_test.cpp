#include "review/decide.hpp"

#include "catch.hpp"
#include "situations.hpp"

#include <algorithm>
#include <array>

namespace listingd::review::test {

namespace {

step decided(std::string_view text) {
  const auto known = situation(text);
  REQUIRE(known);
  return decide(*known, now, rules);
}

} // namespace

TEST_CASE("an edit names the facets that differ, and no other") {
  const auto step = decided("status ACTIVATE, review APPROVED, owed details, owed compliance");
  REQUIRE(step.kind == step_kind::edit);
  CHECK(step.facets == std::vector{facet::details, facet::compliance});
}

TEST_CASE("waiting says until when") {
  struct wait_case {
    std::string_view facts;
    step_kind kind;
    std::optional<instant> until;
  };
  static const std::array cases{
      wait_case{"waiting after a failure", step_kind::idle, now + duration{1}},
      wait_case{"reply lost, just searched", step_kind::idle, now - duration{1} + rules.uncertain_wait},
      wait_case{"sku under another listing", step_kind::park, now + rules.poll_every},
      wait_case{"prerequisites unmet", step_kind::park, now + rules.slow_poll},
      wait_case{"quota used up", step_kind::park, now + duration{1}},
      wait_case{"scan unfinished", step_kind::idle, now + rules.poll_every},
      wait_case{"status PENDING, review AUDITING", step_kind::await_review, now + rules.poll_every},
      wait_case{"status PENDING", step_kind::await_review, now + rules.poll_every},
      wait_case{"status PENDING, review UNKNOWN", step_kind::await_review, now + rules.poll_every},
      wait_case{"status PENDING, review PRE_APPROVED", step_kind::park, now + rules.slow_poll},
      wait_case{"status PENDING, review AUDITING, preflight found something", step_kind::block, now + rules.poll_every},
      wait_case{"status ACTIVATE, review AUDITING, owed details, refused", step_kind::block, now + rules.poll_every},
      wait_case{"status FREEZE", step_kind::park, now + rules.slow_poll},
      wait_case{"unwanted, status ACTIVATE, switched by us, just now", step_kind::idle, now + rules.poll_every},
      wait_case{"status FAILED, review FAILED", step_kind::block, std::nullopt},
      wait_case{"status ACTIVATE, review APPROVED, drift", step_kind::park, std::nullopt},
      wait_case{"no consent", step_kind::park, std::nullopt},
      wait_case{"refused", step_kind::block, std::nullopt},
  };
  for (const auto& one : cases) {
    INFO(one.facts);
    const auto step = decided(one.facts);
    CHECK(name_of(step.kind) == name_of(one.kind));
    CHECK(step.until == one.until);
    CHECK_FALSE(step.reason.empty());
  }
}

TEST_CASE("a wait that has run out is over") {
  CHECK(decided("status PENDING, review AUDITING, poll due").kind == step_kind::read_back);
  CHECK(decided("status FREEZE, slow poll due").kind == step_kind::read_back);
  CHECK(decided("unwanted, status ACTIVATE, switched by us, poll due").kind == step_kind::deactivate);

  auto known = *situation("waiting after a failure");
  CHECK(decide(known, *known.retry_not_before, rules).kind == step_kind::create);
  known = *situation("quota used up");
  CHECK(decide(known, *known.shop.quota_until, rules).kind == step_kind::create);
  known = *situation("reply lost, just searched");
  CHECK(decide(known, *known.open->last_search_at + rules.uncertain_wait, rules).kind == step_kind::resolve_uncertain);
}

TEST_CASE("a lost create is sent again only for a wanted product of a live shop") {
  CHECK(decided("reply lost").may_resend);
  CHECK_FALSE(decided("unwanted, reply lost").may_resend);
  CHECK_FALSE(decided("observe, reply lost").may_resend);

  auto known = *situation("status ACTIVATE, review APPROVED");
  known.open = open_submission{.create = false};
  CHECK(decide(known, now, rules).kind == step_kind::resolve_uncertain);
  CHECK_FALSE(decide(known, now, rules).may_resend);
}

TEST_CASE("an observation from the future does not postpone the next look") {
  auto known = *situation("status PENDING, review AUDITING");
  known.observed_at = now + rules.slow_poll;
  CHECK(decide(known, now, rules).until == now + rules.poll_every);
}

TEST_CASE("stock is owed with the first write, and later only where it is followed and was sent by us") {
  auto known = clean_product();
  known.follow_stock = false;
  CHECK(owed(known).size() == std::size(all_facets));

  put_listing(known);
  known.accepted["stock"] = "accepted before";
  CHECK(owed(known).empty());
  known.follow_stock = true;
  CHECK(owed(known) == std::vector{facet::stock});

  known.accepted.erase("stock"); // an adopted listing: what it has is the shop's own
  CHECK(owed(known).empty());
}

TEST_CASE("without a draft nothing is owed") {
  auto known = *situation("status ACTIVATE, review APPROVED, owed details");
  known.wanted.reset();
  CHECK(owed(known).empty());
}

TEST_CASE("an adopted live listing gets its price first, then the rest") {
  auto known = *situation("status ACTIVATE, review APPROVED");
  known.accepted = {};
  CHECK(decide(known, now, rules).kind == step_kind::edit); // the set of SKUs must be ours before prices can be
  known.accepted = {{"structure", all_wanted().at("structure")}};
  CHECK(decide(known, now, rules).kind == step_kind::set_price);
}

TEST_CASE("the price of a live product does not wait for a review, even with new variants") {
  CHECK(decided("status ACTIVATE, review AUDITING, owed structure, owed offers").kind == step_kind::set_price);
}

TEST_CASE("names of steps are unique, and only changes at TikTok count as writes") {
  CHECK(name_of(step_kind::await_review) == "await_review");
  std::vector<std::string_view> writing;
  for (const auto kind : all_steps)
    if (writes(kind)) writing.push_back(name_of(kind));
  const std::vector<std::string_view> expected{"create", "edit", "set_price", "set_stock", "activate", "deactivate"};
  CHECK(writing == expected);
}

} // namespace listingd::review::test
