// The checks of preflight, one function each, in three files by subject. Only preflight.cpp calls them, through its
// table.
#pragma once

#include "review/market.hpp"
#include "review/preflight.hpp"

#include <boost/json/object.hpp>
#include <string>
#include <utility>

namespace listingd::review {

/// What a check looks at, and where it puts what it finds.
struct inspection {
  const draft& wanted;
  const leaf_rules& rules;
  std::string_view region;
  const market& here;
  std::vector<violation>& found;
  std::string_view klass; ///< of the check that runs

  void report(std::string code, std::string position, std::string reason, std::string suggestion,
              boost::json::object numbers = {}, actor who = actor::product_team) const {
    found.push_back({.origin = violation_origin::preflight,
                     .klass = std::string(klass),
                     .code = std::move(code),
                     .position = std::move(position),
                     .reason = std::move(reason),
                     .suggestion = std::move(suggestion),
                     .who = who,
                     .evidence = numbers.empty() ? boost::json::value() : boost::json::value(std::move(numbers))});
  }
};

/// "skus.TEE-RED-M", or by the PIM's key where there is no seller_sku.
[[nodiscard]] std::string position_of(const draft_sku& sku);

// preflight_words.cpp
void check_title_length(const inspection& at);
void check_title_words(const inspection& at);
void check_description_length(const inspection& at);
void check_description_words(const inspection& at);
void check_description_tags(const inspection& at);
void check_description_images(const inspection& at);
void check_attribute_values(const inspection& at);
void check_sales_attributes(const inspection& at);

// preflight_skus.cpp
void check_main_images(const inspection& at);
void check_sku_count(const inspection& at);
void check_seller_skus(const inspection& at);
void check_identifiers(const inspection& at);
void check_currency(const inspection& at);
void check_prices(const inspection& at);
void check_stock(const inspection& at);

// preflight_package.cpp
void check_weight(const inspection& at);
void check_dimensions(const inspection& at);
void check_unit_systems(const inspection& at);
void check_size_chart(const inspection& at);
void check_responsible_parties(const inspection& at);
void check_certificates(const inspection& at);

} // namespace listingd::review
