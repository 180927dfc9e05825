#include "stage.hpp"

namespace listingd::store::test {

namespace {

using stale = sync::consent_store::stale_tokens;

std::string access_of(stage& at) {
  return run(at.db->shop(us))->access_token.reveal();
}

} // namespace

TEST_CASE("after a rotation of the master key, old tokens open and a refresh seals with the new key") {
  stage at;
  at.connect();
  const auto rotated =
      open_store({.url = at.url, .connections = 1, .sealing = sealer({key("k2", 'b'), key("k1", 'a')})});
  CHECK(run(rotated->shop(us))->access_token == secret("TTP_access"));
  const auto job = run(rotated->lease_refresh(noon + 90h, lease, std::nullopt));
  REQUIRE(job);
  CHECK(job->refresh_token == secret("TTP_refresh"));
  run(rotated->refreshed(*job, at.grant("TTP_new"), noon + 180h, noon + 90h));
  const auto renewed = open_store({.url = at.url, .connections = 1, .sealing = sealer({key("k2", 'b')})});
  CHECK(run(renewed->shop(us))->access_token == secret("TTP_new"));
}

TEST_CASE("a wrong or missing master key is named; without any, what needs no secret still works") {
  stage at;
  at.connect();
  const auto wrong = open_store({.url = at.url, .connections = 1, .sealing = sealer({key("k9", 'z')})});
  CHECK_THAT(run(wrong->shops()).at(0).state_reason,
             Catch::Matchers::Contains("master key 'k1', which is not configured"));
  CHECK_FALSE(run(wrong->shops()).at(0).alive());
  CHECK_FALSE(run(wrong->lease_refresh(noon + 90h, lease, std::nullopt)));
  CHECK_THAT(run(wrong->authorizations()).at(0).last_refresh_result, Catch::Matchers::Contains("master key 'k1'"));
  const auto none = open_store({.url = at.url, .connections = 1, .sealing = std::nullopt});
  CHECK(run(none->shops()).at(0).access_token.empty());
  CHECK_THROWS_WITH(run(none->lease_refresh(noon + 90h, lease, std::nullopt)),
                    Catch::Matchers::Contains("no master key is configured"));
}

TEST_CASE("a refresh is leased to one when it is due") {
  stage at;
  at.connect();
  CHECK_FALSE(at.due(noon + 83h));
  const auto job = at.leased(noon + 84h);
  CHECK(job.app == app_name("row"));
  CHECK_FALSE(at.due(noon + 84h));
  at.leases_run_out();
  CHECK(at.leased(noon + 84h).fence == job.fence + 1);
}

TEST_CASE("a caller whose token was refused refreshes it unless somebody else just did") {
  stage at;
  at.connect();
  const auto shop = *run(at.db->shop(us));
  CHECK_FALSE(run(at.db->lease_refresh(noon, lease, stale{shop.authorization, shop.generation - 1})));
  CHECK_FALSE(run(at.db->lease_refresh(noon, lease, stale{shop.authorization + 1, shop.generation})));
  CHECK(run(at.db->lease_refresh(noon, lease, stale{shop.authorization, shop.generation})));
  CHECK_FALSE(run(at.db->lease_refresh(noon, lease, stale{shop.authorization, shop.generation})));
}

TEST_CASE("after a failure a caller waits as long as the keeper does") {
  stage at;
  at.connect();
  const auto shop = *run(at.db->shop(us));
  run(at.db->refresh_failed(at.leased(), "timeout", noon + 91h, noon + 90h));
  CHECK(run(at.db->shop(us))->refresh_failing);
  CHECK(run(at.db->shop(us))->renewal_due == noon + 84h);
  CHECK_FALSE(run(at.db->lease_refresh(noon + 90h, lease, stale{shop.authorization, shop.generation})));
  CHECK(run(at.db->lease_refresh(noon + 91h, lease, stale{shop.authorization, shop.generation})));
}

TEST_CASE("a refresh replaces the tokens of every shop of the authorization") {
  stage at;
  at.connect();
  auto tokens = at.grant("TTP_new", "TTP_refresh_new");
  tokens.access_expires = noon + 300h;
  REQUIRE(at.renew(at.leased(), tokens));
  for (const auto& id : {us, uk}) {
    const auto shop = *run(at.db->shop(id));
    CHECK(shop.access_token == secret("TTP_new"));
    CHECK(shop.access_expires == noon + 300h);
    CHECK(shop.renewal_due == noon + 174h);
    CHECK_FALSE(shop.pair_proven);
  }
  const auto one = run(at.db->authorizations()).at(0);
  CHECK(one.last_refresh_at == noon + 90h);
  CHECK(one.last_refresh_result == "ok");
}

TEST_CASE("the previous refresh token is kept until the new pair has worked") {
  stage at;
  at.connect();
  REQUIRE(at.renew(at.leased(), at.grant("TTP_new", "TTP_refresh_new")));
  auto job = at.leased(noon + 299h);
  CHECK(job.refresh_token == secret("TTP_refresh_new"));
  CHECK(job.previous_refresh_token == secret("TTP_refresh"));
  at.leases_run_out();
  run(at.db->pair_worked(job.authorization, job.fence + 7)); // of another pair: says nothing
  CHECK_FALSE(at.leased(noon + 299h).previous_refresh_token.empty());
  at.leases_run_out();
  run(at.db->pair_worked(job.authorization, run(at.db->shop(us))->generation));
  CHECK(at.leased(noon + 299h).previous_refresh_token.empty());
  CHECK(run(at.db->shop(us))->pair_proven);
}

TEST_CASE("a refresh that brings no refresh token, deadline or scopes leaves those there are") {
  stage at;
  at.connect();
  auto tokens = at.grant("TTP_new");
  SECTION("left out") {
    tokens.refresh_token = secret();
    tokens.refresh_expires.reset();
    tokens.scopes.clear();
  }
  SECTION("the same again") {}
  REQUIRE(at.renew(at.leased(), tokens));
  const auto job = at.leased(noon + 299h);
  CHECK(job.refresh_token == secret("TTP_refresh"));
  CHECK(job.previous_refresh_token.empty());
  CHECK(run(at.db->shop(us))->consent_ends == noon + 2000h);
  CHECK(run(at.db->shop(us))->scopes == std::vector<std::string>{"seller.product.basic"});
}

TEST_CASE("one who lost the refresh lease cannot postpone the successor, nor overwrite its tokens") {
  stage at;
  at.connect();
  const auto late = at.leased();
  at.leases_run_out();
  const auto successor = at.leased();
  run(at.db->refresh_failed(late, "timeout", noon + 900h, noon + 90h));
  CHECK(run(at.db->authorizations()).at(0).failures == 0);
  CHECK(at.renew(late, at.grant("TTP_late"))); // the newest there is while the other is on its way
  CHECK(access_of(at) == "TTP_late");
  CHECK(at.ask(R"(select lease_token from "authorization")") == successor.lease_token);
  CHECK(at.renew(successor, at.grant("TTP_newest")));
  CHECK(at.renew(successor, at.grant("TTP_newest"))); // repeated after a commit whose outcome was not known
  CHECK_FALSE(at.renew(late, at.grant("TTP_late")));
  CHECK(access_of(at) == "TTP_newest");
}

TEST_CASE("tokens that come after a refusal of the successor bring the consent back") {
  stage at;
  at.connect();
  const auto late = at.leased();
  at.leases_run_out();
  const auto successor = at.leased();
  lost_evidence refused{.generation = {}, .lease_token = successor.lease_token};
  REQUIRE(run(at.db->authorization_lost(successor.authorization, refused, "rt has expired", noon + 90h)));
  REQUIRE_FALSE(run(at.db->shop(us))->alive());
  CHECK(at.renew(late, at.grant("TTP_late")));
  CHECK(run(at.db->shop(us))->alive());
  CHECK(access_of(at) == "TTP_late");
}

TEST_CASE("tokens that come after the seller took the consent back do not bring it back") {
  stage at;
  at.connect();
  const auto job = at.leased();
  REQUIRE(run(at.db->authorization_lost(job.authorization, {}, "webhook 6", noon + 90h)));
  CHECK_FALSE(at.renew(job, at.grant("TTP_late")));
  CHECK_FALSE(run(at.db->shop(us))->alive());
}

TEST_CASE("a new consent wins over a refresh that is on its way") {
  stage at;
  at.connect();
  const auto job = at.leased();
  at.consent(at.grant("TTP_consented"), {at.market(us, "US")}, {}, noon + 90h);
  CHECK_FALSE(at.renew(job, at.grant("TTP_refreshed")));
  CHECK(access_of(at) == "TTP_consented");
}

TEST_CASE("news of a loss counts only while what it is based on holds") {
  stage at;
  at.connect();
  const auto before = *run(at.db->shop(us));
  const auto job = at.leased();
  REQUIRE(at.renew(job, at.grant("TTP_new")));
  lost_evidence old_token{.generation = before.generation, .lease_token = {}};
  CHECK_FALSE(run(at.db->authorization_lost(before.authorization, old_token, "token invalid", noon)));
  lost_evidence old_lease{.generation = {}, .lease_token = job.lease_token};
  CHECK_FALSE(run(at.db->authorization_lost(before.authorization, old_lease, "rt has expired", noon)));
  CHECK(run(at.db->shop(us))->alive());
  lost_evidence token{.generation = run(at.db->shop(us))->generation, .lease_token = {}};
  CHECK(run(at.db->authorization_lost(before.authorization, token, "token invalid", noon)));
  CHECK_FALSE(run(at.db->authorization_lost(before.authorization, {}, "again", noon)));
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
  CHECK_FALSE(at.due(noon + 90h));
  held = *at.claim(noon + 1s);
  REQUIRE(run(at.db->record(held, at.outcome(held), noon + 1s)));

  at.connect();
  CHECK(run(at.db->shop(us))->authorization == authorization);
  CHECK(run(at.db->shop(us))->alive());
  CHECK(run(at.db->shop(us))->state_reason.empty());
  CHECK(at.claim(noon + 1s));
}

} // namespace listingd::store::test
