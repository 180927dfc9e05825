// Products that the shop had before listingd came: tied, never doubled.
#include "integration/stage.hpp"

using namespace listingd;
using namespace listingd::integration;

namespace {

std::string first_warehouse(stage& on) {
  std::string id;
  on.tiktok.change([&](simulator::world& world) {
    for (const auto& one : world.warehouses)
      if (text_at(one, "type") == "SALES_WAREHOUSE" && text_at(one, "effect_status") == "ENABLED" && id.empty())
        id = text_at(one, "id");
  });
  return id;
}

/// A mug pair that the seller once made by hand, with other words, another price and no picture of ours.
json::object made_by_hand(stage& on, const std::string& sku) {
  const json::object price{{"amount", "19.00"}, {"currency", "USD"}};
  const json::object stock{{"warehouse_id", first_warehouse(on)}, {"quantity", 5}};
  const json::object one{{"seller_sku", sku}, {"price", price}, {"inventory", json::array{stock}}};
  const json::object product{{"title", "Old mugs"},
                             {"description", "<p>Two old mugs that the seller wrote down by hand.</p>"},
                             {"category_id", "600033"},
                             {"skus", json::array{one}}};
  return {{"product", product}};
}

std::string existing(stage& on, const std::string& sku = "EDM-WHITE-2") {
  return text_at(on.tiktok.control("POST products", made_by_hand(on, sku)), "id");
}

const json::value& only_sku(const json::object& product) {
  return product.at("skus").as_array().at(0);
}

} // namespace

TEST_CASE("a product that the shop had before is tied by seller_sku, edited to the draft and verified") {
  stage on({.settled_in = false});
  const auto before = existing(on);
  on.keeper_round();
  on.list({sample("mug-pair")});
  CHECK(on.id("mug-pair") == before);
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.tiktok.count("POST", create_path) == 0);
  CHECK(on.tiktok.products() == 1);
  const auto live = on.live("mug-pair");
  CHECK(text_at(live, "title") == "Everyday mugs, set of two");
  CHECK(text_at(only_sku(live), "price.sale_price") == "26.00");
  CHECK(on.noted("mug-pair", "adopted"));
}

TEST_CASE("the stock of an adopted product stays as the shop had it") {
  stage on({.settled_in = false});
  existing(on);
  on.keeper_round();
  on.list({sample("mug-pair")});
  REQUIRE(on.state("mug-pair").job == "verified");
  CHECK(on.tiktok.requests("POST", "inventory").empty());
  CHECK(text_at(items_at(only_sku(on.live("mug-pair")), "inventory").at(0), "quantity") == "5");
}

TEST_CASE("an existing product that equals the draft already is verified without a write") {
  stage on({.settled_in = false});
  on.keeper_round();
  on.list({sample("mug-pair")});
  const auto id = on.id("mug-pair");
  const auto writes = on.tiktok.writes();
  on.ask("delete from submission");
  on.ask("delete from variant");
  on.ask("delete from listing");
  REQUIRE(on.run(on.daemon.keeper.scan(on.shop())));
  CHECK(on.run(on.daemon.db->ensure_listings(us, pim)) == 1);
  on.settle();
  CHECK(on.id("mug-pair") == id);
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.tiktok.writes() == writes);
}

TEST_CASE("two existing products with the seller_skus of one are left to a person") {
  stage on({.settled_in = false});
  existing(on);
  existing(on);
  on.keeper_round();
  on.list({sample("mug-pair")});
  CHECK(on.state("mug-pair").job == "parked");
  CHECK(on.state("mug-pair").id.empty());
  CHECK(on.tiktok.writes() == 0);
}

TEST_CASE("a product with other seller_skus is none of ours and is left alone") {
  stage on({.settled_in = false});
  const auto other = existing(on, "SOMETHING-ELSE");
  on.keeper_round();
  on.list({sample("mug-pair")});
  CHECK(on.id("mug-pair") != other);
  CHECK(on.tiktok.products() == 2);
  CHECK(text_at(on.tiktok.product(other), "title") == "Old mugs");
}
