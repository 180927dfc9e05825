#include "tiktok/signing.hpp"

#include "catch.hpp"

namespace listingd::tiktok {

namespace {

const secret app_secret("e59af819cc");
const query of_event{
    {"app_key", "68xu9ks5p4i8"}, {"shop_cipher", "ROW_xkMbgAAAeVAQra0eZWebFQq5aIK"}, {"timestamp", "1696909648"}};
const query of_shops{{"app_key", "29a39d"}, {"timestamp", "1623812664"}};

} // namespace

TEST_CASE("vector 1: get authorized shops") {
  CHECK(sign(app_secret, "/authorization/202309/shops", of_shops, "") ==
        "b596b73e0cc6de07ac26f036364178ab16b0a907af13d43f0a0cd2345f582dc8");
}

TEST_CASE("vector 2: get webhooks") {
  CHECK(sign(app_secret, "/event/202309/webhooks", of_event, "") ==
        "ed58e1b5e59865c22a7b828c1cab65007441f43cc91a6cb2f2cdc638e0995a37");
}

TEST_CASE("vectors 3 and 4: the order of a body's keys counts") {
  CHECK(sign(app_secret, "/event/202309/webhooks", of_event,
             R"({"event_type":"PACKAGE_UPDATE","address":"https://partner.tiktokshop.com"})") ==
        "701dd6deb2389fe4c469b89bd37fc56f96a6da6afeb4d01c9077a65169752fa7");
  CHECK(sign(app_secret, "/event/202309/webhooks", of_event,
             R"({"address":"https://partner.tiktokshop.com","event_type":"PACKAGE_UPDATE"})") ==
        "cd0d6268252f4ba293bf7ea4c0a2873bf9beec600d22530638564ab301435f7a");
}

TEST_CASE("vector 7: UTF-8 is signed as it is") {
  const query parameters{
      {"app_key", "29a39d"}, {"shop_cipher", "GCP_XF90igAAAABh00qsWgtvOiGFNqyubMt3"}, {"timestamp", "1623812664"}};
  CHECK(sign(app_secret, "/product/202309/products", parameters,
             "{\"title\":\"Gr\xC3\xB6\xC3\x9F"
             "e \xE2\x80\x93 \xE2\x9C\x93\",\"n\":1.5}") ==
        "8e29cc5c0369e05f712d4f1ca08bf0c02a5c706116d013ff86c64c16a7119e4b");
}

TEST_CASE("vector 8: a multipart body is not signed") {
  CHECK(sign(app_secret, "/product/202309/images/upload", of_shops, "any bytes at all", body_kind::multipart) ==
        "2f292aaeecc6a6ce8c7240771265c3342b343f27ef91271fe72a9452d74fa844");
}

TEST_CASE("sign and access_token are no part of the signature") {
  auto parameters = of_shops;
  parameters["sign"] = "x";
  parameters["access_token"] = "y";
  CHECK(sign(app_secret, "/authorization/202309/shops", parameters, "") ==
        sign(app_secret, "/authorization/202309/shops", of_shops, ""));
}

TEST_CASE("values are signed decoded and sent encoded") {
  CHECK(query_text({{"page_token", "p+/1=="}, {"a", "b"}}) == "?a=b&page_token=p%2B%2F1%3D%3D");
  CHECK(query_text({}).empty());
}

} // namespace listingd::tiktok
