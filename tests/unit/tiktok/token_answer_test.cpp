#include "tiktok/token_answer.hpp"

#include "scripted_transport.hpp"

#include <spdlog/fmt/fmt.h>

namespace listingd::tiktok {

using namespace test;
using namespace std::chrono_literals;
using texts = std::vector<std::string>;

namespace {

const instant now = *instant_from_text("2026-11-24T08:00:00Z");

/// The answer as documented, to be changed by a test.
json::object good() {
  return parsed(R"({"access_token":"TTP_access","access_token_expire_in":1796112000,"refresh_token":"TTP_refresh",
    "refresh_token_expire_in":1798761600,"open_id":"open-1","seller_name":"S","seller_base_region":"US","user_type":0,
    "granted_scopes":["seller.product.basic","seller.product.write"]})")
      .as_object();
}

json::object with(std::string_view field, std::string_view written) {
  auto out = good();
  out[field] = parsed(written);
  return out;
}

json::object without(std::string_view field) {
  auto out = good();
  out.erase(field);
  return out;
}

result<sync::token_grant> read(const json::object& data, tokens_for purpose = tokens_for::consent,
                               std::optional<duration> skew = std::nullopt) {
  return read_token_answer(data, purpose, now, skew, "GET /x");
}

} // namespace

TEST_CASE("the documented answer is read whole") {
  const auto grant = read(good());
  REQUIRE(grant);
  CHECK(grant->access_token == secret("TTP_access"));
  CHECK(to_text(grant->access_expires) == "2026-12-01T08:00:00Z");
  CHECK(grant->refresh_token == secret("TTP_refresh"));
  REQUIRE(grant->refresh_expires);
  CHECK(to_text(*grant->refresh_expires) == "2027-01-01T00:00:00Z");
  CHECK(grant->open_id == "open-1");
  CHECK(grant->seller_name == "S");
  CHECK(grant->seller_region == "US");
  CHECK(grant->user_type == 0);
  CHECK(grant->scopes == texts{"seller.product.basic", "seller.product.write"});
}

struct accepted {
  const char* name;
  std::string_view field, written; ///< written as JSON
};

TEST_CASE("what may vary does not matter") {
  static constexpr accepted variants[] = {{"expiry as text", "access_token_expire_in", R"("1796112000")"},
                                          {"a field unheard of", "market", R"({"deep":[1,null]})"},
                                          {"open_id as number", "open_id", "77"},
                                          {"seller_name as number", "seller_name", "42"},
                                          {"seller_name missing", "seller_name", "null"},
                                          {"seller_name as object", "seller_name", R"({"a":1})"},
                                          {"user_type as text", "user_type", R"("0")"},
                                          {"user_type in words", "user_type", R"("SELLER")"},
                                          {"user_type missing", "user_type", "null"},
                                          {"scopes missing", "granted_scopes", "null"},
                                          {"scopes of another kind", "granted_scopes", "[1,{},null]"}};
  for (const auto& one : variants) {
    DYNAMIC_SECTION(one.name) {
      const auto grant = read(with(one.field, one.written));
      REQUIRE(grant);
      CHECK(to_text(grant->access_expires) == "2026-12-01T08:00:00Z");
      CHECK(grant->user_type == 0);
    }
  }
}

TEST_CASE("only a seller is user_type 0") {
  CHECK(read(with("user_type", "3"))->user_type == 3);
  for (const auto* odd : {"4294967296", "-1", R"("creator")", "[0]", "true", "0.5"}) {
    INFO(odd);
    CHECK(read(with("user_type", odd))->user_type == -1);
  }
}

TEST_CASE("scopes come as list or text, under either name, in either spelling, once each") {
  CHECK(read(with("granted_scopes", R"("seller.product.basic, seller.logistics,,seller.logistics")"))->scopes ==
        texts{"seller.product.basic", "seller.logistics"});
  auto older = without("granted_scopes");
  older["granted_permissions"] = parsed(R"(["SELLER_PRODUCT_BASIC","serller.product.optimize","X"])");
  CHECK(read(older)->scopes == texts{"seller.product.basic", "seller.product.optimize", "X"});
}

struct absurd {
  std::string_view field, written, told;
};

TEST_CASE("what would cost the consent is refused, by the name of the field and without its value") {
  static constexpr absurd cases[] = {
      {"access_token", "null", "is missing"},
      {"access_token", R"("  ")", "is missing"},
      {"access_token", "12345678", "is no text"},
      {"access_token", R"("TTP secret")", "holds characters"},
      {"access_token", R"("TTP\r\nHost: x")", "holds characters"},
      {"access_token", R"("TTP\u0000")", "holds characters"},
      {"access_token", "\"TTP\xC3\xA4\"", "holds characters"},
      {"refresh_token", "null", "is missing"},
      {"refresh_token", R"({"TTP":1})", "is no text"},
      {"open_id", "null", "is missing"},
      {"open_id", "[7]", "is missing"},
      {"access_token_expire_in", "null", "is missing"},
      {"access_token_expire_in", "0", "is missing"},
      {"access_token_expire_in", R"("soon")", "is no whole number"},
      {"access_token_expire_in", "1796112000.5", "is no whole number"},
      {"access_token_expire_in", "-604800", "is negative"},
      {"access_token_expire_in", "1796112000000", "ten years ahead"}, // milliseconds
      {"access_token_expire_in", "9223372036854775807", "ten years ahead"},
      {"access_token_expire_in", "99999999999999999999", "is no whole number"},
      {"access_token_expire_in", "999999999", "ten years ahead"},
      {"access_token_expire_in", "1794902399", "is long past"}, // a week and a second ago
      {"refresh_token_expire_in", "null", "is missing"},
      {"refresh_token_expire_in", "-1", "is negative"},
      {"refresh_token_expire_in", "1700000000", "is long past"},
      {"refresh_token_expire_in", "2200000000", "ten years ahead"},
  };
  for (const auto& one : cases) {
    DYNAMIC_SECTION(one.field << " = " << one.written) {
      const auto grant = read(with(one.field, one.written));
      REQUIRE_FALSE(grant);
      INFO(grant.error().text());
      CHECK(grant.error().kind == error_kind::bug);
      CHECK(grant.error().code == "token_answer");
      CHECK(grant.error().message.starts_with(one.field));
      CHECK(grant.error().message.contains(one.told));
      CHECK_FALSE(grant.error().text().contains("TTP"));
      CHECK_FALSE(grant.error().text().contains("000"));
    }
  }
}

TEST_CASE("an access token that has just run out is taken: it is renewed at once") {
  CHECK(read(with("access_token_expire_in", "1795507199")));
}

TEST_CASE("an expiry too small for a date is a lifetime by our clock") {
  const auto grant = read(with("access_token_expire_in", "604800"), tokens_for::consent, 20min);
  REQUIRE(grant);
  CHECK(to_text(grant->access_expires) == "2026-12-01T08:00:00Z");
}

TEST_CASE("expiries are told by our clock: the skew of that answer is taken off") {
  const auto expires = [](std::optional<duration> skew) {
    return to_text(read(good(), tokens_for::consent, skew)->access_expires);
  };
  CHECK(expires(20min) == "2026-12-01T07:40:00Z");
  CHECK(expires(-59min) == "2026-12-01T08:59:00Z");
  CHECK(expires(5s) == "2026-12-01T08:00:00Z");
  CHECK(expires(61min) == "2026-12-01T08:00:00Z"); // not believed
}

TEST_CASE("what a refresh leaves out goes on as it was") {
  for (const auto* field : {"refresh_token", "refresh_token_expire_in", "open_id", "granted_scopes"}) {
    INFO(field);
    CHECK(read(without(field), tokens_for::renewal));
  }
  CHECK(read(without("refresh_token"), tokens_for::renewal)->refresh_token.empty());
  CHECK_FALSE(read(without("refresh_token_expire_in"), tokens_for::renewal)->refresh_expires);
  CHECK_FALSE(read(with("refresh_token_expire_in", "0"), tokens_for::renewal)->refresh_expires);
  CHECK(read(without("granted_scopes"), tokens_for::renewal)->scopes.empty());
  for (const auto* field : {"access_token", "access_token_expire_in"}) {
    INFO(field);
    CHECK_FALSE(read(without(field), tokens_for::renewal));
  }
  CHECK_FALSE(read(with("refresh_token", "5"), tokens_for::renewal));
}

TEST_CASE("an answer without data is no grant") {
  for (const auto* data : {"null", "[]", "7", R"("TTP_access")"}) {
    INFO(data);
    CHECK_FALSE(read_token_answer(parsed(data), tokens_for::renewal, now, std::nullopt, "GET /x"));
  }
}

} // namespace listingd::tiktok
