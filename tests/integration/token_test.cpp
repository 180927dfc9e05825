// The token keeper against every way that TikTok may treat tokens: what the reference leaves open is survived in each
// form.
#include "integration/stage.hpp"

#include "sync/consent_schedule.hpp"

using namespace listingd;
using namespace listingd::integration;

namespace {

void setting(stage& on, const char* name, const json::value& value) {
  on.tiktok.control("POST settings", json::object{{name, value}});
}

/// Any call in the shop's name.
result<json::value> call(stage& on, const shop_id& shop = us) {
  return on.run(on.daemon.tokens.call<json::value>(
      shop, [&](const sync::shop_access& access) { return on.daemon.tiktok->prerequisites(access); }));
}

int refreshes(stage& on) {
  return static_cast<int>(on.tiktok.requests("GET", "/api/v2/token/refresh").size());
}

/// The keeper at the time of the renewal.
int renew(stage& on) {
  on.pass(std::max(on.shop().renewal_due - on.time.now(), duration{0}));
  return on.run(on.daemon.tokens.refresh_due());
}

int expired_calls(stage& on) {
  return static_cast<int>(integer_at(on.tiktok.control("GET state"), "oauth.expired_calls").value_or(-1));
}

} // namespace

TEST_CASE("whether or not TikTok rotates, refresh after refresh goes well and its calls do too") {
  stage on;
  setting(on, "rotate_refresh", GENERATE("no", "grace", "strict", "keep"));
  setting(on, "old_access", GENERATE("keep", "kill"));
  for (int round = 1; round <= 4; ++round) {
    CHECK(renew(on) == 1);
    CHECK(call(on));
    CHECK(on.shop().pair_proven);
  }
  CHECK(expired_calls(on) == 0);
}

TEST_CASE("a lost reply to a refresh costs nothing where the old refresh token lives") {
  stage on;
  setting(on, "rotate_refresh", GENERATE("no", "grace", "keep"));
  const auto kind = GENERATE(as<std::string>(), "drop_before", "drop_after", "bad_json", "wrong_type");
  on.tiktok.fault("GET token/refresh", kind, {{"times", kind.starts_with("drop") ? 2 : 1}}); // the client tries again
  CHECK(renew(on) == 0);
  CHECK(on.shop().alive());
  on.time.advance(10s);
  CHECK(on.run(on.daemon.tokens.refresh_due()) == 1);
  CHECK(call(on));
}

TEST_CASE("a lost reply where TikTok kills the old refresh token is needs_reauth and an alarm at once") {
  stage on;
  setting(on, "rotate_refresh", "strict");
  on.tiktok.fault("GET token/refresh", "drop_after");
  CHECK(renew(on) == 0);
  CHECK_FALSE(on.shop().alive());
  REQUIRE(on.alerts(alert_kind::needs_reauth).size() == 1);
  CHECK(on.alerts(alert_kind::needs_reauth)[0].critical);
  CHECK(on.alerts(alert_kind::needs_reauth)[0].fix.contains("listingd connect"));
  const auto asked = refreshes(on);
  on.time.advance(24h);
  CHECK(on.run(on.daemon.tokens.refresh_due()) == 0);
  CHECK_FALSE(call(on));
  CHECK(refreshes(on) == asked); // nothing loops
  on.connect();
  CHECK(on.alerts(alert_kind::needs_reauth).empty());
  CHECK(call(on));
}

TEST_CASE("a pair that TikTok handed out and did not keep is replaced by way of the previous refresh token") {
  stage on;
  setting(on, "rotate_refresh", "keep");
  REQUIRE(renew(on) == 1);
  // both new tokens are garbage at TikTok, the previous refresh token still lives
  on.ask(R"(update "authorization" set pair_proven = false, previous_refresh_token = refresh_token)");
  on.tiktok.change([](simulator::world& world) {
    for (auto& [token, what] : world.tokens) what.expires_at = 0;
  });
  CHECK(call(on));
  CHECK(on.shop().alive());
}

TEST_CASE("no call is made with a token that has expired, or is about to") {
  stage on({.one_time = true});
  setting(on, "access_token_seconds", 600);
  REQUIRE(renew(on) == 1);
  const auto before = refreshes(on);
  on.pass(on.shop().access_expires - on.time.now() - 10s);
  CHECK(call(on));
  CHECK(refreshes(on) == before + 1);
  CHECK(expired_calls(on) == 0);
}

TEST_CASE("while an expired token cannot be renewed nothing is called") {
  stage on;
  on.time.advance(on.shop().access_expires - on.time.now());
  on.tiktok.fault("GET token/refresh", "503", {{"times", -1}});
  const auto before = on.tiktok.requests("GET", "/prerequisites").size();
  for (int i = 0; i < 3; ++i) {
    const auto answer = call(on);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == error_kind::retry);
  }
  CHECK(on.tiktok.requests("GET", "/prerequisites").size() == before);
  CHECK(refreshes(on) == 1);
  CHECK(on.shop().alive());
}

TEST_CASE("a refresh that comes too early for TikTok is tried again and loses nothing") {
  stage on;
  setting(on, "earliest_refresh_seconds", 4 * 24 * 3600);
  CHECK(renew(on) == 0);
  CHECK(on.shop().alive());
  setting(on, "earliest_refresh_seconds", 0);
  on.time.advance(10s);
  CHECK(on.run(on.daemon.tokens.refresh_due()) == 1);
}

TEST_CASE("a renewal that does not happen is an alarm of its own, and settles with the renewal") {
  stage on;
  on.tiktok.fault("GET token/refresh", "500", {{"times", -1}});
  CHECK(renew(on) == 0);
  on.run(on.daemon.tokens.watch());
  CHECK(on.alerts(alert_kind::renewal_overdue).empty());
  on.time.advance(6h);
  on.run(on.daemon.tokens.refresh_due());
  for (int i = 0; i < 3; ++i) on.run(on.daemon.tokens.watch());
  REQUIRE(on.alerts(alert_kind::renewal_overdue).size() == 1);
  CHECK(on.alerts(alert_kind::renewal_overdue)[0].message.contains("Last attempt"));
  CHECK(on.alerts(alert_kind::consent_ends).empty());
  on.tiktok.control("DELETE faults");
  on.time.advance(15min);
  CHECK(on.run(on.daemon.tokens.refresh_due()) == 1);
  on.run(on.daemon.tokens.watch());
  CHECK(on.alerts(alert_kind::renewal_overdue).empty());
}

TEST_CASE("the end of a consent is counted down, each step told once") {
  stage on;
  const auto end = on.shop().consent_ends;
  std::vector<int> told;
  for (int days = 32; days >= 0; --days) {
    on.time.advance(end - days * duration{24h} - on.time.now());
    for (int i = 0; i < 2; ++i) on.run(on.daemon.tokens.watch());
    const auto open = on.alerts(alert_kind::consent_ends);
    REQUIRE(open.size() <= 1);
    if (!open.empty() && (told.empty() || told.back() != open[0].level)) told.push_back(open[0].level);
  }
  CHECK(told == std::vector{30, 14, 7, 3, 1, 0});
  CHECK(on.ask("select count(*) from alert where kind = 'consent_ends'") == "6");
  on.connect();
  CHECK(on.alerts(alert_kind::consent_ends).empty());
}

TEST_CASE("a consent first seen shortly before its end is told once, and not in five steps") {
  stage on;
  setting(on, "consent_seconds", 5 * 24 * 3600);
  on.connect();
  on.run(on.daemon.tokens.watch());
  REQUIRE(on.alerts(alert_kind::consent_ends).size() == 1);
  CHECK(on.alerts(alert_kind::consent_ends)[0].level == 7);
  CHECK(on.alerts(alert_kind::consent_ends)[0].message.contains(" days, "));
}

TEST_CASE("webhook 7 moves the end forward, unless it is older than the consent") {
  stage on;
  on.tiktok.control("POST expiry_warning", json::object{{"shop_id", us.text()}, {"seconds", 13 * 24 * 3600}});
  on.deliver_webhooks();
  REQUIRE(on.alerts(alert_kind::consent_ends).size() == 1);
  CHECK(on.alerts(alert_kind::consent_ends)[0].level == 14);
  on.time.advance(2min);
  on.connect();
  CHECK(on.alerts(alert_kind::consent_ends).empty());
  CHECK(on.shop().consent_ends - on.time.now() > 24h * 300);
}

TEST_CASE("a webhook 7 without a usable time is kept and says so") {
  stage on;
  for (const auto& data :
       {json::object{}, json::object{{"expiration_time", "soon"}},
        json::object{{"expiration_time", "99999999999999999"}}, json::object{{"expiration_time", -5}}})
    on.tiktok.control("POST webhook", json::object{{"type", 7}, {"shop_id", us.text()}, {"data", data}});
  CHECK(on.deliver_webhooks() == 4);
  CHECK(on.alerts(alert_kind::consent_ends).empty());
  CHECK(on.shop().alive());
}

TEST_CASE("whatever code TikTok answers after a deauthorization, it is lost at the first") {
  stage on;
  setting(on, "webhooks", false);
  setting(on, "lost_code", GENERATE(36009004, 105001, 105004, 105000, 105003, 105077));
  on.tiktok.control("POST deauthorize");
  const auto before = on.tiktok.requests("GET", "/prerequisites").size();
  for (int i = 0; i < 3; ++i) CHECK_FALSE(call(on));
  CHECK(on.tiktok.requests("GET", "/prerequisites").size() == before + 1);
  CHECK_FALSE(on.shop().alive());
  CHECK(on.alerts(alert_kind::needs_reauth).size() == 1);
}

TEST_CASE("a shop whose cipher has changed is read again, and the call goes through") {
  stage on;
  const auto before = on.shop().info.cipher;
  on.tiktok.control("POST rotate_cipher", json::object{{"shop_id", us.text()}});
  CHECK(call(on));
  CHECK(on.shop().info.cipher != before);
  CHECK(on.shop().alive());
}

TEST_CASE("a webhook 6 is a hint: what TikTok still shows is not lost") {
  stage on;
  const std::string gone =
      R"({"type": 6, "tts_notification_id": "gone", "shop_id": ")" + us.text() + R"(", "data": {}})";
  SECTION("late, repeated, or wrong") {}
  SECTION("while the access token has expired") {
    on.tiktok.control("POST expire_tokens");
  }
  on.receive(gone);
  CHECK(on.run(on.daemon.inbox.drain()) == 1);
  CHECK(on.shop().alive());
  CHECK(call(on));
}

TEST_CASE("a webhook 6 or 7 that another app signs says nothing of this consent") {
  stage on;
  on.tiktok.control("POST deauthorize"); // so that believing it would show
  on.receive(R"({"type": 6, "tts_notification_id": "a", "shop_id": ")" + us.text() + R"(", "data": {}})", "row");
  on.receive(R"({"type": 7, "tts_notification_id": "b", "shop_id": ")" + us.text() +
                 R"(", "data": {"expiration_time": "1900000000"}})",
             "row");
  const auto ends = on.shop().consent_ends;
  CHECK(on.run(on.daemon.inbox.drain()) == 2);
  CHECK(on.shop().alive());
  CHECK(on.shop().consent_ends == ends);
}

TEST_CASE("tokens that have come survive a database that stumbles") {
  stage on;
  setting(on, "rotate_refresh", "strict");
  on.ask(R"(alter table "authorization" add constraint stumbling check (committed_fence < 2))");
  int refused = 0;
  on.daemon.with.log = [&](std::string_view, std::string_view event, const auto&) {
    if (event != "not_stored_yet" || ++refused != 2) return;
    on.ask(R"(alter table "authorization" drop constraint stumbling)");
  };
  CHECK(renew(on) == 1);
  CHECK(refused == 2);
  CHECK(refreshes(on) == 1);
  CHECK(call(on));
}

TEST_CASE("of a consent for several shops one can be taken away alone") {
  stage on;
  const std::string second = "7494049642642440002";
  on.tiktok.control("POST seller",
                    json::object{{"app", "us"},
                                 {"name", ""},
                                 {"shop_ids", json::array{us.text(), json::object{{"id", second},
                                                                                  {"name", "Second"},
                                                                                  {"region", "GB"},
                                                                                  {"seller_type", "CROSS_BORDER"}}}}});
  REQUIRE(on.come_back(on.consent()));
  REQUIRE(on.run(on.daemon.db->shops()).size() == 2);
  on.tiktok.control("POST deauthorize", json::object{{"shop_id", second}, {"only_shop", true}});
  SECTION("told by webhook 6") {
    on.receive(R"({"type": 6, "tts_notification_id": "gone", "shop_id": ")" + second + R"(", "data": {}})");
    REQUIRE(on.deliver_webhooks() >= 1);
    CHECK_FALSE(on.run(on.daemon.db->shop(shop_id(second)))->alive());
  }
  SECTION("learnt from a call") {}
  CHECK_FALSE(call(on, shop_id(second)));
  CHECK_FALSE(on.run(on.daemon.db->shop(shop_id(second)))->alive());
  CHECK(on.alerts(alert_kind::needs_reauth).size() == 1);
  CHECK(on.shop().alive());
  CHECK(call(on));
}

TEST_CASE("a clock that is off by ten minutes is noticed, told, and corrected for") {
  stage on;
  setting(on, "date_header", GENERATE("true", "none"));
  setting(on, "clock_offset_seconds", GENERATE(600, -600));
  CHECK(call(on));
  CHECK(call(on));
  CHECK(on.shop().alive());
}

TEST_CASE("a skew is told as an alert, and settles when the clock is set") {
  stage on;
  setting(on, "clock_offset_seconds", 600);
  CHECK(call(on));
  on.run(on.daemon.tokens.watch());
  REQUIRE(on.alerts(alert_kind::clock_skew).size() == 1);
  CHECK(on.alerts(alert_kind::clock_skew)[0].message.contains("behind"));
  setting(on, "clock_offset_seconds", 0);
  CHECK(call(on));
  on.run(on.daemon.tokens.watch());
  CHECK(on.alerts(alert_kind::clock_skew).empty());
}

TEST_CASE("a Date that lies does no harm") {
  stage on;
  setting(on, "date_header", "wrong");
  CHECK(call(on));
  setting(on, "clock_offset_seconds", GENERATE(400, -400));
  CHECK(call(on));
  CHECK(on.shop().alive());
}

TEST_CASE("app secrets may be rotated on either side first") {
  stage on;
  SECTION("TikTok has a new one beside the old") {
    on.tiktok.control("POST app_secrets",
                      json::object{{"app", "us"}, {"secrets", json::array{"new-secret", "us-secret"}}});
    CHECK(call(on));
    CHECK(renew(on) == 1);
  }
  SECTION("we have the new one already, TikTok only the old") {
    auto apps = on.daemon.apps.find(app).value();
    apps.app_secrets.insert(apps.app_secrets.begin(), secret("new-secret"));
    on.daemon.apps.replace({apps});
    CHECK(call(on));
    CHECK(renew(on) == 1);
    on.tiktok.control("POST app_secrets", json::object{{"app", "us"}, {"secrets", json::array{"new-secret"}}});
    CHECK(call(on));
    CHECK(renew(on) == 1);
  }
  SECTION("no secret fits: nothing is lost, and it is said") {
    on.tiktok.control("POST app_secrets", json::object{{"app", "us"}, {"secrets", json::array{"new-secret"}}});
    const auto answer = call(on);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().message.contains("app_secret_files"));
    CHECK(renew(on) == 0);
  }
  CHECK(on.shop().alive());
}
