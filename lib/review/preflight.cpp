#include "review/preflight.hpp"

#include "review/preflight_checks.hpp"

namespace listingd::review {

namespace {

struct check {
  std::string_view klass;
  void (*run)(const inspection& at);
};

/// In the order of the draft. Facts: product reference sections 2, 4.1, 12.1; error reference section 3.
constexpr check checks[] = {
    {"title", check_title_length},
    {"title", check_title_words},
    {"description", check_description_length},
    {"description", check_description_words},
    {"description", check_description_tags},
    {"description", check_description_images},
    {"attribute", check_attribute_values},
    {"image", check_main_images},
    {"sku", check_sku_count},
    {"sku", check_seller_skus},
    {"sku", check_identifiers},
    {"attribute", check_sales_attributes},
    {"price", check_currency},
    {"price", check_prices},
    {"stock", check_stock},
    {"package", check_weight},
    {"package", check_dimensions},
    {"package", check_unit_systems},
    {"image", check_size_chart},
    {"other", check_responsible_parties},
    {"certificate", check_certificates},
};

} // namespace

std::string position_of(const draft_sku& sku) {
  return "skus." + (sku.seller_sku.empty() ? sku.key.text() : sku.seller_sku.text());
}

std::vector<violation> preflight(const draft& wanted, const leaf_rules& rules, std::string_view region) {
  std::vector<violation> found;
  for (const auto& [klass, run] : checks)
    run({.wanted = wanted,
         .rules = rules,
         .region = region,
         .here = market_of(region),
         .found = found,
         .klass = klass});
  return found;
}

} // namespace listingd::review
