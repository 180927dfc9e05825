#include "stage.hpp"

namespace listingd::store::test {

namespace {

token_grant grant_of(const std::string& open_id, const std::string& seller = "Other") {
  auto out = stage::grant("TTP_" + open_id);
  out.open_id = open_id;
  out.seller_name = seller;
  return out;
}

int open_alerts(stage& at) {
  return static_cast<int>(run(at.db->alerts(false)).size());
}

} // namespace

TEST_CASE("a consent's state is good for one use, for its app, for its time") {
  stage at;
  run(at.db->put_consent_state("s1", app_name("row"), noon + 30min));
  run(at.db->put_consent_state("s2", app_name("us"), noon + 30min));
  CHECK_FALSE(run(at.db->take_consent_state("s2", noon + 30min)));
  CHECK_FALSE(run(at.db->take_consent_state("unknown", noon)));
  CHECK(run(at.db->take_consent_state("s1", noon + 29min)) == app_name("row"));
  CHECK_FALSE(run(at.db->take_consent_state("s1", noon + 29min)));
  run(at.db->return_consent_state("s1"));
  CHECK(run(at.db->take_consent_state("s1", noon + 29min)));
}

TEST_CASE("a consent brings its shops with their access") {
  stage at;
  at.connect();
  const auto shops = run(at.db->shops());
  REQUIRE(shops.size() == 2);
  const auto one = run(at.db->shop(us));
  REQUIRE(one);
  CHECK(one->info.region == "US");
  CHECK(one->info.cipher == "c-US");
  CHECK(one->app == app_name("row"));
  CHECK(one->access_token == secret("TTP_access"));
  CHECK(one->access_expires == noon + 168h);
  CHECK(one->renewal_due == noon + 84h);
  CHECK(one->consent_ends == noon + 2000h);
  CHECK(one->alive());
  CHECK(one->scopes == std::vector<std::string>{"seller.product.basic"});
  CHECK_FALSE(one->adopt_scan_finished);
  CHECK(one->access().access_token == one->access_token);
  CHECK_FALSE(run(at.db->shop(shop_id("1"))));
}

TEST_CASE("tokens rest sealed") {
  stage at;
  at.connect();
  CHECK(at.ask(R"(select count(*) from "authorization" where position('TTP_'::bytea in access_token) > 0
                  or position('TTP_'::bytea in refresh_token) > 0)") == "0");
  CHECK(at.ask(R"(select convert_from(substring(access_token for 2), 'UTF8') from "authorization")") == "k1");
}

TEST_CASE("a token moved into another row does not open") {
  stage at;
  at.connect();
  at.consent(grant_of("open-2"), {at.market(shop_id("3"), "FR")});
  at.ask(R"(update "authorization" a set access_token = b.access_token from "authorization" b
            where a.open_id = 'open-1' and b.open_id = 'open-2')");
  CHECK_FALSE(run(at.db->shop(us))->alive());
  CHECK(run(at.db->shop(us))->access_token.empty());
  CHECK_THAT(run(at.db->shop(us))->state_reason, Catch::Matchers::Contains("does not open"));
  CHECK(run(at.db->shop(shop_id("3")))->alive()); // the others go on
}

TEST_CASE("the same seller's second consent takes the place of the first") {
  stage at;
  at.connect();
  const auto before = *run(at.db->shop(us));
  run(at.db->announce_end(before.authorization, noon + 10h));
  CHECK(run(at.db->shop(us))->consent_ends == noon + 10h);
  at.consent(stage::grant("TTP_again"), {at.market(us, "US"), at.market(uk, "GB")});
  const auto after = *run(at.db->shop(us));
  CHECK(after.authorization == before.authorization);
  CHECK(after.generation > before.generation);
  CHECK(after.access_token == secret("TTP_again"));
  CHECK(after.consent_ends == noon + 2000h);
  CHECK(run(at.db->authorizations()).size() == 1);
}

TEST_CASE("a shop that a second consent no longer covers is lost, and comes back with a third") {
  stage at;
  at.connect();
  at.consent(stage::grant(), {at.market(us, "US")});
  CHECK(run(at.db->shop(us))->alive());
  const auto left = *run(at.db->shop(uk));
  CHECK_FALSE(left.alive());
  CHECK(left.lost_alone);
  at.connect();
  CHECK(run(at.db->shop(uk))->alive());
}

TEST_CASE("a shop stays with the living authorization that serves it") {
  stage at;
  at.connect();
  const auto holder = run(at.db->shop(us))->authorization;
  const auto all = at.consent(grant_of("open-2"), {at.market(us, "US")});
  CHECK(all.authorization == 0);
  REQUIRE(all.held_elsewhere.size() == 1);
  CHECK(all.held_elsewhere[0].seller_name == "Seller");
  CHECK(run(at.db->authorizations()).size() == 1);
  const auto part = at.consent(grant_of("open-2"), {at.market(us, "US"), at.market(shop_id("3"), "FR")});
  CHECK(part.authorization != 0);
  CHECK(part.shops == std::vector{shop_id("3")});
  CHECK(run(at.db->shop(us))->authorization == holder);
  CHECK(run(at.db->shop(us))->alive());
}

TEST_CASE("a shop moves when its authorization is dead, when it was lost alone, or when the configuration says so") {
  stage at;
  at.connect();
  SECTION("dead") {
    run(at.db->authorization_lost(run(at.db->shop(us))->authorization, {}, "revoked", noon));
    CHECK(at.consent(grant_of("open-2"), {at.market(us, "US")}).held_elsewhere.empty());
  }
  SECTION("lost alone") {
    REQUIRE(run(at.db->shop_lost(us, "deauthorized", noon)));
    CHECK(at.consent(grant_of("open-2"), {at.market(us, "US")}).held_elsewhere.empty());
  }
  SECTION("claimed by another app") {
    CHECK(at.consent(grant_of("open-2"), {at.market(us, "US")}, {us}, noon, "us").held_elsewhere.empty());
  }
  CHECK(run(at.db->shop(us))->access_token == secret("TTP_open-2"));
  CHECK(run(at.db->shop(us))->alive());
}

TEST_CASE("what the shops look like now is taken over, and only what changed is due") {
  stage at;
  at.connect();
  auto held = at.held("tee");
  REQUIRE(run(at.db->record(held, at.outcome(held), noon)));
  const auto authorization = run(at.db->shop(us))->authorization, generation = run(at.db->shop(us))->generation;
  run(at.db->put_shops(authorization, generation, {at.market(us, "US"), at.market(uk, "GB")}, noon));
  CHECK_FALSE(at.claim(noon + 1s));
  auto moved = at.market(us, "US");
  moved.cipher = "c-new";
  run(at.db->put_shops(authorization, generation - 1, {moved}, noon)); // seen with tokens of before
  CHECK(run(at.db->shop(us))->info.cipher == "c-US");
  run(at.db->put_shops(authorization, generation, {moved}, noon));
  CHECK(run(at.db->shop(us))->info.cipher == "c-new");
  CHECK(at.claim(noon + 1s));
  CHECK_FALSE(run(at.db->shop(uk))->alive());
}

TEST_CASE("an alert is told once while it is open") {
  stage at;
  const alert ends{.kind = alert_kind::consent_ends, .subject = "authorization 1", .level = 30, .message = "soon"};
  CHECK(run(at.db->raise(ends, noon)));
  CHECK_FALSE(run(at.db->raise(ends, noon + 1h)));
  auto closer = ends;
  closer.level = 14;
  CHECK(run(at.db->raise(closer, noon + 2h)));
  CHECK(open_alerts(at) == 2);
  CHECK(run(at.db->close_alerts(alert_kind::consent_ends, "authorization 1", noon + 3h)) == 2);
  CHECK(open_alerts(at) == 0);
  CHECK(run(at.db->alerts(true)).size() == 2);
  CHECK(run(at.db->raise(ends, noon + 4h)));
}

TEST_CASE("a consent answers the alerts about its authorization, and no other's") {
  stage at;
  at.connect();
  const auto mine = subject_of(run(at.db->shop(us))->authorization);
  for (const auto& subject : {mine, std::string("authorization 999")})
    run(at.db->raise({.kind = alert_kind::needs_reauth, .subject = subject, .critical = true, .message = "dead"},
                     noon));
  at.connect();
  const auto left = run(at.db->alerts(false));
  REQUIRE(left.size() == 1);
  CHECK(left[0].subject == "authorization 999");
}

TEST_CASE("alerts are kept as they are wanted") {
  stage at;
  const auto about = [](int level) {
    return alert{.kind = alert_kind::consent_ends, .subject = "authorization 1", .level = level, .message = "soon"};
  };
  const std::vector<alert_kind> kinds{alert_kind::consent_ends, alert_kind::needs_reauth};
  run(at.db->raise({.kind = alert_kind::clock_skew, .subject = "a host", .message = "off"}, noon));
  CHECK(run(at.db->keep_alerts(kinds, {about(30)}, noon)).opened.size() == 1);
  const auto same = run(at.db->keep_alerts(kinds, {about(30)}, noon));
  CHECK(same.opened.empty());
  CHECK(same.closed.empty());
  const auto next = run(at.db->keep_alerts(kinds, {about(14)}, noon));
  CHECK(next.opened.at(0).level == 14);
  CHECK(next.closed.at(0).level == 30);
  CHECK(run(at.db->keep_alerts(kinds, {}, noon)).closed.size() == 1);
  CHECK(open_alerts(at) == 1); // of a kind that was not asked about
}

TEST_CASE("a consent without readable shops renews what there is, and makes nothing new") {
  stage at;
  CHECK(at.consent(at.grant("TTP_first"), {}).authorization == 0);
  at.connect();
  const auto kept = at.consent(at.grant("TTP_again"), {});
  CHECK(kept.authorization != 0);
  CHECK(kept.shops.size() == 2);
  CHECK(run(at.db->shop(uk))->access_token == secret("TTP_again"));
  CHECK(run(at.db->shop(uk))->alive());
}

TEST_CASE("a consent by link answers the seller's waiting install") {
  stage at;
  run(at.db->put_install(app_name("row"), at.grant("TTP_old"), {at.market(us, "US")}, noon));
  at.connect();
  CHECK(run(at.db->installs()).empty());
  CHECK(run(at.db->shop(us))->access_token == secret("TTP_access"));
}

TEST_CASE("an install waits sealed, once for each seller, until it is settled") {
  stage at;
  auto tokens = stage::grant("TTP_installed");
  const auto first = run(at.db->put_install(app_name("row"), tokens, {at.market(us, "US")}, noon));
  CHECK(run(at.db->put_install(app_name("row"), tokens, {at.market(us, "US")}, noon + 1h)) == first);
  CHECK(at.ask("select position('TTP_'::bytea in tokens) from install") == "0");
  REQUIRE(run(at.db->installs()).size() == 1);
  CHECK(run(at.db->installs())[0].shops.at(0).id == us);
  const auto kept = run(at.db->install(first));
  REQUIRE(kept);
  CHECK(kept->grant.access_token == tokens.access_token);
  CHECK(kept->grant.refresh_token == tokens.refresh_token);
  CHECK(kept->grant.access_expires == tokens.access_expires);
  CHECK(kept->grant.refresh_expires == tokens.refresh_expires);
  CHECK(kept->grant.open_id == tokens.open_id);
  CHECK(kept->grant.scopes == tokens.scopes);
  CHECK(kept->shops.at(0).cipher == "c-US");
  CHECK(run(at.db->shops()).empty());
  CHECK(run(at.db->drop_install(first)));
  CHECK_FALSE(run(at.db->drop_install(first)));
  CHECK_FALSE(run(at.db->install(first)));
}

} // namespace listingd::store::test
