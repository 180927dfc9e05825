// How long tokens live, what a refresh does to them, and by which clock.
#include "simulator/shop_client.hpp"

using namespace listingd::simulator;

namespace {

constexpr std::int64_t day = 86'400, three_hours = 10'800;
constexpr auto shops_path = "/authorization/202309/shops";

std::string header_of(shop_client& shop, const std::string& target) {
  return std::string(shop.exchange("GET", target)[boost::beast::http::field::date]);
}

std::int64_t refresh_end(const json::object& tokens) {
  return number(tokens, "refresh_token_expire_in");
}

/// Looks again until the simulator holds so many replies; fails the test when that takes too long.
void until_held(shop_client& shop, std::int64_t wanted) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (number(shop.control("GET state"), "held") != wanted) REQUIRE(std::chrono::steady_clock::now() < deadline);
}

std::int64_t code_in(const http_answer& answer) {
  return number(json::parse(answer.body()).as_object(), "code", -1);
}

} // namespace

TEST_CASE("without rotation a refresh answers the same refresh token, and former access tokens live on") {
  shop_client shop;
  const auto first = shop.consent(), second = shop.refresh(first);
  CHECK(text(second, "refresh_token") == text(first, "refresh_token"));
  CHECK(refresh_end(second) == refresh_end(first));
  CHECK(shop.code_of(first) == 0);
  CHECK(shop.code_of(second) == 0);
  CHECK(shop.counted("refreshes") == 1);
}

TEST_CASE("a rotated refresh token: strict ends the former at once, grace once the new one was used, keep never") {
  shop_client shop;
  const std::string kind = GENERATE("strict", "grace", "keep");
  INFO(kind);
  shop.set("rotate_refresh", json::string(kind));
  const auto first = shop.consent(), second = shop.refresh(first);
  CHECK(text(second, "refresh_token") != text(first, "refresh_token"));
  CHECK(shop.refresh_code(first) == (kind == "strict" ? 36004001 : 0));
  const auto third = shop.refresh(second);
  CHECK(shop.refresh_code(first) == (kind == "keep" ? 0 : 36004001));
  CHECK(shop.refresh_code(third) == 0);
  CHECK(shop.counted("refreshes_refused") == (kind == "strict" ? 2 : kind == "grace" ? 1 : 0));
}

TEST_CASE("a new consent ends every former refresh token, kept ones too") {
  shop_client shop;
  shop.set("rotate_refresh", "keep");
  const auto first = shop.consent(), second = shop.refresh(first);
  shop.consent();
  CHECK(shop.refresh_code(first) == 36004001);
  CHECK(shop.refresh_code(second) == 36004001);
}

TEST_CASE("a refresh may end the former access token") {
  shop_client shop;
  shop.set("old_access", "kill");
  shop.set("lost_code", 105001); // is about revoked tokens only
  const auto first = shop.consent(), second = shop.refresh(first);
  CHECK(shop.code_of(first) == 36009004);
  CHECK(shop.code_of(second) == 0);
  CHECK(shop.counted("dead_calls") == 1);
}

TEST_CASE("a refresh that comes too early names the parameter") {
  shop_client shop;
  shop.set("earliest_refresh_seconds", 100);
  const auto tokens = shop.consent();
  const auto refused = shop.answer_to_refresh(tokens);
  CHECK(number(refused, "code") == 98001004);
  CHECK(text(refused, "message").contains("refresh_token"));
  shop.set("time_shift_seconds", 100);
  const auto refreshed = shop.refresh(tokens);
  CHECK(shop.refresh_code(refreshed) == 98001004);
  CHECK(shop.counted("refreshes") == 1);
  CHECK(shop.counted("refreshes_refused") == 2);
}

TEST_CASE("a consent ends when the seller's time is over, unless refreshes extend it") {
  shop_client shop;
  const bool extends = GENERATE(false, true);
  shop.set("consent_seconds", 30 * day);
  shop.set("refresh_extends_consent", extends);
  const auto first = shop.consent();
  CHECK(refresh_end(first) - number(first, "access_token_expire_in") == 23 * day);
  shop.set("time_shift_seconds", 29 * day);
  const auto second = shop.refresh(first);
  CHECK((refresh_end(second) > refresh_end(first)) == extends);
  CHECK((number(second, "access_token_expire_in") == refresh_end(second)) == !extends);
  shop.set("time_shift_seconds", 31 * day);
  CHECK(shop.refresh_code(second) == (extends ? 0 : 36004001));
  CHECK(shop.code_of(second) == (extends ? 0 : 105002));
}

TEST_CASE("a thousand days pass, and back") {
  shop_client shop;
  shop.set("refresh_extends_consent", true);
  shop.set("rotate_refresh", "strict");
  auto tokens = shop.consent();
  for (std::int64_t passed = 6; passed < 1000; passed += 6) {
    shop.set("time_shift_seconds", passed * day);
    REQUIRE(shop.code_of(tokens) == 0);
    tokens = shop.refresh(tokens);
  }
  shop.set("time_shift_seconds", 1010 * day);
  CHECK(shop.code_of(tokens) == 105002);
  CHECK(shop.counted("expired_calls") == 1);
  shop.set("time_shift_seconds", 0);
  CHECK(shop.code_of(tokens) == 0);
  CHECK(shop.exchange("POST", "/_sim/settings", R"({"time_shift_seconds":9000000000000000000})").result_int() == 400);
}

TEST_CASE("a simulator that ends gives the process its true time back") {
  const auto before = now_seconds();
  {
    shop_client shop;
    shop.set("time_shift_seconds", 100 * day);
    CHECK(now_seconds() >= before + 100 * day);
  }
  CHECK(now_seconds() < before + day);
}

TEST_CASE("the Date header of every answer tells the platform's clock") {
  shop_client shop;
  CHECK(http_date(784'111'777) == "Sun, 06 Nov 1994 08:49:37 GMT");
  shop.set("clock_offset_seconds", -200 * day);
  const auto hosts = {shops_path, "/api/v2/token/refresh", "/open/authorize"};
  const auto tells = [&](std::int64_t offset, const std::string& target) {
    const auto before = now_seconds() + offset;
    const auto told = header_of(shop, target);
    for (auto second = before; second <= now_seconds() + offset; ++second) {
      if (told == http_date(second)) return true;
    }
    return false;
  };
  for (const auto* target : hosts) CHECK(tells(-200 * day, target));
  shop.set("time_shift_seconds", 7 * day);
  for (const auto* target : hosts) CHECK(tells(-200 * day, target));
  shop.set("date_header", "wrong");
  for (const auto* target : hosts) CHECK(tells(-200 * day + three_hours, target));
  shop.set("date_header", "none");
  for (const auto* target : hosts) CHECK(header_of(shop, target).empty());
  shop.set("date_header", "true");
  shop.control("POST faults", json::parse(R"([{"match":"GET shops","kind":"429"}])"));
  CHECK(tells(-200 * day, shops_path));
}

TEST_CASE("an offset clock judges timestamps and expiries by itself") {
  shop_client shop;
  const std::string date = GENERATE("true", "wrong", "none");
  shop.set("date_header", json::string(date));
  shop.set("clock_offset_seconds", 5000);
  const auto before = now_seconds();
  const auto tokens = shop.consent();
  CHECK(number(tokens, "access_token_expire_in") >= before + 5000 + 7 * day);
  CHECK(shop.code_of(tokens) == 36009004);
  shop.clock_error = 5000;
  CHECK(shop.code_of(tokens) == 0);
  shop.set("clock_offset_seconds", 5000 + 8 * day);
  shop.clock_error = 5000 + 8 * day;
  CHECK(shop.code_of(tokens) == 105002);
}

TEST_CASE("a refresh whose reply a fault spoils is counted as lost, one that did nothing is not") {
  shop_client shop;
  const auto tokens = shop.consent();
  json::object unknown{{"refresh_token", "never issued"}};
  const auto lost_after = [&](const std::string& kind, const json::object& given) {
    shop.control("POST faults", json::array{json::object{{"match", "GET token/refresh"}, {"kind", kind}}});
    const auto wire = shop.another_connection();
    wire->send("GET", shop.refresh_target(given));
    try {
      wire->receive();
    } catch (const boost::system::system_error& dropped) {
      UNSCOPED_INFO(kind << ": " << dropped.what());
    }
    return shop.counted("refreshes_lost");
  };
  for (const auto* kind : {"429", "500", "503", "drop_before", "no_effect", "latency"})
    CHECK(lost_after(kind, tokens) == 0);
  std::int64_t lost = 0;
  for (const auto* kind : {"drop_after", "bad_json", "wrong_type"}) {
    CHECK(lost_after(kind, unknown) == lost);
    CHECK(lost_after(kind, tokens) == ++lost);
  }
}

TEST_CASE("a held reply waits for the release; its effect is there and the others are served") {
  shop_client shop;
  shop.set("rotate_refresh", "strict");
  const auto tokens = shop.consent();
  shop.control("POST faults", json::parse(R"([{"match":"GET token/refresh","kind":"hold"}])"));
  const auto waiting = shop.another_connection();
  waiting->send("GET", shop.refresh_target(tokens));
  until_held(shop, 1);
  CHECK(shop.counted("refreshes") == 1);
  CHECK(shop.code_of(tokens) == 0);
  CHECK(shop.refresh_code(tokens) == 36004001);
  CHECK(shop.counted("refreshes_in_flight_most") == 2);

  shop.control("POST release");
  CHECK(code_in(waiting->receive()) == 0);
  CHECK(number(shop.control("GET state"), "held") == 0);
}

TEST_CASE("a simulator ends although replies are held") {
  std::unique_ptr<connection> waiting;
  {
    shop_client shop;
    shop.control("POST faults", json::parse(R"([{"match":"GET shops","kind":"hold","times":-1}])"));
    waiting = shop.another_connection();
    waiting->send("GET", shops_path);
    until_held(shop, 1);
  }
  CHECK_THROWS(waiting->receive());
}

TEST_CASE("refreshes one after the other are never in flight together, those of two sellers neither") {
  shop_client shop;
  const auto first = shop.consent(), other = shop.consent("&seller=other");
  auto second_wire = shop.another_connection();
  for (int i = 0; i < 50; ++i) {
    CHECK(shop.refresh_code(first) == 0);
    second_wire->send("GET", shop.refresh_target(first));
    CHECK(code_in(second_wire->receive()) == 0);
  }
  shop.control("POST faults", json::parse(R"([{"match":"GET token/refresh","kind":"hold"}])"));
  second_wire->send("GET", shop.refresh_target(first));
  until_held(shop, 1);
  CHECK(shop.refresh_code(other) == 0);
  CHECK(shop.counted("refreshes_in_flight_most") == 1);
}
