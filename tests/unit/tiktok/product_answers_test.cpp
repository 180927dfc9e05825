#include "tiktok/product_answers.hpp"

#include "catch.hpp"
#include "sample_product.hpp"

namespace listingd::tiktok {

using namespace test;

TEST_CASE("Get Product is read with both axes of its state") {
  const auto seen = sample_live();
  CHECK(seen.id == listing_id("1730000000000000123"));
  CHECK(seen.status == listing_status::activate);
  CHECK(seen.review == review_state::approved);
  CHECK(seen.external_product_id == "pim:tee");
  REQUIRE(seen.skus.size() == 3);
  CHECK(seen.skus[0].external_sku_id == "tee-TEE-RED-M");
}

TEST_CASE("a review's words are kept verbatim, and unknown states do not get lost") {
  const auto seen =
      observed_from(parse_json(R"({"id":1730000000000000123,"status":"SCHEDULED","audit":{"status":"REJECTED",
    "pre_approved_reasons":["KYC_PENDING"]},"audit_failed_reasons":[{"position":"Product","reasons":["Insufficient"],
    "suggestions":"Write more","listing_platform":"TIKTOK_SHOP"}]})",
                               "t")
                        .value());
  CHECK(seen.id == listing_id("1730000000000000123"));
  CHECK(seen.status == listing_status::unknown);
  CHECK(seen.raw_status == "SCHEDULED");
  CHECK(seen.raw_review == "REJECTED");
  CHECK(seen.pre_approved_reasons == std::vector<std::string>{"KYC_PENDING"});
  REQUIRE(seen.reasons.size() == 1);
  CHECK(seen.reasons[0].position == "Product");
  CHECK(seen.reasons[0].suggestions == std::vector<std::string>{"Write more"});
}

TEST_CASE("a product without status takes the next best word") {
  CHECK(observed_from(parse_json(R"({"id":"1","product_status":"PENDING"})", "t").value()).status ==
        listing_status::pending);
  CHECK(
      observed_from(
          parse_json(R"({"id":"1","integrated_platform_statuses":[{"platform":"TOKOPEDIA","status":"ACTIVATE"}]})", "t")
              .value())
          .status == listing_status::activate);
  CHECK(observed_from(parse_json(R"({"id":"1"})", "t").value()).status == listing_status::unknown);
}

} // namespace listingd::tiktok
