// What a shop needs again and again: tried again after a growing wait, and read in parts where it holds too much.
#include "integration/stage.hpp"

using namespace listingd;
using namespace listingd::integration;

namespace {

constexpr auto first_wait = 4s;

/// So many products made by hand, a day apart, the last of them now.
std::vector<std::string> old_products(stage& on, int number) {
  std::vector<std::string> ids;
  for (int i = 0; i < number; ++i) {
    const json::object sku{{"seller_sku", "OLD-" + std::to_string(i)}};
    const json::object product{{"title", "Old"}, {"category_id", "600033"}, {"skus", json::array{sku}}};
    ids.push_back(text_at(on.tiktok.control("POST products", json::object{{"product", product}}), "id"));
  }
  on.tiktok.change([&](simulator::world& world) {
    const std::chrono::seconds day = 24h;
    for (int i = 0; i < number; ++i)
      for (auto& seen : world.products.at(ids[i]).index)
        for (const auto* name : {"create_time", "update_time"})
          seen.row[name] = seen.row.at(name).as_int64() - (number - 1 - i) * day.count();
  });
  return ids;
}

void limit_searches(stage& on, int results) {
  on.tiktok.control("POST settings", json::object{{"search_limit", results}});
}

int searches(stage& on) {
  return on.tiktok.count("POST", search_path);
}

} // namespace

TEST_CASE("what fails for a shop is tried again after a growing wait, and not in every round") {
  struct one {
    const char* match;
    const char* method;
    const char* path;
  };
  const auto each =
      GENERATE(one{"POST /product/202502/products/search", "POST", "/products/search"},
               one{"GET prerequisites", "GET", "/prerequisites"}, one{"GET webhooks", "GET", "/webhooks"});
  CAPTURE(each.match);
  stage on({.settled_in = false});
  on.tiktok.fault(each.match, "500", {{"times", -1}});
  const auto asked = [&] { return on.tiktok.requests(each.method, each.path).size(); };
  on.keeper_round();
  const auto first = asked();
  CHECK(first > 0);
  for (int i = 0; i < 3; ++i) on.keeper_round();
  CHECK(asked() == first);
  on.time.advance(first_wait);
  on.keeper_round();
  CHECK(asked() == 2 * first);
  on.time.advance(first_wait / 4 - 1ms); // the least that the first wait could have been; the second is twice that
  on.keeper_round();
  CHECK(asked() == 2 * first);
  on.tiktok.control("DELETE faults");
  on.time.advance(2 * first_wait);
  on.keeper_round();
  const auto mended = asked();
  CHECK(mended > 2 * first);
  on.keeper_round();
  CHECK(asked() == mended);
}

TEST_CASE("a shop is asked again no sooner than TikTok wants") {
  stage on({.settled_in = false});
  on.tiktok.fault("POST /product/202502/products/search", "429", {{"times", 2}, {"retry_after", 100}}); // scan, watch
  on.keeper_round();
  const auto asked = searches(on);
  on.time.advance(99s);
  on.keeper_round();
  CHECK(searches(on) == asked);
  on.time.advance(1s);
  on.keeper_round();
  CHECK(searches(on) > asked);
  CHECK(on.shop().adopt_scan_finished);
}

TEST_CASE("subscriptions that TikTok keeps losing are asked for in a growing rhythm") {
  stage on({.settled_in = false});
  on.tiktok.fault("PUT webhooks", "no_effect", {{"times", -1}});
  on.keeper_round();
  const auto asked = on.tiktok.requests("PUT", "webhooks").size();
  CHECK(asked > 0);
  on.keeper_round();
  CHECK(on.tiktok.requests("PUT", "webhooks").size() == asked);
  on.time.advance(first_wait);
  on.keeper_round();
  CHECK(on.tiktok.requests("PUT", "webhooks").size() == 2 * asked);
}

TEST_CASE("a new consent tries at once what failed under the old one") {
  stage on({.settled_in = false});
  on.tiktok.fault("GET webhooks", "500", {{"times", -1}});
  on.keeper_round();
  on.tiktok.control("DELETE faults");
  on.tiktok.control("POST deauthorize");
  on.deliver_webhooks();
  on.run(on.daemon.db->authorization_lost(on.shop().authorization, {}, "gone", on.time.now()));
  on.keeper_round();
  on.connect();
  const auto asked = on.tiktok.requests("GET", "/webhooks").size();
  on.keeper_round();
  CHECK(on.tiktok.requests("GET", "/webhooks").size() > asked);
}

TEST_CASE("a shop that holds more than one search shows is scanned in parts") {
  stage on({.settled_in = false});
  const auto ids = old_products(on, 9);
  limit_searches(on, 2);
  on.keeper_round();
  CHECK(on.shop().adopt_scan_finished);
  CHECK(on.ask("select count(distinct listing_id) from shop_product") == std::to_string(ids.size()));
}

TEST_CASE("a scan that cannot be cut any finer is an error, and the shop stays unscanned") {
  stage on({.settled_in = false});
  old_products(on, 1);
  limit_searches(on, 0);
  const auto done = on.run(on.daemon.keeper.scan(on.shop()));
  REQUIRE_FALSE(done);
  CHECK(done.error().code == "12052180");
  CHECK_FALSE(on.shop().adopt_scan_finished);
}

TEST_CASE("changes of a long outage are watched in parts, and what is done is not asked again") {
  stage on;
  on.list({sample("mug-pair")});
  old_products(on, 9);
  on.run(on.daemon.db->set_watched_until(us, on.time.now() - 24h * 30));
  limit_searches(on, 2);
  on.tiktok.fault("POST /product/202502/products/search", "500", {{"skip", 6}});
  REQUIRE_FALSE(on.run(on.daemon.keeper.watch(on.shop())));
  const auto reached = on.shop().watched_until;
  REQUIRE(reached);
  CHECK(*reached > on.time.now() - 24h * 30);
  CHECK(*reached < on.time.now());
  on.tiktok.control("POST settings", json::object{{"webhooks", false}});
  on.tiktok.control("POST products/" + on.id("mug-pair"),
                    json::object{{"seller_edit", json::object{{"title", "My mugs"}}}});
  REQUIRE(on.run(on.daemon.keeper.watch(on.shop())));
  CHECK(on.shop().watched_until == on.time.now());
  on.settle();
  CHECK(on.state("mug-pair").drift.size() == 1);
}
