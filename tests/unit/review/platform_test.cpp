#include "review/platform.hpp"

#include "catch.hpp"

namespace listingd::review {

namespace {

observed_product seen(listing_status status, review_state review, std::vector<std::string> reasons = {}) {
  observed_product out;
  out.status = status;
  out.review = review;
  out.pre_approved_reasons = std::move(reasons);
  return out;
}

} // namespace

TEST_CASE("what TikTok holds up has a cause, a fix and someone who acts") {
  const std::string code = GENERATE("KYC_PENDING", "RESTRICTED_CATEGORY_PENDING", "SOMETHING_NEW");
  const auto found = read_platform(seen(listing_status::pending, review_state::pre_approved, {code}));
  REQUIRE(found.size() == 1);
  CHECK(found.front().origin == violation_origin::platform);
  CHECK(found.front().code == code);
  CHECK_FALSE(found.front().reason.empty());
  CHECK_FALSE(found.front().suggestion.empty());
  CHECK(found.front().who == actor::shop_owner);
}

TEST_CASE("a pre-approval without a reason is told all the same") {
  CHECK(read_platform(seen(listing_status::pending, review_state::pre_approved)).size() == 1);
}

TEST_CASE("a product taken down or frozen is told") {
  CHECK(read_platform(seen(listing_status::platform_deactivated, review_state::approved)).front().code ==
        "PLATFORM_DEACTIVATED");
  CHECK(read_platform(seen(listing_status::freeze, review_state::none)).front().code == "FREEZE");
}

TEST_CASE("TikTok holds up nothing of a live, a pending or a rejected product") {
  CHECK(read_platform(seen(listing_status::activate, review_state::approved)).empty());
  CHECK(read_platform(seen(listing_status::pending, review_state::auditing)).empty());
  CHECK(read_platform(seen(listing_status::failed, review_state::failed, {"KYC_PENDING"})).empty());
}

} // namespace listingd::review
