// The parts that map() is made of: each fills its part of the draft and reports what it could not map. Not for other
// rooms.
#pragma once

#include "mapping/map.hpp"
#include "mapping/values.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace listingd::mapping {

struct assembly {
  const map_input& in;
  record_view product;
  draft& out;
  std::vector<violation>& found;
};

void map_details(assembly& at);      ///< title, description, brand
void map_package(assembly& at);      ///< weight and dimensions
void map_pictures(assembly& at);     ///< main images
void map_attributes(assembly& at);   ///< product attributes, conditional ones included
void map_skus(assembly& at);         ///< warehouse, variants, sales attributes, their images; then offers of each
void map_certificates(assembly& at); ///< needs the attributes, which make some certificates required

/// Price, stock and identifier of one SKU. The violations' positions are the bare field ("price").
void map_offer(const map_input& in, const record_view& view, draft_sku& out, std::vector<violation>& found);
/// The currency of the prices: the profile's, else the region's; empty when neither is known.
[[nodiscard]] std::string currency_of(const map_input& in);
/// The warehouse that the profile names; reports warehouse_missing.
void map_warehouse(assembly& at);
/// Sales attributes of the SKUs, which are there already; `views` are their records, in the same order.
void map_axes(assembly& at, const std::vector<record_view>& views, std::vector<draft_sku>& skus);

/// Any of the conditions holds for the attributes answered so far; nullptr when none.
[[nodiscard]] const requirement_condition* met(const std::vector<requirement_condition>& conditions,
                                               const std::vector<draft_attribute>& answered);
/// " because 'Battery type' is 'Lithium-ion'".
[[nodiscard]] std::string because(const requirement_condition& condition, const std::vector<draft_attribute>& answered);

/// Who can change what a rule reads: the product team for an attribute, the operator for what stands in the profile.
[[nodiscard]] actor owner_of(const value_rule& rule);
/// "Correct attribute 'price' in the PIM" or "Correct the jq expression '...' in us.toml".
[[nodiscard]] std::string fix_of(std::string_view verb, const value_rule& rule, const profile& by);
/// value_invalid: the data has a shape that the field cannot take, or the jq expression failed. `clause` continues the
/// rule's name: "holds a list where a text is expected".
[[nodiscard]] violation value_invalid(std::string klass, std::string position, const value_rule& rule,
                                      const std::string& clause, const profile& by);

} // namespace listingd::mapping
