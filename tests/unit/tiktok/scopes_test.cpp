#include "tiktok/scopes.hpp"

#include "catch.hpp"

#include <map>

namespace listingd::tiktok {

namespace {

using texts = std::vector<std::string>;

texts keys_of(const std::vector<sync::missing_scope>& missing) {
  texts out;
  for (const auto& one : missing) out.push_back(one.key);
  return out;
}

texts all_but(std::string_view left_out) {
  texts out;
  for (const auto& one : wanted_scopes())
    if (one.key != left_out) out.emplace_back(one.key);
  return out;
}

} // namespace

TEST_CASE("each scope that was not granted is told with its name and with what hangs on it") {
  for (const auto& one : wanted_scopes()) {
    const auto missing = missing_scopes(all_but(one.key));
    REQUIRE(missing.size() == 1);
    CHECK(missing[0].key == one.key);
    CHECK(missing[0].name == one.name);
    CHECK(missing[0].what_for == one.what_for);
    CHECK(missing[0].need == one.need);
  }
  CHECK(missing_scopes(all_but("")).empty());
}

TEST_CASE("without these nothing connects, is read or is written") {
  std::map<std::string_view, sync::scope_need> needs;
  for (const auto& one : wanted_scopes()) needs[one.key] = one.need;
  CHECK(needs.at("seller.authorization.info") == sync::scope_need::connecting);
  CHECK(needs.at("seller.product.basic") == sync::scope_need::reading);
  CHECK(needs.at("seller.product.write") == sync::scope_need::writing);
  CHECK(needs.at("seller.logistics") == sync::scope_need::writing);
  CHECK(needs.at("seller.product.delete") == sync::scope_need::optional);
  CHECK(needs.at("seller.product.optimize") == sync::scope_need::optional);
}

TEST_CASE("a scope counts in every spelling that was seen") {
  CHECK(scope_key("seller.product.basic") == "seller.product.basic");
  CHECK(scope_key("SELLER_PRODUCT_BASIC") == "seller.product.basic");
  CHECK(scope_key("serller.product.optimize") == "seller.product.optimize");
  CHECK(scope_key("SERLLER_PRODUCT_OPTIMIZE") == "seller.product.optimize");
  CHECK(scope_key("SELLER_GLOBAL_PRODUCT_CATEGORY_INFO") == "seller.global_product.category.info");
  CHECK(scope_key("seller.order.info") == "seller.order.info");
  CHECK(scope_key("SELLER_ORDER_INFO") == "SELLER_ORDER_INFO");
  auto granted = all_but("seller.product.optimize");
  granted.emplace_back("serller.product.optimize");
  CHECK(missing_scopes(granted).empty());
  CHECK(keys_of(missing_scopes({"SELLER_AUTHORIZATION_INFO", "SELLER_PRODUCT_BASIC", "SELLER_LOGISTICS"})) ==
        texts{"seller.product.write", "seller.product.delete", "seller.product.optimize"});
}

TEST_CASE("of what is not known nothing is missing") {
  CHECK(missing_scopes({}).empty());
  CHECK(missing_scopes({"", "*", "all", "Product Basic", "."}).empty());
  CHECK(missing_scopes({"creator.affiliate.info"}).size() == wanted_scopes().size());
}

} // namespace listingd::tiktok
