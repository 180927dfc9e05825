// The published vectors of the reference, sections 3.1 and 4.4.
#include "simulator/signature.hpp"

#include "catch.hpp"

using namespace listingd::simulator;

namespace {

const std::string secret = "e59af819cc";

std::string signed_as(const std::string& method, const std::string& target, const std::string& body,
                      const std::string& type = "application/json") {
  return sign_request(secret, make_request(method, target, {{"Content-Type", type}}, body));
}

const std::string event_target = "/event/202309/webhooks?timestamp=1696909648&app_key=68xu9ks5p4i8"
                                 "&shop_cipher=ROW_xkMbgAAAeVAQra0eZWebFQq5aIK";

} // namespace

TEST_CASE("requests are signed as the published vectors say") {
  CHECK(signed_as("GET", "/authorization/202309/shops?app_key=29a39d&timestamp=1623812664", "") ==
        "b596b73e0cc6de07ac26f036364178ab16b0a907af13d43f0a0cd2345f582dc8");
  CHECK(signed_as("GET", event_target, "") == "ed58e1b5e59865c22a7b828c1cab65007441f43cc91a6cb2f2cdc638e0995a37");
  CHECK(
      signed_as("PUT", event_target, R"({"event_type":"PACKAGE_UPDATE","address":"https://partner.tiktokshop.com"})") ==
      "701dd6deb2389fe4c469b89bd37fc56f96a6da6afeb4d01c9077a65169752fa7");
  CHECK(
      signed_as("PUT", event_target, R"({"address":"https://partner.tiktokshop.com","event_type":"PACKAGE_UPDATE"})") ==
      "cd0d6268252f4ba293bf7ea4c0a2873bf9beec600d22530638564ab301435f7a");
  CHECK(signed_as("POST",
                  "/product/202309/products?app_key=29a39d&shop_cipher=GCP_XF90igAAAABh00qsWgtvOiGFNqyubMt3"
                  "&timestamp=1623812664",
                  "{\"title\":\"Gr\xC3\xB6\xC3\x9F"
                  "e \xE2\x80\x93 \xE2\x9C\x93\",\"n\":1.5}") ==
        "8e29cc5c0369e05f712d4f1ca08bf0c02a5c706116d013ff86c64c16a7119e4b");
}

TEST_CASE("a multipart body is not part of the signature") {
  CHECK(signed_as("POST", "/product/202309/images/upload?app_key=29a39d&timestamp=1623812664", "any body",
                  "multipart/form-data; boundary=x") ==
        "2f292aaeecc6a6ce8c7240771265c3342b343f27ef91271fe72a9452d74fa844");
}

TEST_CASE("parameters are signed decoded, and neither sign nor access_token is") {
  const auto plain = signed_as("GET", "/a?b=x%2B%2F%3D&c=1", "");
  CHECK(plain == signed_as("GET", "/a?sign=0&c=1&access_token=t&b=x%2b%2f%3d", ""));
  CHECK(plain == hmac_sha256(secret, secret + "/abx+/=c1" + secret));
}

TEST_CASE("a webhook is signed as the published vector says") {
  const std::string body =
      R"({"type":1,"tts_notification_id":"7380066284010030890","shop_id":"7495540735365777507","timestamp":1718305585,)"
      R"("data":{"is_on_hold_order":true,"order_id":"576653688135258178","order_status":"UNPAID","update_time":1718305585}})";
  REQUIRE(body.size() == 223);
  CHECK(sign_webhook("abcdef", "123", body) == "5dec0f11ec2f6783b8deee53c9ffbf8d024302f7c7e7fa55a35d17629031ac05");
}
