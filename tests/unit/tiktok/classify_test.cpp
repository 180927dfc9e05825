#include "tiktok/classify.hpp"

#include "scripted_transport.hpp"

#include <array>

namespace listingd::tiktok {

struct code_case {
  std::int64_t code;
  std::string_view message;
  error_kind kind;
  bool whole_shop;
};

TEST_CASE("codes become the kinds that the house knows") {
  static const std::array cases{
      code_case{12052104, "attribute missing", error_kind::fix_data, false},
      code_case{12052223, "restricted", error_kind::needs_human, false},
      code_case{12052700, "seller inactive", error_kind::needs_human, true},
      code_case{12052093, "limit", error_kind::wait_quota, false},
      code_case{12001000, "internal", error_kind::retry, false},
      code_case{106001, "sign", error_kind::bug, true},
      code_case{101000, "Invalid query or header", error_kind::auth, true},
      code_case{106013, "Missing identifier", error_kind::auth, true},
      code_case{12052850, "combined", error_kind::fix_data, false},
      code_case{105002, "Expired credentials", error_kind::auth, true},
      code_case{36004001, "rt has expired", error_kind::auth, true},
      code_case{105005, "Access denied", error_kind::needs_human, true},
      code_case{36009002, "Too many requests", error_kind::retry, false},
      code_case{12052109, "Too many requests", error_kind::retry, false},
      code_case{12052109, "not allowed", error_kind::fix_data, false},
      code_case{12059999, "new rule", error_kind::fix_data, false},
      code_case{12018888, "new rule", error_kind::fix_data, false},
      code_case{105999, "who knows", error_kind::auth, true},
      code_case{36004999, "who knows", error_kind::auth, true},
      code_case{77, "who knows", error_kind::bug, true},
      code_case{12052023, "category unknown", error_kind::bug, false},
  };
  for (const auto& one : cases) {
    const auto made = classify_code(one.code, std::string(one.message), "POST /x");
    INFO(one.code << ' ' << one.message);
    CHECK(name_of(made.kind) == name_of(one.kind));
    CHECK(made.whole_shop == one.whole_shop);
    CHECK(made.code == std::to_string(one.code));
    CHECK(made.message == one.message);
  }
}

struct failure_text {
  std::string_view message;
  error_kind kind;
  cure may_help = cure::none;
};

TEST_CASE("an error says something, also when TikTok does not") {
  CHECK(classify_code(105002, "", "GET /x").message == "the access token has expired");
  CHECK_FALSE(classify_code(77, "", "GET /x").message.empty());
}

TEST_CASE("36009004 is told apart by its message") {
  static constexpr failure_text cases[] = {
      {"Invalid credentials. The `x-tts-access-token` header is invalid.", error_kind::auth},
      {"Invalid credentials. The `access_token` header is invalid.", error_kind::auth},
      {"invalid credentials. the X-TTS-Access-Token header is INVALID", error_kind::auth},
      {"access_token is invalid", error_kind::auth},
      {"Access token invalid", error_kind::auth},
      {"The access token was revoked", error_kind::auth},
      {"Access Token is expired, please refresh it", error_kind::auth, cure::renew_token},
      {"Missing credentials. The `x-tts-access-token` header is missing.", error_kind::bug},
      {"Invalid credentials. Invalid `app_key` query parameter.", error_kind::bug},
      {"Missing credentials. The signature (`sign`) is missing.", error_kind::bug},
      {"Invalid timestamp. The `timestamp` is earlier than 5 minutes before now.", error_kind::bug},
      {"Unexpected identifier. The `shop_cipher` query parameter is not required for this request.", error_kind::bug},
      {"Invalid identifier. The `shop_id` is invalid.", error_kind::bug},
      {"Invalid API version.", error_kind::bug},
      {"something about a parameter", error_kind::bug},
  };
  for (const auto& one : cases) {
    INFO(one.message);
    const auto made = classify_code(36009004, std::string(one.message), "GET /x");
    CHECK(name_of(made.kind) == name_of(one.kind));
    CHECK(made.may_help == one.may_help);
  }
}

struct cure_case {
  std::int64_t code;
  std::string_view message;
  cure may_help;
};

TEST_CASE("what may still help is told with an authorization that was refused") {
  static constexpr cure_case cases[] = {
      {105002, "Expired credentials. The `x-tts-access-token` header has expired.", cure::renew_token},
      {105002, "access token is expired, please refresh it", cure::renew_token},
      {105002, "", cure::renew_token},
      {105999, "The access_token has EXPIRED", cure::renew_token},
      {101000, "Invalid query or header", cure::reread_shops},
      {106013, "Missing identifier", cure::reread_shops},
      {105001, "authorization expired", cure::none},
      {105999, "who knows", cure::none},
      {36004001, "rt has expired", cure::none},
  };
  for (const auto& one : cases) {
    INFO(one.code << ' ' << one.message);
    const auto made = classify_code(one.code, std::string(one.message), "GET /x");
    CHECK(name_of(made.kind) == "auth");
    CHECK(made.may_help == one.may_help);
  }
  CHECK(classify_code(12052104, "the access token attribute has expired", "GET /x").may_help == cure::none);
}

TEST_CASE("a refresh that is refused for our own mistake is no lost consent") {
  for (const auto code : {36004003, 98001004, 106001})
    CHECK(name_of(classify_code(code, "invalid", "GET /api/v2/token/refresh").kind) == "bug");
  CHECK(name_of(classify_code(36004004, "invalid auth code", "GET /api/v2/token/get").kind) == "needs_human");
}

TEST_CASE("a refused timestamp is known by its text, and tells the direction") {
  const auto fault = [](std::int64_t code, std::string_view message) {
    return refuses_timestamp(classify_code(code, std::string(message), "GET /x"));
  };
  CHECK(fault(36009004, "Invalid timestamp. The `timestamp` is earlier than 5 minutes before now.") ==
        stamp_fault::too_old);
  CHECK(fault(36009004, "Request refused: INVALID TIMESTAMP, lesser than 0") == stamp_fault::too_old);
  CHECK(fault(36009004, "Invalid timestamp. The `timestamp` cannot exceed the current time by 30 seconds.") ==
        stamp_fault::too_new);
  CHECK(fault(36009004, "Invalid timestamp.") == stamp_fault::unclear);
  CHECK_FALSE(fault(36009004, "Invalid API version"));
  CHECK_FALSE(fault(12052104, "Invalid timestamp, earlier than 5 minutes"));
}

TEST_CASE("an answer's code wins over its HTTP status, and Retry-After is taken over") {
  const auto body = test::parsed(R"({"code":36009002,"message":"Too many requests","request_id":"r1","data":null})");
  const auto made = classify(429, &body, {{"Retry-After", "17"}}, "POST /x");
  CHECK(made.kind == error_kind::retry);
  CHECK(made.code == "36009002");
  CHECK(made.request_id == "r1");
  CHECK(made.retry_after == std::chrono::seconds(17));

  const auto spelt = test::parsed(R"({"code":"12052104","message":"x"})");
  CHECK(classify(200, &spelt, {}, "POST /x").code == "12052104");
}

TEST_CASE("429 is throttling whatever the code says") {
  const auto body = test::parsed(R"({"code":12052109,"message":"limit"})");
  CHECK(classify(429, &body, {}, "POST /x").kind == error_kind::retry);
}

TEST_CASE("answers without TikTok's envelope are judged by their status") {
  static const std::array<std::pair<int, error_kind>, 7> cases{{{429, error_kind::retry},
                                                                {503, error_kind::retry},
                                                                {500, error_kind::retry},
                                                                {200, error_kind::retry},
                                                                {403, error_kind::bug},
                                                                {404, error_kind::bug},
                                                                {302, error_kind::bug}}};
  for (const auto& [status, kind] : cases) {
    INFO(status);
    const auto made = classify(status, nullptr, {{"retry-after", "3"}}, "GET /x");
    CHECK(name_of(made.kind) == name_of(kind));
    CHECK(made.code == "http_" + std::to_string(status));
    CHECK(made.retry_after.has_value() == (kind == error_kind::retry));
  }
}

TEST_CASE("a Retry-After that is no number is left out") {
  CHECK_FALSE(classify(429, nullptr, {{"Retry-After", "Tue, 24 Nov 2026 08:00:00 GMT"}}, "x").retry_after);
  CHECK_FALSE(classify(429, nullptr, {{"Retry-After", "-4"}}, "x").retry_after);
  CHECK(classify(429, nullptr, {{"Retry-After", "999999999"}}, "x").retry_after == std::chrono::hours(24));
}

TEST_CASE("advice names the class, the fix and who must act") {
  const auto attribute = advice_of("12052104");
  CHECK(attribute.klass == "attribute");
  CHECK(attribute.suggestion == "fill the attribute that the category asks for");
  CHECK(attribute.who == actor::product_team);
  CHECK(advice_of("12052700").who == actor::shop_owner);
  CHECK(advice_of("106001").who == actor::operator_);
  const auto unknown = advice_of("12059999");
  CHECK(unknown.klass == "other");
  CHECK_FALSE(unknown.suggestion.empty());
  CHECK(advice_of("price_missing").klass == "other");
}

TEST_CASE("some answers leave a write's effect open") {
  const auto of = [](std::int64_t code) { return classify_code(code, "", "POST /x"); };
  CHECK(effect_unknown(200, of(36009003)));
  CHECK(effect_unknown(200, of(36009007)));
  CHECK(effect_unknown(200, of(12001000)));
  CHECK(effect_unknown(503, classify(503, nullptr, {}, "x")));
  CHECK(effect_unknown(200, classify(200, nullptr, {}, "x")));
  CHECK_FALSE(effect_unknown(429, of(36009002)));
  CHECK_FALSE(effect_unknown(200, of(12052104)));
}

} // namespace listingd::tiktok
