// What TikTok refuses, and what the shop's own limits hold back.
#include "integration/stage.hpp"

using namespace listingd;
using namespace listingd::integration;

namespace {

constexpr auto mugs = "600033";

/// TikTok asks for one more attribute of mugs, and the snapshot of yesterday does not know it.
void demand_more(shop_side& tiktok) {
  tiktok.change([](simulator::world& world) {
    auto rule = world.attributes[mugs].front().as_object();
    rule["id"] = "999001";
    rule["name"] = "Glaze";
    rule["type"] = "PRODUCT_PROPERTY";
    rule["is_requried"] = true; // the wire's spelling
    world.attributes[mugs].push_back(std::move(rule));
  });
}

void demand_less(shop_side& tiktok) {
  tiktok.change([](simulator::world& world) { world.attributes[mugs].pop_back(); });
}

/// A stage whose taxonomy is known already, before TikTok changes its mind.
void learn_mugs(stage& on) {
  on.list({sample("everyday-mug")});
  REQUIRE(on.state("everyday-mug").job == "verified");
}

void wake(stage& on, const std::string& product) {
  on.run(on.daemon.db->wake_shop(us, on.time.now()));
  on.settle();
  CHECK(!on.state(product).due_at);
}

} // namespace

TEST_CASE("what listing_check finds blocks, is not created, and is checked again only when the record changes") {
  stage on;
  learn_mugs(on);
  demand_more(on.tiktok);
  on.list({sample("mug-pair")});
  CHECK(on.state("mug-pair").job == "blocked");
  CHECK(on.state("mug-pair").id.empty());
  const auto found = on.violations("mug-pair");
  REQUIRE(!found.empty());
  CHECK(found[0].origin == violation_origin::refusal);
  const std::string check_path = std::string(create_path) + "/listing_check";
  CHECK(on.tiktok.count("POST", create_path) == 1); // the first mug
  CHECK(on.tiktok.count("POST", check_path) == 2);

  wake(on, "mug-pair");
  CHECK(on.tiktok.count("POST", check_path) == 2);

  demand_less(on.tiktok);
  on.list({with_title(sample("mug-pair"), "Two everyday mugs")});
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.violations("mug-pair").empty());
}

TEST_CASE("a refused create is not sent again until the record changes, and is after it") {
  stage on;
  learn_mugs(on);
  demand_more(on.tiktok);
  on.tiktok.fault("POST listing_check", "no_effect", {{"times", -1}}); // TikTok's own check finds nothing
  on.list({sample("mug-pair")});
  CHECK(on.state("mug-pair").job == "blocked");
  CHECK(on.violations("mug-pair").size() == 1);
  CHECK(on.tiktok.count("POST", create_path) == 2);

  wake(on, "mug-pair");
  CHECK(on.tiktok.count("POST", create_path) == 2);

  on.list({with_title(sample("mug-pair"), "Two everyday mugs")});
  CHECK(on.state("mug-pair").job == "blocked");
  CHECK(on.tiktok.count("POST", create_path) == 3);

  demand_less(on.tiktok);
  on.list({sample("mug-pair")}); // another record than the last one refused
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.tiktok.count("POST", create_path) == 4);
  CHECK(on.tiktok.products() == 2);
  CHECK(on.violations("mug-pair").empty());
}

TEST_CASE("a refused edit leaves what is live alone and is not sent again") {
  stage on;
  learn_mugs(on);
  demand_more(on.tiktok);
  on.list({with_title(sample("everyday-mug"), "Every day's mug")});
  CHECK(on.state("everyday-mug").job == "blocked");
  CHECK(on.state("everyday-mug").status == listing_status::activate);
  CHECK(text_at(on.live("everyday-mug"), "title") == "Everyday mug, 12 oz");
  const auto writes = on.tiktok.writes();
  wake(on, "everyday-mug");
  CHECK(on.tiktok.writes() == writes);
  demand_less(on.tiktok);
  on.list({with_title(sample("everyday-mug"), "The mug of every day")});
  CHECK(on.state("everyday-mug").job == "verified");
  CHECK(text_at(on.live("everyday-mug"), "title") == "The mug of every day");
}

TEST_CASE("an operator's requeue sends a refused create once more") {
  stage on;
  learn_mugs(on);
  demand_more(on.tiktok);
  on.list({sample("mug-pair")});
  REQUIRE(on.state("mug-pair").job == "blocked");
  demand_less(on.tiktok);
  on.run(on.daemon.db->wake_product(us, product_key("mug-pair"), on.time.now(), {}));
  on.settle();
  CHECK(on.state("mug-pair").job == "verified");
}

TEST_CASE("a used-up quota parks new products until its reset; price edits go on") {
  stage on;
  on.tiktok.control("POST settings", json::object{{"quota", 1}});
  on.list({sample("everyday-mug")});
  on.list({sample("mug-pair")});
  const auto parked = on.state("mug-pair");
  CHECK(parked.job == "parked");
  REQUIRE(on.shop().quota_until);
  CHECK(parked.due_at == on.shop().quota_until);
  CHECK(on.tiktok.count("POST", create_path) == 2);

  on.list({with_price(sample("everyday-mug"), "15.50")});
  CHECK(on.state("everyday-mug").job == "verified");
  wake(on, "everyday-mug");
  CHECK(on.tiktok.count("POST", create_path) == 2);

  on.tiktok.control("POST settings", json::object{{"listed_today", 0}});
  on.time.advance(*on.shop().quota_until - on.time.now());
  on.settle();
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.tiktok.count("POST", create_path) == 3);
  CHECK(on.tiktok.products() == 2);
}

TEST_CASE("unmet prerequisites park new products only, and let them go when they are met") {
  stage on;
  on.list({sample("everyday-mug")});
  on.tiktok.control("POST settings", json::object{{"failed_prerequisite", "SHOP_TAX"}});
  REQUIRE(on.run(on.daemon.keeper.check_prerequisites(on.shop())));
  CHECK(!on.shop().prerequisites_problem.empty());

  on.list({sample("mug-pair"), with_price(sample("everyday-mug"), "15.50")});
  CHECK(on.state("mug-pair").job == "parked");
  CHECK(on.state("mug-pair").id.empty());
  CHECK(on.state("everyday-mug").job == "verified");

  on.tiktok.control("POST settings", json::object{{"failed_prerequisite", ""}});
  REQUIRE(on.run(on.daemon.keeper.check_prerequisites(on.shop())));
  on.settle();
  CHECK(on.state("mug-pair").job == "verified");
}
