#include "tiktok/webhook_event.hpp"
#include "tiktok/webhook_signature.hpp"

#include "catch.hpp"
#include "model/digest.hpp"
#include "model/json.hpp"

#include <array>

namespace listingd::tiktok {

namespace {

const std::string official_body =
    R"({"type":1,"tts_notification_id":"7380066284010030890","shop_id":"7495540735365777507","timestamp":1718305585,"data":{"is_on_hold_order":true,"order_id":"576653688135258178","order_status":"UNPAID","update_time":1718305585}})";
const std::string official_signature = "5dec0f11ec2f6783b8deee53c9ffbf8d024302f7c7e7fa55a35d17629031ac05";

webhook_key key(std::string name, std::string app_key, std::vector<std::string> secrets) {
  webhook_key out{.app = app_name(std::move(name)), .app_key = std::move(app_key), .secrets = {}};
  for (auto& one : secrets) out.secrets.emplace_back(std::move(one));
  return out;
}

} // namespace

TEST_CASE("vector W1: the official webhook is TikTok's") {
  REQUIRE(official_body.size() == 223);
  const std::array keys{key("us", "other", {"123"}), key("row", "abcdef", {"newer", "123"})};
  CHECK(signer_of(official_body, official_signature, keys) == app_name("row"));
}

TEST_CASE("a webhook that was changed or signed by another is refused") {
  const std::array keys{key("row", "abcdef", {"123"})};
  CHECK_FALSE(signer_of(official_body + " ", official_signature, keys));
  CHECK_FALSE(signer_of(official_body, "", keys));
  CHECK_FALSE(signer_of(official_body, official_signature.substr(1), keys));
  CHECK_FALSE(signer_of(official_body, "Bearer " + official_signature, keys));
  const std::array other{key("row", "abcdef", {"124"})};
  CHECK_FALSE(signer_of(official_body, official_signature, other));
  // A secret that could not be read is no secret: its HMAC would be anyone's to make.
  const std::array empty{key("row", "abcdef", {""})};
  CHECK_FALSE(signer_of(official_body, hmac_sha256_hex("", "abcdef" + official_body), empty));
}

TEST_CASE("product ids beyond 2^53 come as text or as integer") {
  for (const auto* id : {"1730000000000000123", "\"1730000000000000123\""}) {
    const auto event = parse_webhook(std::string(R"({"type":5,"tts_notification_id":"7400000000000000005",
      "shop_id":7490000000000000001,"timestamp":"1767225600","data":{"product_id":)") +
                                     id + R"(,"status":"PRODUCT_AUDIT_FAILURE"}})");
    REQUIRE(event);
    CHECK(event->type == 5);
    CHECK(event->notification_id == "7400000000000000005");
    CHECK(event->shop == shop_id("7490000000000000001"));
    CHECK(event->products == std::vector{listing_id("1730000000000000123")});
    REQUIRE(event->sent_at);
    CHECK(to_text(*event->sent_at) == "2026-01-01T00:00:00Z");
    CHECK(text_at(event->data, "status") == "PRODUCT_AUDIT_FAILURE");
  }
}

TEST_CASE("topics without a shop, without an id and of an unknown type are read all the same") {
  const std::string body = R"({"type":999,"seller_open_id":"o1","data":{"x":[]}})";
  const auto event = parse_webhook(body);
  REQUIRE(event);
  CHECK(event->shop.empty());
  CHECK(event->seller_open_id == "o1");
  CHECK(event->notification_id == sha256_hex(body));
  CHECK(event->products.empty());
  CHECK_FALSE(event->sent_at);
}

TEST_CASE("topics about several products name them all once") {
  const auto combined = parse_webhook(R"({"type":42,"data":{"products":[{"id":"1"},{"id":2},{"id":"1"}]}})");
  REQUIRE(combined);
  CHECK(combined->products == std::vector{listing_id("1"), listing_id("2")});
  const auto replicated =
      parse_webhook(R"({"type":51,"data":{"source_product_id":"1","replicated_product":{"product_id":"3"}}})");
  REQUIRE(replicated);
  CHECK(replicated->products == std::vector{listing_id("1"), listing_id("3")});
}

TEST_CASE("a deauthorization keeps its words") {
  const auto event = parse_webhook(
      R"({"type":6,"shop_id":"7","data":{"message":"Shop_id {7} is deauthorized from your APP by merchant."}})");
  REQUIRE(event);
  CHECK(event->message == "Shop_id {7} is deauthorized from your APP by merchant.");
}

TEST_CASE("what is no event is refused as bad data") {
  for (const auto* body : {"", "[]", "{", "\"x\"", "{\"shop_id\":\"1\"}", "null"}) {
    INFO(body);
    const auto event = parse_webhook(body);
    REQUIRE_FALSE(event);
    CHECK(event.error().kind == error_kind::fix_data);
  }
}

} // namespace listingd::tiktok
