// The gate of create, edit and listing_check: every rule of the product reference that TikTok Shop applies before a
// review begins (sections 1, 2, 4, 12 and the codes of the error reference). Called by product_write.cpp and
// product_offers.cpp.
#pragma once

#include "simulator/world.hpp"

namespace listingd::simulator {

struct problem {
  int code;
  std::string message;
};

enum class purpose { create, edit, partial_edit, check };

/// One pass over a product's content. The content is normalised in place (cleared brand, resolved value names, dropped
/// fields the market ignores); what was wrong is collected, in the order it was found.
struct examination {
  const world& state;
  const shop& seller;
  purpose why;
  const product* existing; // null on create and check
  bool offers_kept;        // SKUs the product already has may come without price and inventory
  json::object& content;
  std::vector<problem> problems = {};
  std::vector<std::string> warnings = {};

  void fail(int code, std::string message) { problems.push_back({code, std::move(message)}); }
  const json::object& rules() const;
};

/// All rules for a product that is to be listed.
void examine(examination& all);

void examine_category(examination& all, const std::string& version, bool version_expected);
void examine_words(examination& all);
void examine_images(examination& all);
void examine_package(examination& all);
void examine_compliance(examination& all);
void examine_attributes(examination& all);
void examine_skus(examination& all);

/// The ids of the attributes that apply: those without conditions, and those one of whose conditions is met by a value
/// chosen for an attribute that itself applies, to a fixed point. `chosen` maps attribute id to value ids.
std::set<std::string> applicable_attributes(const json::array& attributes,
                                            const std::map<std::string, std::set<std::string>>& chosen);
/// The value ids chosen in a content, by attribute id.
std::map<std::string, std::set<std::string>> chosen_values(const json::object& content);

/// Price and stock rules, shared with the update calls.
std::vector<problem> examine_price(const shop& seller, const json::object& price);
std::vector<problem> examine_inventory(const world& state, const json::array& inventory, bool zero_allowed);

/// Checks the JSON types of a create or edit body; unknown fields are ignored but noted in `unknown`. Throws a refusal.
void check_shape(const json::object& body, std::set<std::string>& unknown);

/// The image rules by region and more that views need too.
std::int64_t sku_limit(const std::string& region);
std::string market_currency(const std::string& region);

} // namespace listingd::simulator
