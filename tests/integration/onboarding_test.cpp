// The seller comes back from TikTok's consent page: connected and with what, or why not.
#include "integration/stage.hpp"

using namespace listingd;
using namespace listingd::integration;

namespace {

const std::string other_shop = "7494049642642449999";

void setting(stage& on, const char* name, const json::value& value) {
  on.tiktok.control("POST settings", json::object{{name, value}});
}

/// Another seller of the app, with these shops.
void seller(stage& on, const std::string& name, const json::array& shops) {
  on.tiktok.control("POST seller", json::object{{"app", "us"}, {"name", name}, {"shop_ids", shops}});
}

json::object new_shop(const std::string& id, const std::string& region, const std::string& type) {
  return {{"id", id}, {"name", "Shop " + region}, {"region", region}, {"seller_type", type}};
}

std::string code_of(const result<sync::connected>& done) {
  return done ? "connected" : done.error().code;
}

int exchanges(stage& on) {
  return static_cast<int>(on.tiktok.requests("GET", "/api/v2/token/get").size());
}

std::int64_t install(stage& on, const std::string& back) {
  const auto waits =
      on.run(on.daemon.onboarding.install(net::query_value(back, "app_key"), net::query_value(back, "code")));
  REQUIRE(waits);
  return *waits;
}

} // namespace

TEST_CASE("a consent link works once, and TikTok is not asked about a state that is not ours") {
  stage on;
  const auto back = on.consent();
  CHECK(code_of(on.come_back(back)) == "connected");
  const auto asked = exchanges(on);
  CHECK(code_of(on.come_back(back)) == "state_unknown");
  CHECK(code_of(on.come_back("https://x/?code=abc&state=made-up")) == "state_unknown");
  CHECK(exchanges(on) == asked);
  CHECK(on.shop().alive());
}

TEST_CASE("a link is dead after half an hour") {
  stage on;
  const auto back = on.consent();
  on.time.advance(30min);
  CHECK(code_of(on.come_back(back)) == "state_unknown");
}

TEST_CASE("a code of another app is not taken") {
  stage on;
  auto back = on.consent();
  back.replace(back.find("us-key"), 6, "eu-key");
  CHECK(code_of(on.come_back(back)) == "other_app");
}

TEST_CASE("when TikTok cannot be reached the same link may be tried again") {
  stage on;
  on.tiktok.fault("GET token/get", "drop_before", {{"times", 2}}); // the client itself tries once more
  const auto back = on.consent();
  CHECK_FALSE(on.come_back(back));
  CHECK(code_of(on.come_back(back)) == "connected");
}

TEST_CASE("an account that is no seller's is named and not kept") {
  stage on;
  setting(on, "user_type", GENERATE(1, 3));
  seller(on, "other", json::array{new_shop(other_shop, "US", "LOCAL")});
  const auto done = on.come_back(on.consent("&seller=other"));
  REQUIRE(code_of(done) == "not_a_seller");
  CHECK((done.error().message.contains("a creator") || done.error().message.contains("a partner")));
  CHECK(on.run(on.daemon.db->authorizations()).size() == 1);
}

TEST_CASE("a scope without which nothing works refuses the consent, and names it") {
  stage on;
  setting(on, "withheld_scopes", json::array{GENERATE("seller.product.basic", "seller.authorization.info")});
  const auto done = on.come_back(on.consent());
  REQUIRE(code_of(done) == "missing_scope");
  CHECK(done.error().message.contains("seller."));
}

TEST_CASE("without the scope to write the shop is connected, its listings park, and the alert goes with the scope") {
  stage on;
  setting(on, "withheld_scopes", json::array{"seller.product.write"});
  const auto done = on.come_back(on.consent());
  REQUIRE(done);
  REQUIRE(done->missing.size() == 1);
  CHECK(done->missing[0].key == "seller.product.write");
  on.list({sample("mug-pair")});
  CHECK(on.state("mug-pair").job == "parked");
  CHECK(on.state("mug-pair").reason.contains("scope"));
  CHECK(on.tiktok.writes() == 0);
  on.run(on.daemon.tokens.watch());
  REQUIRE(on.alerts(alert_kind::missing_scope).size() == 1);
  CHECK(on.alerts(alert_kind::missing_scope)[0].message.contains("Product Modify"));

  setting(on, "withheld_scopes", json::array{});
  on.connect();
  on.settle();
  CHECK(on.state("mug-pair").job == "verified");
  on.run(on.daemon.tokens.watch());
  CHECK(on.alerts(alert_kind::missing_scope).empty());
}

TEST_CASE("scopes in another form, or not told at all, are no reason to refuse") {
  stage on;
  setting(on, "scopes_field", GENERATE("granted_permissions", "none"));
  setting(on, "extra_fields", true);
  const auto done = on.come_back(on.consent());
  REQUIRE(done);
  CHECK(done->missing.empty());
}

TEST_CASE("a cross-border seller's shops come with one consent, each named as what it is") {
  stage on;
  seller(on, "abroad",
         json::array{new_shop("7494049642642440001", "GB", "CROSS_BORDER"),
                     new_shop("7494049642642440002", "DE", "CROSS_BORDER")});
  const auto done = on.come_back(on.consent("&seller=abroad"));
  REQUIRE(done);
  REQUIRE(done->shops.size() == 2);
  CHECK(done->shops[0].seller_type == "CROSS_BORDER");
  CHECK(done->not_configured.size() == 2);
  CHECK(on.run(on.daemon.db->shops()).size() == 3);
  CHECK(on.run(on.daemon.db->authorizations()).size() == 2);
}

TEST_CASE("an account without a shop cannot be connected") {
  stage on;
  seller(on, "empty", json::array{});
  CHECK(code_of(on.come_back(on.consent("&seller=empty"))) == "no_shop");
}

TEST_CASE("a shop that another living consent serves stays there, and both are told") {
  stage on;
  seller(on, "rival", json::array{us.text()});
  const auto done = on.come_back(on.consent("&seller=rival"));
  REQUIRE(code_of(done) == "shop_conflict");
  CHECK(done.error().message.contains(us.text()));
  CHECK(on.shop().alive());
  CHECK(on.alerts(alert_kind::shop_conflict).size() == 1);
  on.list({sample("mug-pair")});
  CHECK(on.state("mug-pair").job == "verified");
}

TEST_CASE("an install without a state waits for the operator, and is nothing until then") {
  stage on;
  seller(on, "store", json::array{new_shop(other_shop, "US", "LOCAL")});
  const auto back = on.consent("&seller=store&app_store=1");
  CHECK(net::query_value(back, "state").empty());
  const auto number = install(on, back);
  CHECK(on.run(on.daemon.db->shops()).size() == 1);
  REQUIRE(on.run(on.daemon.db->installs()).size() == 1);
  CHECK(on.alerts(alert_kind::install_waits).size() == 1);

  SECTION("confirmed") {
    const auto done = on.run(on.daemon.onboarding.confirm(number));
    REQUIRE(done);
    CHECK(done->shops.at(0).id.text() == other_shop);
    CHECK(on.run(on.daemon.db->shops()).size() == 2);
  }
  SECTION("confirmed when the access token has long expired") {
    on.time.advance(24h * 30);
    REQUIRE(on.run(on.daemon.onboarding.confirm(number)));
    CHECK(on.run(on.daemon.tokens.refresh_due()) >= 0);
    on.time.advance(1s);
    on.run(on.daemon.tokens.refresh_due());
    CHECK(on.run(on.daemon.db->shop(shop_id(other_shop)))->access_expires > on.time.now() - 24h * 30);
  }
  SECTION("declined") {
    REQUIRE(on.run(on.daemon.onboarding.decline(number)));
    CHECK(on.run(on.daemon.db->shops()).size() == 1);
  }
  CHECK(on.run(on.daemon.db->installs()).empty());
  CHECK(on.alerts(alert_kind::install_waits).empty());
  CHECK_FALSE(on.run(on.daemon.onboarding.confirm(number)));
}

TEST_CASE("an install of a shop that a living consent serves cannot be confirmed, and goes on waiting") {
  stage on;
  seller(on, "rival", json::array{us.text()});
  const auto number = install(on, on.consent("&seller=rival&app_store=1"));
  CHECK(code_of(on.run(on.daemon.onboarding.confirm(number))) == "shop_conflict");
  CHECK(on.run(on.daemon.db->installs()).size() == 1);
  CHECK(on.shop().alive());
}

TEST_CASE("a consent by link answers an install of the same seller that waits") {
  stage on;
  seller(on, "store", json::array{new_shop(other_shop, "US", "LOCAL")});
  const auto number = install(on, on.consent("&seller=store&app_store=1"));
  REQUIRE(on.come_back(on.consent("&seller=store")));
  CHECK(on.run(on.daemon.db->installs()).empty());
  CHECK(on.alerts(alert_kind::install_waits).empty());
  CHECK(code_of(on.run(on.daemon.onboarding.confirm(number))) == "install_unknown");
}

TEST_CASE("a second consent is kept though TikTok does not tell the shops") {
  stage on;
  on.tiktok.fault("GET /authorization/202309/shops", "503", {{"times", 3}});
  const auto done = on.come_back(on.consent());
  REQUIRE(done);
  CHECK(done->shops.size() == 1);
  on.list({sample("mug-pair")});
  CHECK(on.state("mug-pair").job == "verified");
}

TEST_CASE("a first consent whose shops cannot be read is refused") {
  stage on;
  seller(on, "new", json::array{new_shop(other_shop, "US", "LOCAL")});
  const auto back = on.consent("&seller=new");
  on.tiktok.fault("GET /authorization/202309/shops", "503", {{"times", 3}});
  CHECK(code_of(on.come_back(back)) == "shops_unread");
  CHECK(on.run(on.daemon.db->authorizations()).size() == 1);
}

TEST_CASE("whoever tries codes of installs is slowed down") {
  stage on;
  CHECK_FALSE(on.run(on.daemon.onboarding.install("us-key", "made-up")));
  const auto asked = exchanges(on);
  for (int i = 0; i < 5; ++i) CHECK(on.run(on.daemon.onboarding.install("us-key", "made-up")).error().code == "busy");
  CHECK(exchanges(on) == asked);
  on.time.advance(2s);
  CHECK(on.run(on.daemon.onboarding.install("us-key", "made-up")).error().code != "busy");
}

TEST_CASE("an install with a code that TikTok does not know is refused, and so is one of an app that is not ours") {
  stage on;
  CHECK_FALSE(on.run(on.daemon.onboarding.install("us-key", "made-up")));
  const auto asked = exchanges(on);
  CHECK_FALSE(on.run(on.daemon.onboarding.install("eu-key", "made-up")));
  CHECK_FALSE(on.run(on.daemon.onboarding.install("", "made-up")));
  CHECK(exchanges(on) == asked);
  CHECK(on.run(on.daemon.db->installs()).empty());
}
