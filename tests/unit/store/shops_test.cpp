#include "stage.hpp"

namespace listingd::store::test {

TEST_CASE("a consent's state is good for one use, for its app, for its time") {
  stage at;
  run(at.db->put_consent_state("s1", app_name("row"), noon + 30min));
  run(at.db->put_consent_state("s2", app_name("us"), noon + 30min));
  CHECK_FALSE(run(at.db->take_consent_state("s2", noon + 30min)));
  CHECK_FALSE(run(at.db->take_consent_state("unknown", noon)));
  CHECK(run(at.db->take_consent_state("s1", noon + 29min)) == app_name("row"));
  CHECK_FALSE(run(at.db->take_consent_state("s1", noon + 29min)));
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
  CHECK(one->authorization_state == "active");
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

TEST_CASE("after a rotation of the master key, old tokens open and a refresh seals with the new key") {
  stage at;
  at.connect();
  const auto rotated =
      open_store({.url = at.url, .connections = 1, .sealing = sealer({key("k2", 'b'), key("k1", 'a')})});
  CHECK(run(rotated->shop(us))->access_token == secret("TTP_access"));
  const auto job = run(rotated->lease_refresh(noon + 90h, lease, std::nullopt, secret()));
  REQUIRE(job);
  CHECK(job->refresh_token == secret("TTP_refresh"));
  run(rotated->refreshed(*job, at.grant("TTP_new"), noon + 90h));
  const auto renewed = open_store({.url = at.url, .connections = 1, .sealing = sealer({key("k2", 'b')})});
  CHECK(run(renewed->shop(us))->access_token == secret("TTP_new"));
}

TEST_CASE("a wrong or missing master key is named; without any, what needs no secret still works") {
  stage at;
  at.connect();
  const auto wrong = open_store({.url = at.url, .connections = 1, .sealing = sealer({key("k9", 'z')})});
  CHECK_THROWS_WITH(run(wrong->shops()), Catch::Matchers::Contains("master key 'k1', which is not configured"));
  const auto none = open_store({.url = at.url, .connections = 1, .sealing = std::nullopt});
  CHECK(run(none->shops()).at(0).access_token.empty());
  CHECK_THROWS_WITH(run(none->lease_refresh(noon + 90h, lease, std::nullopt, secret())),
                    Catch::Matchers::Contains("no master key is configured"));
}

TEST_CASE("a token moved into another row does not open") {
  stage at;
  at.connect();
  auto other = at.grant("TTP_other");
  other.open_id = "open-2";
  const std::vector<authorized_shop> none;
  run(at.db->put_authorization(app_name("row"), other, none, noon));
  at.ask(R"(update "authorization" a set access_token = b.access_token from "authorization" b
            where a.open_id = 'open-1' and b.open_id = 'open-2')");
  CHECK_THROWS_WITH(run(at.db->shop(us)), Catch::Matchers::Contains("does not open"));
}

TEST_CASE("a refresh is due at half of the token's life and leased to one") {
  stage at;
  at.connect();
  CHECK_FALSE(run(at.db->lease_refresh(noon + 83h, lease, std::nullopt, secret())));
  const auto job = run(at.db->lease_refresh(noon + 84h, lease, std::nullopt, secret()));
  REQUIRE(job);
  CHECK(job->app == app_name("row"));
  CHECK(job->refresh_expires == noon + 2000h);
  CHECK_FALSE(run(at.db->lease_refresh(noon + 84h, lease, std::nullopt, secret())));
  at.leases_run_out();
  CHECK(run(at.db->lease_refresh(noon + 84h, lease, std::nullopt, secret())));
}

TEST_CASE("a caller whose token was refused refreshes it unless somebody else just did") {
  stage at;
  at.connect();
  const auto shop = *run(at.db->shop(us));
  CHECK_FALSE(run(at.db->lease_refresh(noon, lease, shop.authorization, secret("TTP_older"))));
  CHECK_FALSE(run(at.db->lease_refresh(noon, lease, shop.authorization + 1, shop.access_token)));
  CHECK(run(at.db->lease_refresh(noon, lease, shop.authorization, shop.access_token)));
  CHECK_FALSE(run(at.db->lease_refresh(noon, lease, shop.authorization, shop.access_token)));
}

TEST_CASE("a refresh replaces the tokens and keeps the last refresh token") {
  stage at;
  at.connect();
  const auto job = *run(at.db->lease_refresh(noon + 90h, lease, std::nullopt, secret()));
  run(at.db->refresh_failed(job, "timeout", noon + 91h));
  CHECK(run(at.db->shop(us))->state_reason == "timeout");
  CHECK_FALSE(run(at.db->lease_refresh(noon + 90h, lease, std::nullopt, secret())));
  const auto again = *run(at.db->lease_refresh(noon + 91h, lease, std::nullopt, secret()));
  auto grant = at.grant("TTP_new", "TTP_refresh_new");
  grant.access_expires = noon + 300h;
  SECTION("with a new refresh token") {
    run(at.db->refreshed(again, grant, noon + 91h));
    CHECK(run(at.db->lease_refresh(noon + 299h, lease, std::nullopt, secret()))->refresh_token ==
          secret("TTP_refresh_new"));
  }
  SECTION("without one the old goes on") {
    grant.refresh_token = secret();
    run(at.db->refreshed(again, grant, noon + 91h));
    CHECK(run(at.db->lease_refresh(noon + 299h, lease, std::nullopt, secret()))->refresh_token ==
          secret("TTP_refresh"));
  }
  const auto shop = *run(at.db->shop(uk)); // one authorization, both shops
  CHECK(shop.access_token == secret("TTP_new"));
  CHECK(shop.access_expires == noon + 300h);
  CHECK(shop.state_reason.empty());
  CHECK(at.ask(R"(select previous_refresh_token is not null from "authorization")") == "t");
}

TEST_CASE("one who lost the refresh lease cannot postpone the successor, nor overwrite its tokens") {
  stage at;
  at.connect();
  const auto lost = *run(at.db->lease_refresh(noon + 90h, lease, std::nullopt, secret()));
  at.leases_run_out();
  const auto successor = *run(at.db->lease_refresh(noon + 90h, lease, std::nullopt, secret()));
  run(at.db->refresh_failed(lost, "timeout", noon + 900h));
  CHECK(at.ask(R"(select refresh_failures from "authorization")") == "0");
  run(at.db->refreshed(lost, at.grant("TTP_late"), noon + 90h)); // the newest there is while the other is on its way
  CHECK(run(at.db->shop(us))->access_token == secret("TTP_late"));
  CHECK(at.ask(R"(select lease_token from "authorization")") == successor.lease_token);
  run(at.db->refreshed(successor, at.grant("TTP_newest"), noon + 90h));
  run(at.db->refreshed(lost, at.grant("TTP_late"), noon + 90h));
  CHECK(run(at.db->shop(us))->access_token == secret("TTP_newest"));
}

TEST_CASE("a new consent wins over a refresh that is on its way") {
  stage at;
  at.connect();
  const auto job = *run(at.db->lease_refresh(noon + 90h, lease, std::nullopt, secret()));
  const std::vector<authorized_shop> shops{at.market(us, "US")};
  run(at.db->put_authorization(app_name("row"), at.grant("TTP_consented"), shops, noon + 90h));
  run(at.db->refreshed(job, at.grant("TTP_refreshed"), noon + 90h));
  CHECK(run(at.db->shop(us))->access_token == secret("TTP_consented"));
}

TEST_CASE("a lost authorization wakes its shops' listings, and a new consent brings it back in place") {
  stage at;
  at.connect();
  auto held = at.held("tee");
  REQUIRE(run(at.db->record(held, at.outcome(held), noon)));
  const auto authorization = run(at.db->shop(us))->authorization;
  run(at.db->authorization_lost(authorization, {}, "deauthorized by the seller", noon + 1s));
  CHECK(run(at.db->shop(us))->authorization_state == "needs_reauth");
  CHECK(run(at.db->shop(uk))->state_reason == "deauthorized by the seller");
  CHECK_FALSE(run(at.db->lease_refresh(noon + 90h, lease, std::nullopt, secret())));
  held = *at.claim(noon + 1s);
  REQUIRE(run(at.db->record(held, at.outcome(held), noon + 1s)));

  at.connect();
  CHECK(run(at.db->shop(us))->authorization == authorization);
  CHECK(run(at.db->shop(us))->authorization_state == "active");
  CHECK(run(at.db->shop(us))->state_reason.empty());
  CHECK(at.claim(noon + 1s));
}

TEST_CASE("what is known of a shop is kept") {
  stage at;
  at.connect();
  run(at.db->set_quota(us, noon + 1h));
  run(at.db->set_prerequisites(us, "no warehouse", noon));
  run(at.db->set_category_version(us, "v1"));
  run(at.db->set_watched_until(us, noon - 1min));
  at.connect(); // a second consent takes none of it away
  auto shop = *run(at.db->shop(us));
  CHECK(shop.quota_until == noon + 1h);
  CHECK(shop.prerequisites_problem == "no warehouse");
  CHECK(shop.prerequisites_checked_at == noon);
  CHECK(shop.category_version == "v1");
  CHECK(shop.watched_until == noon - 1min);
  run(at.db->set_quota(us, std::nullopt));
  CHECK_FALSE(run(at.db->shop(us))->quota_until);
}

TEST_CASE("the adopt scan finds what carries a seller_sku and belongs to nobody") {
  stage at;
  at.connect();
  const auto found = [](const std::string& id, const std::string& sku) {
    found_product one{
        .id = listing_id(id), .status = listing_status::activate, .title = "T", .skus = {}, .updated = {}};
    one.skus.push_back({.id = sku_id("s" + id), .seller_sku = seller_sku(sku), .external_sku_id = ""});
    return one;
  };
  auto held = at.held("tee");
  REQUIRE(run(at.db->record(held, at.outcome(held), noon)));
  const std::vector<found_product> first{found("1", "A"), found("2", "B"), found("3", "")};
  run(at.db->put_shop_products(us, first, false, noon));
  CHECK_FALSE(run(at.db->shop(us))->adopt_scan_finished);
  CHECK_FALSE(at.claim(noon + 1s));
  const std::vector<found_product> last{found("1", "A"), found("4", "B")};
  run(at.db->put_shop_products(us, last, true, noon + 1s));
  CHECK(run(at.db->shop(us))->adopt_scan_finished);
  CHECK_FALSE(run(at.db->shop(uk))->adopt_scan_finished);

  const auto with = [&](std::vector<seller_sku> skus) { return run(at.db->existing_with(us, std::move(skus))).size(); };
  CHECK(with({seller_sku("A")}) == 1);
  CHECK(with({seller_sku("A"), seller_sku("B")}) == 3);
  CHECK(with({seller_sku("C")}) == 0);
  CHECK(with({}) == 0);

  held = *at.claim(noon + 1s); // the last page made it due
  auto out = at.outcome(held);
  out.state.id = listing_id("1");
  REQUIRE(run(at.db->record(held, out, noon + 1s)));
  CHECK(with({seller_sku("A")}) == 0);
}

} // namespace listingd::store::test
