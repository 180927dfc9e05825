#include "store/forgetting.hpp"

#include "stage.hpp"
#include "store/purposes.hpp"
#include "store/resealing.hpp"
#include "store/sql.hpp"

namespace listingd::store::test {

namespace {

using counts = std::map<std::string, std::int64_t>;

const sealer only_new({key("k2", 'b')}); // k1, under which the stage seals, is lost
const lost_secrets first{.key = "k1", .damaged = false};
const lost_secrets what_is_damaged{.key = "", .damaged = true};
const instant later = noon + 1h;

std::unique_ptr<sync::store> with_new_key(stage& at) {
  return open_store({.url = at.url, .connections = 1, .sealing = only_new});
}

token_grant grant_of(const std::string& open_id) {
  auto out = stage::grant();
  out.open_id = open_id;
  out.seller_name = open_id;
  return out;
}

std::string state_of(stage& at, const std::string& open_id = "open-1") {
  return at.ask(R"(select state from "authorization" where open_id = ')" + open_id + "'");
}

} // namespace

TEST_CASE("what a lost key has sealed is given up; the seller consents again, and all is well") {
  stage at;
  at.connect();
  const auto held = at.held("mug");
  run(at.db->record(held, stage::outcome(held), noon));
  REQUIRE_FALSE(run(at.db->next_due({us})));

  const auto gone = forget(at.url, only_new, first, later);
  CHECK(gone.secrets == 2);
  CHECK(gone.sellers == std::vector<std::string>{"Seller (app row)"});
  CHECK(sealed_under(at.url) == counts{{"k2", 2}});
  CHECK(damaged_secrets(at.url, only_new).empty());
  CHECK(run(at.db->next_due({us})) == later); // it is due, and will park
  const auto db = with_new_key(at);
  const auto shop = run(db->shop(us)).value();
  CHECK(shop.authorization_state == "needs_reauth");
  CHECK(shop.state_reason.contains("master key 'k1'"));
  CHECK_FALSE(shop.lost_alone);
  CHECK(shop.access_token.empty());
  CHECK(forget(at.url, only_new, first, later).secrets == 0); // and that was all

  run(db->put_authorization(app_name("row"), stage::grant("TTP_again"), {stage::market(us, "US")}, {}, later, later));
  CHECK(run(db->shop(us))->alive());
  CHECK(run(db->shop(us))->access_token == secret("TTP_again"));
}

TEST_CASE("it is told beforehand what would be given up, and nothing is changed") {
  stage at;
  at.connect();
  const auto lost = find_lost(at.url, only_new, first);
  CHECK(lost.secrets == 2);
  CHECK(lost.sellers == std::vector<std::string>{"Seller (app row)"});
  CHECK(sealed_under(at.url) == counts{{"k1", 2}});
  CHECK(run(at.db->shop(us))->alive());
}

TEST_CASE("what other keys have sealed is left alone") {
  stage at;
  at.connect();
  const auto db = with_new_key(at);
  run(db->put_authorization(app_name("row"), grant_of("open-2"), {stage::market(shop_id("3"), "DE")}, {}, later, noon));
  CHECK(find_lost(at.url, only_new, {.key = "k7", .damaged = true}).secrets == 0);
  CHECK(forget(at.url, only_new, first, later).sellers.size() == 1);
  CHECK(state_of(at, "open-1") == "needs_reauth");
  CHECK(state_of(at, "open-2") == "active");
  CHECK(run(db->shop(shop_id("3")))->access_token == secret("TTP_access"));
}

TEST_CASE("where only the refresh token before is lost the consent lives on without it") {
  stage at;
  at.connect();
  at.renew(at.leased(), stage::grant("TTP_new", "TTP_refresh_new"));
  const sealer both({key("k2", 'b'), key("k1", 'a')});
  REQUIRE(reseal(at.url, both, [](std::int64_t, std::int64_t) {}).left == 0);
  pqxx::work work(at.side);
  query(work, R"(update "authorization" set previous_refresh_token = $1::bytea)",
        args().bytes(sealer({key("k1", 'a')}).seal(secret("old"), purpose_of(refresh_purpose, "row", "open-1"))));
  work.commit();
  const auto gone = forget(at.url, only_new, first, later);
  CHECK(gone.secrets == 1);
  CHECK(gone.sellers.empty());
  CHECK(state_of(at) == "active");
  CHECK(at.ask(R"(select previous_refresh_token is null from "authorization")") == "t");
  CHECK(run(with_new_key(at)->shop(us))->access_token == secret("TTP_new"));
}

TEST_CASE("an install under a lost key is forgotten, and nobody is asked about it any more") {
  stage at;
  const auto number = run(at.db->put_install(app_name("row"), stage::grant(), {stage::market(us, "US")}, noon));
  run(at.db->raise({.kind = alert_kind::install_waits, .subject = "install " + std::to_string(number)}, noon));
  CHECK(forget(at.url, only_new, first, later).installs == std::vector<std::string>{"Seller (app row)"});
  CHECK(run(at.db->installs()).empty());
  CHECK(run(at.db->alerts(false)).empty());
}

TEST_CASE("a refresh on its way comes too late for what was given up") {
  stage at;
  at.connect();
  const auto job = at.leased();
  CHECK(forget(at.url, only_new, first, later).secrets == 2);
  CHECK_FALSE(at.renew(job, stage::grant("TTP_late")));
  CHECK(state_of(at) == "needs_reauth");
}

TEST_CASE("what is damaged is named, and given up only where that is said") {
  stage at;
  at.connect();
  at.consent(grant_of("open-2"), {stage::market(shop_id("3"), "DE")});
  const sealer held({key("k1", 'a')});
  CHECK(damaged_secrets(at.url, held).empty());
  const auto* damage =
      GENERATE("access_token = refresh_token", "access_token = 'no end of an id'", "access_token = '\\xff00'",
               "refresh_token = ''", "refresh_token = set_byte(refresh_token, 20, 255 - get_byte(refresh_token, 20))");
  CAPTURE(damage);
  at.ask(std::string(R"(update "authorization" set )") + damage + " where open_id = 'open-2'");
  const auto named = damaged_secrets(at.url, held);
  REQUIRE(named.size() == 1);
  CHECK(named[0].contains(std::string(damage).substr(0, 13).starts_with("access") ? "access_token" : "refresh_token"));
  CHECK(named[0].contains("of app row, seller open-2: "));
  CHECK(find_lost(at.url, held, {.key = "k7", .damaged = false}).secrets == 0);
  CHECK(forget(at.url, held, what_is_damaged, later).sellers == std::vector<std::string>{"open-2 (app row)"});
  CHECK(state_of(at, "open-1") == "active");
  CHECK(state_of(at, "open-2") == "needs_reauth");
  CHECK(damaged_secrets(at.url, held).empty());
}

TEST_CASE("a secret whose key is only missing is not damaged") {
  stage at;
  at.connect();
  CHECK(damaged_secrets(at.url, only_new).empty());
  CHECK(find_lost(at.url, only_new, what_is_damaged).secrets == 0);
}

} // namespace listingd::store::test
