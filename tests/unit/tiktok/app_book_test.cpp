#include "tiktok/app_book.hpp"

#include "demanding_gateway.hpp"

namespace listingd::tiktok {

using namespace test;
using namespace std::chrono_literals;

TEST_CASE("an older secret is tried when the newest is not taken, and remembered by both ports") {
  demanding_rig at;
  at.apps.replace({demanding_rig::app({"not yet known", "test-app-secret", "long gone"})});
  SECTION("as the API tells") {
    REQUIRE(at.call());
    CHECK(at.sends == 2);
    REQUIRE(run(at.consent->refresh(app_name("row"), secret("R"))));
    CHECK(at.there.asked.size() == 3);
  }
  SECTION("as the token host tells") {
    REQUIRE(run(at.consent->refresh(app_name("row"), secret("R"))));
    CHECK(at.there.asked.size() == 2);
    REQUIRE(at.call());
    CHECK(at.sends == 1);
  }
  SECTION("until it ends") {
    REQUIRE(at.call());
    at.there.app_secret = "not yet known";
    REQUIRE(at.call());
    CHECK(at.sends == 2);
    REQUIRE(at.call());
    CHECK(at.sends == 1);
  }
}

TEST_CASE("a wrong secret and a wrong clock are mended in one call, whatever TikTok looks at first") {
  demanding_rig at;
  at.there.signature_first = GENERATE(true, false);
  at.there.ahead = 20min;
  at.apps.replace({demanding_rig::app({"not yet known", "test-app-secret"})});
  REQUIRE(at.call());
  CHECK(at.sends == 3);
}

TEST_CASE("when no secret is taken, the error names where they come from, after one try each") {
  demanding_rig at;
  at.there.app_secret = "unheard of";
  const auto secrets = GENERATE(std::vector<std::string>{"one-secret"},
                                std::vector<std::string>{"one-secret", "two-secret", "three-secret"});
  at.apps.replace({demanding_rig::app(secrets)});
  const auto of_api = at.call();
  CHECK(at.sends == secrets.size());
  const auto of_tokens = run(at.consent->exchange(app_name("row"), "code"));
  CHECK(at.there.asked.size() == 2 * secrets.size());
  REQUIRE_FALSE(of_api);
  REQUIRE_FALSE(of_tokens);
  for (const auto& problem : {of_api.error(), of_tokens.error()}) {
    INFO(problem.text());
    CHECK(problem.kind == error_kind::bug);
    CHECK(problem.whole_shop);
    CHECK(problem.message.contains("app_secret_files of [[app]] row"));
    CHECK_FALSE(problem.text().contains("-secret"));
  }
}

TEST_CASE("other refusals do not wear out the secrets") {
  scripted_transport wire;
  manual_clock time{*instant_from_text("2026-11-24T08:00:00Z")};
  platform_clock tiktok_time{time};
  app_book apps{{demanding_rig::app({"s1", "s2"})}};
  const auto consent = make_consent(wire, {"https://api.example", "https://auth.example"}, apps, tiktok_time);
  for (const auto* body :
       {R"({"code":36004001,"message":"rt has expired"})", R"({"code":98001004,"message":"invalid parameters"})",
        R"({"code":36004004,"message":"invalid auth code"})"}) {
    wire.answer(200, body);
    CHECK_FALSE(run(consent->refresh(app_name("row"), secret("R"))));
  }
  CHECK(wire.asked.size() == 3);
}

TEST_CASE("apps are replaced while calls are on their way") {
  demanding_rig at;
  at.apps.replace({demanding_rig::app({"wrong", "test-app-secret"})});
  at.there.before = [&] { at.apps.replace({demanding_rig::app({"newest", "test-app-secret"})}); };
  REQUIRE(at.call());
  CHECK(at.sends == 2); // with the secrets it began with
  at.there.before = nullptr;
  at.there.app_secret = "newest";
  REQUIRE(at.call());
  at.apps.replace({});
  CHECK(at.call().error().code == "app_unknown");
  CHECK(at.sends == 0);
  CHECK(at.consent->consent_url(app_name("row"), "s").empty());
}

TEST_CASE("an app is found by its key") {
  demanding_rig at;
  CHECK(at.consent->app_with_key("key1") == app_name("row"));
  CHECK_FALSE(at.consent->app_with_key("key2"));
}

} // namespace listingd::tiktok
