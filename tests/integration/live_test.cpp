// A live product: what the PIM changes goes out by the smallest way, what others change is not fought.
#include "integration/stage.hpp"

using namespace listingd;
using namespace listingd::integration;

namespace {

void change_at_tiktok(stage& on, const std::string& product, const json::object& change) {
  on.tiktok.control("POST products/" + on.id(product), change);
  on.settle();
}

std::string price_of(stage& on, const std::string& product) {
  return text_at(on.live(product).at("skus").as_array().at(0), "price.sale_price");
}

std::int64_t stock_of(stage& on, const std::string& product) {
  const auto inventory = items_at(on.live(product).at("skus").as_array().at(0), "inventory");
  return integer_at(inventory.at(0), "quantity").value_or(-1);
}

/// So many pieces are left after sales.
void sell_down(stage& on, const std::string& product, int left) {
  const auto id = on.id(product);
  on.tiktok.change([&](simulator::world& world) {
    for (auto& [sku, offer] : world.find_product(id)->offers)
      offer["inventory"].as_array()[0].as_object()["quantity"] = left;
  });
}

bool parked_and_left_alone(stage& on, const std::string& product) {
  const auto writes = on.tiktok.writes();
  on.run(on.daemon.db->wake_shop(us, on.time.now()));
  on.settle();
  return on.state(product).job == "parked" && on.tiktok.writes() == writes;
}

bool drifted_in(stage& on, const std::string& product, const std::string& field) {
  const auto drift = on.state(product).drift;
  return drift.size() == 1 && text_at(drift[0], "field") == field;
}

} // namespace

TEST_CASE("a new price goes through its own endpoint and nothing else") {
  stage on;
  on.list({sample("mug-pair")});
  on.list({with_price(sample("mug-pair"), "27.50")});
  CHECK(on.tiktok.requests("POST", "prices/update").size() == 1);
  CHECK(on.tiktok.writes() == 2);
  CHECK(price_of(on, "mug-pair") == "27.50");
  CHECK(on.state("mug-pair").job == "verified");
}

TEST_CASE("a new title is a partial edit, reviewed again, verified again") {
  stage on;
  on.list({sample("mug-pair")});
  on.take_in({with_title(sample("mug-pair"), "Two everyday mugs")});
  on.advance();
  CHECK(on.state("mug-pair").job == "working");
  CHECK(on.tiktok.requests("POST", "partial_edit").size() == 1);
  on.settle();
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.tiktok.writes() == 2);
}

TEST_CASE("changes that come while a review runs are held and go out as one edit after it") {
  stage on;
  on.list({sample("mug-pair")});
  on.take_in({with_title(sample("mug-pair"), "Two mugs")});
  on.advance();
  REQUIRE(on.state("mug-pair").review == review_state::auditing);
  on.take_in({with_title(sample("mug-pair"), "Two everyday mugs")});
  on.advance();
  on.take_in({with_title(sample("mug-pair"), "Two white everyday mugs")});
  on.advance();
  CHECK(on.tiktok.requests("POST", "partial_edit").size() == 1);
  on.settle();
  CHECK(on.tiktok.requests("POST", "partial_edit").size() == 2);
  CHECK(text_at(on.live("mug-pair"), "title") == "Two white everyday mugs");
  CHECK(on.state("mug-pair").job == "verified");
}

TEST_CASE("a new variant is a full edit that keeps the other SKUs and their stock") {
  stage on;
  auto two = sample("everyday-mug");
  const auto third = two["variants"].as_array()[2];
  two["variants"].as_array().pop_back();
  on.list({two});
  REQUIRE(on.state("everyday-mug").job == "verified");
  const auto first_sku = text_at(on.live("everyday-mug").at("skus").as_array().at(0), "id");
  sell_down(on, "everyday-mug", 3);
  on.list({sample("everyday-mug")});
  const auto skus = on.live("everyday-mug").at("skus").as_array();
  REQUIRE(skus.size() == 3);
  CHECK(text_at(skus[0], "id") == first_sku);
  CHECK(stock_of(on, "everyday-mug") == 3);
  CHECK(on.state("everyday-mug").job == "verified");
  CHECK(on.tiktok.requests("PUT", "/products/").size() == 1);
  CHECK(on.tiktok.requests("POST", "inventory").empty());
  CHECK(on.tiktok.count("POST", create_path) == 1);
}

TEST_CASE("stock is not sent after the creation unless the profile follows it") {
  stage on;
  on.list({with_stock(sample("mug-pair"), 22)});
  CHECK(stock_of(on, "mug-pair") == 22);
  sell_down(on, "mug-pair", 20);
  on.list({with_stock(sample("mug-pair"), 50)});
  CHECK(on.tiktok.requests("POST", "inventory").empty());
  CHECK(stock_of(on, "mug-pair") == 20);
  CHECK(on.state("mug-pair").job == "verified");
}

TEST_CASE("followed stock goes out when the source's number changes, and never because sales took some") {
  stage on({.adapt = [](mapping::profile& profile) { profile.stock->follow = true; }});
  on.list({with_stock(sample("mug-pair"), 22)});
  sell_down(on, "mug-pair", 20);
  on.run(on.daemon.db->wake_product(us, product_key("mug-pair"), on.time.now(), {}));
  on.settle();
  CHECK(on.tiktok.requests("POST", "inventory").empty());

  on.list({with_stock(with_title(sample("mug-pair"), "Two mugs"), 22)});
  CHECK(on.tiktok.requests("POST", "inventory").empty());
  CHECK(stock_of(on, "mug-pair") == 20);

  on.list({with_stock(with_title(sample("mug-pair"), "Two mugs"), 50)});
  CHECK(on.tiktok.requests("POST", "inventory").size() == 1);
  CHECK(stock_of(on, "mug-pair") == 50);
  CHECK(on.state("mug-pair").job == "verified");
}

TEST_CASE("a product that the PIM deletes is deactivated, and activated when it comes back") {
  stage on;
  on.list({sample("mug-pair")});
  on.list({GENERATE(tombstone("mug-pair"), disabled(sample("mug-pair")))});
  CHECK(on.state("mug-pair").status == listing_status::seller_deactivated);
  CHECK(on.state("mug-pair").job == "idle");
  CHECK(on.tiktok.requests("POST", "/deactivate").size() == 1);

  on.time.advance(std::chrono::minutes(3)); // TikTok may show a switch late, so the next one waits
  on.list({sample("mug-pair")});
  CHECK(on.state("mug-pair").status == listing_status::activate);
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.tiktok.requests("POST", "/activate").size() == 1);
  CHECK(on.tiktok.count("POST", create_path) == 1);
}

TEST_CASE("a full listing without a product deactivates it") {
  stage on;
  on.list({sample("mug-pair"), sample("everyday-mug")});
  on.take_in({sample("everyday-mug")}, true);
  on.settle();
  CHECK(on.state("mug-pair").status == listing_status::seller_deactivated);
  CHECK(on.state("everyday-mug").job == "verified");
}

TEST_CASE("a seller who deactivates in Seller Center is not fought") {
  stage on;
  on.list({sample("mug-pair")});
  change_at_tiktok(on, "mug-pair", {{"status", "SELLER_DEACTIVATED"}});
  CHECK(on.state("mug-pair").status == listing_status::seller_deactivated);
  CHECK(parked_and_left_alone(on, "mug-pair"));
}

TEST_CASE("a seller's own edit is drift: parked and not overwritten") {
  stage on;
  on.list({sample("mug-pair")});
  change_at_tiktok(on, "mug-pair", {{"seller_edit", json::object{{"title", "My mugs"}}}});
  CHECK(drifted_in(on, "mug-pair", "title"));
  CHECK(parked_and_left_alone(on, "mug-pair"));
  CHECK(text_at(on.live("mug-pair"), "title") == "My mugs");

  change_at_tiktok(on, "mug-pair", {{"seller_edit", json::object{{"title", "Everyday mugs, set of two"}}}});
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.state("mug-pair").drift.empty());
}

TEST_CASE("a category that TikTok moves is drift") {
  stage on;
  on.list({sample("mug-pair")});
  change_at_tiktok(on, "mug-pair", {{"category_id", "600036"}});
  CHECK(drifted_in(on, "mug-pair", "category"));
  CHECK(parked_and_left_alone(on, "mug-pair"));
}

TEST_CASE("a product that TikTok freezes or someone deletes is left to a person") {
  stage on;
  on.list({sample("mug-pair")});
  change_at_tiktok(on, "mug-pair", {{"status", GENERATE(as<std::string>(), "FREEZE", "DELETED")}});
  CHECK(parked_and_left_alone(on, "mug-pair"));
  CHECK(on.tiktok.count("POST", create_path) == 1);
  on.list({with_title(sample("mug-pair"), "Two mugs")}); // and no PIM change brings it back by a second product
  CHECK(parked_and_left_alone(on, "mug-pair"));
  CHECK(on.tiktok.count("POST", create_path) == 1);
}

TEST_CASE("a frozen product that TikTok releases is verified again by itself") {
  stage on;
  on.list({sample("mug-pair")});
  change_at_tiktok(on, "mug-pair", {{"status", "FREEZE"}});
  REQUIRE(on.state("mug-pair").job == "parked");
  on.tiktok.control("POST products/" + on.id("mug-pair"), json::object{{"status", "ACTIVATE"}, {"audit", "APPROVED"}});
  on.time.advance(on.daemon.with.settings.policy.slow_poll);
  on.settle();
  CHECK(on.state("mug-pair").job == "verified");
}

TEST_CASE("a product that TikTok takes down is parked") {
  stage on;
  on.list({sample("mug-pair")});
  change_at_tiktok(on, "mug-pair", {{"status", "PLATFORM_DEACTIVATED"}});
  CHECK(on.state("mug-pair").status == listing_status::platform_deactivated);
  CHECK(parked_and_left_alone(on, "mug-pair"));
}
