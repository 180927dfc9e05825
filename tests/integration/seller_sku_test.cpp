// A seller_sku is one product's: whoever wants it second waits and says for whom, however the first came by it.
#include "integration/stage.hpp"

using namespace listingd;
using namespace listingd::integration;

namespace {

constexpr auto shared_sku = "EDM-WHITE-2"; // the mug pair's

/// The mug pair again, as another product of the PIM.
json::object twin() {
  auto record = sample("mug-pair");
  record["key"] = "mug-twin";
  return record;
}

/// Steps of two workers of one daemon at the same time, until neither finds anything due.
void advance_together(stage& on) {
  int ended = 0;
  bool all = false;
  const auto work = [&]() -> task<void> {
    while (co_await on.daemon.reconciler.advance_one()) {
    }
    all = ++ended == 2;
  };
  for (int i = 0; i < 2; ++i) on.loop.start(work());
  on.loop.until(all);
}

/// Made by hand in Seller Center, with these seller_skus.
std::string made_by_hand(stage& on, const std::vector<std::string>& codes) {
  json::array skus;
  for (const auto& code : codes) {
    const json::object price{{"amount", "19.00"}, {"currency", "USD"}};
    skus.push_back(json::object{{"seller_sku", code}, {"price", price}});
  }
  const json::object product{{"title", "Old mugs"},
                             {"description", "<p>Two old mugs that the seller wrote down by hand.</p>"},
                             {"category_id", "600033"},
                             {"skus", skus}};
  return text_at(on.tiktok.control("POST products", json::object{{"product", product}}), "id");
}

void set_status(stage& on, const std::string& id, const std::string& status) {
  on.tiktok.control("POST products/" + id, json::object{{"status", status}});
}

int searches(stage& on) {
  return on.tiktok.count("POST", search_path);
}

void waits_for(stage& on, const std::string& waiting, const std::string& holder) {
  const auto state = on.state(waiting);
  CHECK(state.job == "parked");
  CHECK(state.id.empty());
  CHECK(state.reason.contains(shared_sku));
  CHECK(state.reason.contains(holder));
}

} // namespace

TEST_CASE("of two products with one seller_sku that are created at the same time, one is") {
  stage on;
  on.take_in({sample("mug-pair"), twin()});
  advance_together(on);
  on.settle();
  CHECK(on.tiktok.products() == 1);
  CHECK(on.tiktok.count("POST", create_path) == 1);
  const bool pair_first = !on.state("mug-pair").id.empty();
  waits_for(on, pair_first ? "mug-twin" : "mug-pair", pair_first ? "mug-pair" : "mug-twin");
}

TEST_CASE("a create whose reply was lost holds its seller_sku, and what it made is nobody else's to adopt") {
  stage on;
  on.tiktok.fault("POST /product/202309/products", GENERATE(as<std::string>(), "drop_before", "drop_after"),
                  {{"skip", 1}});
  on.tiktok.control("POST settings", json::object{{"search_lag_ms", 1'000'000'000'000}});
  on.list({sample("mug-pair")});
  REQUIRE(on.state("mug-pair").id.empty());
  on.list({twin()});
  waits_for(on, "mug-twin", "mug-pair");
  on.tiktok.control("POST settings", json::object{{"search_lag_ms", 0}});
  on.run(on.daemon.db->wake_product(us, product_key("mug-twin"), on.time.now(), {}));
  on.settle();
  on.time.advance(on.daemon.with.settings.policy.uncertain_wait);
  on.settle();
  CHECK(on.state("mug-pair").job == "verified");
  waits_for(on, "mug-twin", "mug-pair");
  CHECK(on.tiktok.products() == 1);
}

TEST_CASE("what an adopted product holds is not created beside it, and is free once it has let go") {
  stage on({.settled_in = false});
  const auto before = made_by_hand(on, {shared_sku, "TLM-GREEN"});
  on.keeper_round();
  on.list({sample("mug-pair")});
  REQUIRE(on.id("mug-pair") == before);
  REQUIRE(on.state("mug-pair").job == "verified"); // its edit has let TLM-GREEN go, which the scan did not see
  set_status(on, before, "ACTIVATE");

  SECTION("let go") {
    on.list({sample("tall-latte-mug")});
    CHECK(on.state("tall-latte-mug").job == "verified");
    CHECK(on.tiktok.products() == 2);
  }
  SECTION("still held") {
    on.tiktok.control(
        "POST products/" + before,
        json::object{{"seller_edit", json::object{{"skus", json::array{json::object{{"seller_sku", "TLM-GREEN"}}}}}}});
    on.list({sample("tall-latte-mug")});
    CHECK(on.state("tall-latte-mug").job == "parked");
    CHECK(on.state("tall-latte-mug").reason.contains("mug-pair"));
    CHECK(on.tiktok.products() == 1);
  }
}

TEST_CASE("two products that could adopt the same one: the first has it, the other waits") {
  stage on({.settled_in = false});
  const auto before = made_by_hand(on, {shared_sku});
  on.keeper_round();
  on.take_in({sample("mug-pair"), twin()});
  advance_together(on);
  on.settle();
  CHECK(on.tiktok.products() == 1);
  CHECK(on.tiktok.count("POST", create_path) == 0);
  const bool pair_first = on.state("mug-pair").id.text() == before;
  waits_for(on, pair_first ? "mug-twin" : "mug-pair", pair_first ? "mug-pair" : "mug-twin");
}

TEST_CASE("a product deleted since the scan is not adopted") {
  stage on({.settled_in = false});
  const auto before = made_by_hand(on, {shared_sku});
  on.keeper_round();
  set_status(on, before, "DELETED");
  const auto asked = searches(on);
  on.list({sample("mug-pair")});
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.id("mug-pair") != before);
  CHECK(on.tiktok.products() == 1);
  CHECK(searches(on) <= asked + 2); // before the adopt that was none, before the create
}

TEST_CASE("a product added since the scan is not doubled") {
  stage on;
  const auto added = made_by_hand(on, {shared_sku});
  on.list({sample("mug-pair")});
  CHECK(on.id("mug-pair") == added);
  CHECK(on.tiktok.count("POST", create_path) == 0);
  CHECK(on.tiktok.products() == 1);
}

TEST_CASE("a new product costs one search, and one with more than ten seller_skus as many as it takes") {
  stage on;
  const auto asked = searches(on);
  on.list({sample("mug-pair")});
  CHECK(searches(on) == asked + 1);
  CHECK(on.state("mug-pair").job == "verified");
}

TEST_CASE("several products with one seller_sku are looked at again when asked to") {
  stage on({.settled_in = false});
  const auto first = made_by_hand(on, {shared_sku});
  const auto second = made_by_hand(on, {shared_sku});
  on.keeper_round();
  on.list({sample("mug-pair")});
  REQUIRE(on.state("mug-pair").job == "parked");
  set_status(on, second, "DELETED");
  on.run(on.daemon.db->wake_product(us, product_key("mug-pair"), on.time.now(), {}));
  on.settle();
  CHECK(on.id("mug-pair") == first);
  CHECK(on.state("mug-pair").job == "verified");
}
