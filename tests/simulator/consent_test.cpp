// What sellers grant, refuse and take back, and how the simulated TikTok tells the app.
#include "simulator/shop_client.hpp"

#include <algorithm>

using namespace listingd::simulator;
using ids = std::vector<std::string>;

namespace {

json::object of_webhook(const delivery& sent) {
  return json::parse(sent.body).as_object();
}

} // namespace

TEST_CASE("a seller who refuses comes back without a code, in either form of the reference") {
  shop_client shop;
  shop.set("deny", true);
  CHECK(shop.consent_page().target == "https://localhost/callback?code=null&error=auth_denied&state=s");
  shop.set("denial", "access_denied");
  CHECK(shop.consent_page().target == "https://localhost/callback?error=access_denied&code=null&state=s");
  shop.set("deny", false);
  CHECK(*shop.consent_page().parameter("code") != "null");
}

TEST_CASE("who installs from the app store comes back without a state") {
  shop_client shop;
  CHECK(shop.consent_page().parameter("state"));
  const auto back = shop.consent_page("&app_store=1");
  CHECK_FALSE(back.parameter("state"));
  CHECK(back.parameter("code"));
}

TEST_CASE("a code works once and for half an hour") {
  shop_client shop;
  const auto exchange = [&](const std::string& code) {
    const auto target = "/api/v2/token/get?app_key=key&app_secret=secret&grant_type=authorized_code&auth_code=" + code;
    return number(json::parse(shop.exchange("GET", target).body()).as_object(), "code");
  };
  const auto used = *shop.consent_page().parameter("code"), late = *shop.consent_page().parameter("code");
  CHECK(exchange(used) == 0);
  CHECK(exchange(used) == 36004004);
  shop.set("time_shift_seconds", 1800);
  CHECK(exchange(late) == 36004004);
  CHECK(shop.counted("exchanges") == 1);
}

TEST_CASE("every seller of an app has an open_id, shops and tokens of their own") {
  shop_client shop;
  const auto first = shop.consent(), other = shop.consent("&seller=other");
  CHECK(text(first, "open_id") != text(other, "open_id"));
  CHECK(text(other, "seller_name") == "other");
  CHECK(shop.shop_ids(first) == ids{"1001", "1002"});
  CHECK(shop.shop_ids(other) == ids{"1003"});
  CHECK(shop.shop_code(other, "first") == 101000);

  const auto again = shop.consent("&seller=other");
  CHECK(text(again, "open_id") == text(other, "open_id"));
  CHECK(shop.code_of(other) == 36009004);
  CHECK(shop.code_of(first) == 0);
  CHECK(shop.exchange("GET", "/open/authorize?service_id=9&seller=nobody").result_int() == 404);
}

TEST_CASE("sellers and shops are added while the simulator runs") {
  shop_client shop;
  const auto made = shop.control("POST seller", json::parse(R"({"app":"row","name":"new","shop_ids":
    ["1003",{"id":"2001","name":"New","region":"FR","seller_type":"LOCAL"}]})"));
  const auto cipher = text(as_object(list(made, "shops").at(1)), "cipher");
  const auto tokens = shop.consent("&seller=new");
  CHECK(shop.shop_ids(tokens) == ids{"1003", "2001"});
  CHECK(shop.shop_code(tokens, cipher) == 0);

  shop.control("POST seller", json::parse(R"({"app":"row","name":"new","shop_ids":["2001"]})"));
  CHECK(shop.shop_ids(shop.consent("&seller=new")) == ids{"2001"});
  const auto unknown = R"({"app":"row","name":"new","shop_ids":["3001"]})";
  CHECK(shop.exchange("POST", "/_sim/seller", unknown).result_int() == 400);
}

TEST_CASE("a grant lacks the scopes that the seller withheld, until a new consent") {
  shop_client shop;
  const auto whole = shop.consent("&seller=other");
  shop.set("withheld_scopes", json::array{"seller.product.basic"});
  const auto lacking = shop.consent();
  const auto scopes = texts(lacking, "granted_scopes");
  CHECK(scopes.size() == texts(whole, "granted_scopes").size() - 1);
  CHECK(std::ranges::count(scopes, "seller.product.basic") == 0);
  CHECK(shop.shop_code(lacking, "first") == 105005);
  CHECK(shop.code_of(lacking) == 0);
  CHECK(shop.shop_code(whole, "third") == 0);

  shop.set("withheld_scopes", json::array{});
  CHECK(shop.shop_code(shop.refresh(lacking), "first") == 105005);
  CHECK(shop.shop_code(shop.consent(), "first") == 0);
}

TEST_CASE("scopes are told in the older form, or not at all") {
  shop_client shop;
  shop.set("scopes_field", "granted_permissions");
  const auto older = shop.consent();
  CHECK(std::ranges::count(texts(older, "granted_permissions"), "SELLER_PRODUCT_BASIC") == 1);
  CHECK_FALSE(older.contains("granted_scopes"));
  shop.set("scopes_field", "none");
  const auto silent = shop.refresh(older);
  CHECK_FALSE(silent.contains("granted_scopes"));
  CHECK_FALSE(silent.contains("granted_permissions"));
  CHECK(shop.shop_code(silent, "first") == 0);
}

TEST_CASE("a user who is no seller gets tokens that open no shop") {
  shop_client shop;
  shop.set("user_type", 1);
  const auto creator = shop.consent();
  CHECK(number(creator, "user_type") == 1);
  CHECK(shop.code_of(creator) == 101000);
}

TEST_CASE("answers carry fields that nobody documented") {
  shop_client shop;
  shop.set("extra_fields", true);
  const auto tokens = shop.consent();
  CHECK(text(tokens, "user_type") == "0");
  CHECK(!part(tokens, "seller_profile").empty());
  CHECK(!part(as_object(shop.shops(tokens).at(0)), "health").empty());
  shop.set("extra_fields", false);
  const auto plain = shop.refresh(tokens);
  CHECK(number(plain, "user_type", -1) == 0);
  CHECK(plain.size() == 9);
}

TEST_CASE("a deauthorized seller is told with webhook 6, every token dies, and a new consent heals") {
  shop_client shop;
  shop.subscribe("1001", "SELLER_DEAUTHORIZATION");
  const auto tokens = shop.consent(), other = shop.consent("&seller=other");
  shop.control("POST deauthorize", json::object{{"shop_id", "1001"}});
  CHECK(shop.last_webhook().type == 6);
  CHECK(shop.code_of(tokens) == 36009004);
  CHECK(shop.shop_code(tokens, "second") == 36009004);
  CHECK(shop.refresh_code(tokens) == 36004001);
  CHECK(shop.counted("dead_calls") == 2);
  CHECK(shop.code_of(other) == 0);

  shop.set("lost_code", 105001);
  CHECK(shop.code_of(tokens) == 105001);
  CHECK(shop.shop_ids(shop.consent()) == ids{"1001", "1002"});
  CHECK(shop.code_of(tokens) == 105001);
}

TEST_CASE("one shop leaves a consent and the others stay") {
  shop_client shop;
  shop.subscribe("1001", "SELLER_DEAUTHORIZATION");
  const auto tokens = shop.consent();
  shop.control("POST deauthorize", json::object{{"shop_id", "1001"}, {"only_shop", true}});
  CHECK(text(of_webhook(shop.last_webhook()), "shop_id") == "1001");
  CHECK(shop.shop_ids(tokens) == ids{"1002"});
  CHECK(shop.shop_code(tokens, "first") == 101000);
  CHECK(shop.shop_code(tokens, "second") == 0);
  CHECK(shop.refresh_code(tokens) == 0);
}

TEST_CASE("a shop's cipher changes") {
  shop_client shop;
  const auto tokens = shop.consent();
  const auto cipher = text(shop.control("POST rotate_cipher", json::object{{"shop_id", "1001"}}), "cipher");
  CHECK(shop.shop_code(tokens, "first") == 101000);
  CHECK(shop.shop_code(tokens, cipher) == 0);
  CHECK(text(as_object(shop.shops(tokens).at(0)), "cipher") == cipher);
}

TEST_CASE("webhook 7 tells when the authorization ends, in seconds as a string") {
  shop_client shop;
  shop.subscribe("1002", "UPCOMING_AUTHORIZATION_EXPIRATION");
  const auto before = now_seconds();
  shop.control("POST expiry_warning", json::object{{"shop_id", "1002"}, {"seconds", 600}});
  const auto sent = shop.last_webhook();
  CHECK(sent.type == 7);
  const auto ends_at = std::stoll(text(part(of_webhook(sent), "data"), "expiration_time"));
  CHECK(ends_at >= before + 600);
  CHECK(ends_at <= now_seconds() + 600);
}

TEST_CASE("while an app's secret changes either is taken, and webhooks are signed with the new one") {
  shop_client shop;
  shop.subscribe("1001", "SELLER_DEAUTHORIZATION");
  const auto tokens = shop.consent();
  shop.control("POST app_secrets", json::parse(R"({"app":"row","secrets":["newer","secret"]})"));
  CHECK(shop.code_of(tokens, "secret") == 0);
  CHECK(shop.code_of(tokens, "newer") == 0);
  CHECK(shop.code_of(tokens, "wrong") == 106001);
  CHECK(number(shop.answer_to_consent("", "newer"), "code") == 0);
  CHECK(number(shop.answer_to_consent("", "secret"), "code") == 0);
  CHECK(number(shop.answer_to_consent("", "wrong"), "code") == 36004003);
  shop.control("POST deauthorize");
  const auto sent = shop.last_webhook();
  CHECK(sent.signature == sign_webhook("key", "newer", sent.body));

  shop.control("POST app_secrets", json::parse(R"({"app":"row","secrets":["newer"]})"));
  CHECK(shop.code_of(tokens, "secret") == 106001);
  CHECK(shop.refresh_code(tokens) == 36004003);
}
