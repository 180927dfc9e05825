#include "stage.hpp"

namespace listingd::store::test {

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
