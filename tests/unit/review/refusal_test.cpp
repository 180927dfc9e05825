#include "review/refusal.hpp"

#include "catch.hpp"

namespace listingd::review {

namespace {

code_advice advice(std::string_view code) {
  if (code == "12052104")
    return {.klass = "attribute",
            .meaning = "a mandatory attribute is missing",
            .suggestion = "enter it",
            .who = actor::product_team};
  return {};
}

} // namespace

TEST_CASE("a refused call becomes one violation with TikTok's words and the table's advice") {
  error why{.kind = error_kind::fix_data,
            .code = "12052104",
            .message = "Attribute 100392 is required",
            .where = "POST /product/202309/products"};
  why.request_id = "r1";
  const auto found = read_refusal(why, advice);
  REQUIRE(found.size() == 1);
  CHECK(found[0].origin == violation_origin::refusal);
  CHECK(found[0].klass == "attribute");
  CHECK(found[0].code == "12052104");
  CHECK(found[0].position == "attribute");
  CHECK(found[0].reason == "a mandatory attribute is missing; TikTok says: Attribute 100392 is required");
  CHECK(found[0].suggestion == "enter it");
  CHECK(found[0].who == actor::product_team);
  CHECK(found[0].evidence.at("request_id") == "r1");
  CHECK(found[0].evidence.at("call") == "POST /product/202309/products");
}

TEST_CASE("a code that the table does not know keeps TikTok's words") {
  const auto found = read_refusal({.kind = error_kind::bug, .code = "1", .message = "odd", .where = "x"}, advice);
  REQUIRE(found.size() == 1);
  CHECK(found[0].klass == "other");
  CHECK(found[0].reason == "odd");
  CHECK(found[0].who == actor::operator_);
  CHECK_FALSE(read_refusal({.code = "1", .message = ""}, advice).front().reason.empty());
}

TEST_CASE("the same refusal with another request id is the same finding") {
  error why{.code = "12052104", .message = "m", .where = "w"};
  const auto first = read_refusal(why, advice).front().fingerprint();
  why.request_id = "another";
  CHECK(read_refusal(why, advice).front().fingerprint() == first);
}

TEST_CASE("each entry of listing_check becomes a violation, in order") {
  const auto found = read_check_failures({{"12052104", "Material"}, {"77", ""}}, advice);
  REQUIRE(found.size() == 2);
  CHECK(found[0].code == "12052104");
  CHECK(found[0].reason.find("Material") != std::string::npos);
  CHECK(found[1].code == "77");
  CHECK(read_check_failures({}, advice).empty());
}

} // namespace listingd::review
