#include "client_rig.hpp"

#include "tiktok/consent_link.hpp"

namespace listingd::tiktok {

using namespace test;

TEST_CASE("the consent link carries service_id and a trimmed state") {
  client_rig at;
  CHECK(at.consent->consent_url(app_name("row"), " a b ") ==
        "https://services.example/open/authorize?service_id=7&state=a%20b");
  CHECK(consent_link("https://c.example/a?market=us", "7", "s") ==
        "https://c.example/a?market=us&service_id=7&state=s");
}

TEST_CASE("a code is exchanged for tokens with absolute expiries") {
  client_rig at;
  at.wire.answer(200, ok(R"({"access_token":"TTP_a","access_token_expire_in":1796112000,"refresh_token":"TTP_r",
    "refresh_token_expire_in":1798761600,"open_id":"o","seller_name":"S","seller_base_region":"US","user_type":0,
    "granted_scopes":["seller.product.basic"]})"));
  const auto grant = run(at.consent->exchange(app_name("row"), "code+1"));
  REQUIRE(grant);
  CHECK(grant->access_token == secret("TTP_a"));
  CHECK(to_text(grant->access_expires) == "2026-12-01T08:00:00Z");
  CHECK(to_text(grant->refresh_expires.value()) == "2027-01-01T00:00:00Z");
  CHECK(grant->scopes == std::vector<std::string>{"seller.product.basic"});
  CHECK(at.wire.asked[0].url.starts_with("https://auth.example/api/v2/token/get?"));
  CHECK(at.wire.parameter("grant_type") == "authorized_code");
  CHECK(at.wire.parameter("auth_code") == "code+1");
  CHECK(at.wire.parameter("app_secret") == app_secret);
  CHECK(at.wire.parameter("sign").empty());
}

TEST_CASE("no error of the token host holds a secret") {
  client_rig at;
  at.wire.lose("closed", true,
               "GET https://auth.example/api/v2/token/refresh?app_secret=test-app-secret&refresh_token=TTP_r");
  at.wire.answer(200, R"({"code":98001004,"message":"app_secret test-app-secret and TTP_r are invalid"})");
  at.wire.answer(200, ok("{}"));
  for (int i = 0; i < 3; ++i) {
    const auto answer = run(at.consent->refresh(app_name("row"), secret("TTP_r")));
    REQUIRE_FALSE(answer);
    INFO(answer.error().text());
    CHECK(answer.error().text().find("test-app-secret") == std::string::npos);
    CHECK(answer.error().text().find("TTP_r") == std::string::npos);
    CHECK(answer.error().where == "GET /api/v2/token/refresh");
  }
}

TEST_CASE("a secret is hidden whatever it looks like, and once hidden is not looked for again") {
  client_rig at;
  for (const std::string code : {"*", "**", "a*", "***", "+/="}) {
    CAPTURE(code);
    at.wire.answer(200, R"({"code":36004004,"message":"invalid code )" + code + " or " + net::percent_encode(code) +
                            R"(."})");
    const auto answer = run(at.consent->exchange(app_name("row"), code));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().message == "invalid code *** or ***.");
  }
}

TEST_CASE("a token call is over in ten seconds: the lease of a refresh outlives two") {
  client_rig at;
  at.wire.lose("timeout", true);
  at.wire.lose("timeout", true);
  CHECK_FALSE(run(at.consent->refresh(app_name("row"), secret("R"))));
  CHECK(at.wire.asked.back().timeout == std::chrono::seconds(10));
  CHECK_FALSE(run(at.shop->warehouses(at.access)));
  CHECK(at.wire.asked.back().timeout == net::http_request{}.timeout);
}

TEST_CASE("a token call whose answer is lost may have had its effect") {
  client_rig at;
  at.wire.lose("closed", true);
  CHECK(run(at.consent->refresh(app_name("row"), secret("R"))).error().maybe_done);
  at.wire.answer(502, "<html>");
  CHECK(run(at.consent->refresh(app_name("row"), secret("R"))).error().maybe_done);
  at.wire.answer(200, R"({"code":36004001,"message":"rt has expired"})");
  CHECK_FALSE(run(at.consent->refresh(app_name("row"), secret("R"))).error().maybe_done);
}

TEST_CASE("a dead refresh token is an authorization lost") {
  client_rig at;
  at.wire.answer(200, R"({"code":36004001,"message":"rt has expired"})");
  const auto answer = run(at.consent->refresh(app_name("row"), secret("TTP_r")));
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == error_kind::auth);
}

TEST_CASE("authorized shops are asked without a cipher") {
  client_rig at;
  at.wire.answer(
      200, ok(R"({"shops":[{"id":"749","name":"N","region":"GB","seller_type":"LOCAL","cipher":"C","code":"GB1"}]})"));
  const auto shops = run(at.consent->shops(app_name("row"), secret("TTP_a")));
  REQUIRE(shops);
  CHECK(shops->front().cipher == "C");
  CHECK(at.wire.parameter("shop_cipher").empty());
  CHECK_FALSE(at.wire.parameter("sign").empty());
}

TEST_CASE("a shop without id or cipher is none: nothing could be asked about it") {
  client_rig at;
  at.wire.answer(200, ok(R"({"shops":[{"name":"no id","region":"GB","cipher":"C"},{"id":"1","region":"GB"},
                            {"id":"2","region":"GB","cipher":""},{"id":"749","region":"GB","cipher":"C"},{}]})"));
  const auto shops = run(at.consent->shops(app_name("row"), secret("TTP_a")));
  REQUIRE(shops);
  REQUIRE(shops->size() == 1);
  CHECK(shops->front().id == shop_id("749"));
}

} // namespace listingd::tiktok
