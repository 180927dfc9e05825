// Categories, attributes, rules, brands, warehouses, prerequisites (product reference, sections 1, 6 and 8).
#include "model/json.hpp"
#include "tiktok/shop_client.hpp"

namespace listingd::tiktok {

task<result<json::value>> shop_client::categories(shop_access access, std::string version) {
  api_call asked{.path = "/product/202309/categories", .parameters = {{"category_version", std::move(version)}}};
  return data_of(std::move(access), std::move(asked));
}

task<result<json::value>> shop_client::attributes(shop_access access, category_id leaf, std::string version) {
  api_call asked{.path = "/product/202309/categories/" + net::percent_encode(leaf.text()) + "/attributes",
                 .parameters = {{"category_version", std::move(version)}}};
  return data_of(std::move(access), std::move(asked));
}

task<result<json::value>> shop_client::rules(shop_access access, category_id leaf, std::string version) {
  api_call asked{.path = "/product/202309/categories/" + net::percent_encode(leaf.text()) + "/rules",
                 .parameters = {{"category_version", std::move(version)}}};
  return data_of(std::move(access), std::move(asked));
}

task<result<json::value>> shop_client::warehouses(shop_access access) {
  api_call asked{.path = "/logistics/202309/warehouses"};
  return data_of(std::move(access), std::move(asked));
}

task<result<json::value>> shop_client::prerequisites(shop_access access) {
  api_call asked{.path = "/product/202312/prerequisites"};
  return data_of(std::move(access), std::move(asked));
}

task<result<json::value>> shop_client::brands(shop_access access, std::string name) {
  api_call asked{.path = "/product/202309/brands",
                 .parameters = {{"page_size", "100"}, {"brand_name", std::move(name)}}};
  return data_of(std::move(access), std::move(asked));
}

} // namespace listingd::tiktok
