// A shop with one leaf, a tee with two colors and a profile: complete, so that each test takes away or spoils one
// thing.
#pragma once

#include "fixture.hpp"

namespace listingd::mapping::test {

inline constexpr std::string_view tee = R"({
  "key": "tee", "family": "tshirts", "categories": ["tops"], "axes": ["color"],
  "labels": {"color": {"red": {"en_US": "Red"}, "blue": {"en_US": "Blue"}},
             "material": {"co": {"en_US": "Cotton"}, "wo": {"en_US": "Wool"}}},
  "values": {
    "name": [{"locale": "en_US", "scope": null, "data": "Basic tee"}],
    "description": [{"locale": null, "scope": null, "data": "<p>Soft</p>"}],
    "price": [{"locale": null, "scope": null, "data": [{"amount": "19.9", "currency": "USD"}]}],
    "stock": [{"locale": null, "scope": null, "data": 5}],
    "weight": [{"locale": null, "scope": null, "data": {"amount": "200", "unit": "GRAM"}}],
    "side": [{"locale": null, "scope": null, "data": {"amount": "300", "unit": "MILLIMETER"}}],
    "picture": [{"locale": null, "scope": null, "data": {"media": "tee.jpg"}}],
    "material": [{"locale": null, "scope": null, "data": "co"}],
    "battery": [{"locale": null, "scope": null, "data": "Yes"}],
    "battery_type": [{"locale": null, "scope": null, "data": "Alkaline"}],
    "energy": [{"locale": null, "scope": null, "data": {"amount": "0.5", "unit": "KILOWATTHOUR"}}],
    "cert": [{"locale": null, "scope": null, "data": {"media": "docs/a.PDF?v=2"}}],
    "cert_until": [{"locale": null, "scope": null, "data": "2029-06-30"}]
  },
  "variants": [
    {"key": "tee-red", "values": {"sku": [{"locale": null, "scope": null, "data": "T-RED"}],
      "color": [{"locale": null, "scope": null, "data": "red"}],
      "picture": [{"locale": null, "scope": null, "data": {"media": "red.jpg"}}]}},
    {"key": "tee-blue", "values": {"sku": [{"locale": null, "scope": null, "data": "T-BLUE"}],
      "color": [{"locale": null, "scope": null, "data": "blue"}],
      "picture": [{"locale": null, "scope": null, "data": {"media": "blue.jpg"}}]}}
  ]})";

inline constexpr std::string_view tee_profile = R"(
locale = ["en_US"]
[fields]
title = "name"
description = "description"
price = { attribute = "price", currency = "USD" }
stock = "stock"
seller_sku = "sku"
gtin = "ean"
weight = { attribute = "weight", unit = "KILOGRAM" }
length = { attribute = "side", unit = "CENTIMETER" }
width = { attribute = "side", unit = "CENTIMETER" }
height = { attribute = "side", unit = "CENTIMETER" }
images = ["picture", "gallery"]
[attributes]
"Material" = "material"
"Contains batteries?" = "battery"
"Battery type" = "battery_type"
"Energy" = { attribute = "energy", unit = "WATTHOUR" }
"Ingredients" = "ingredients"
"Not of this leaf" = "material"
[variants.axes]
color = { sales_attribute = "Color", images = "picture" }
[certificates."Safety"]
attribute = "cert"
expires = "cert_until"
)";

inline constexpr std::string_view tee_attributes = R"({"attributes": [
  {"id": "1", "name": "Color", "type": "SALES_PROPERTY", "values": [{"id": "11", "name": "Red"}]},
  {"id": "2", "name": "Material", "type": "PRODUCT_PROPERTY", "is_requried": true,
   "values": [{"id": "21", "name": "Cotton"}, {"id": "22", "name": "Wool"}]},
  {"id": "4", "name": "Battery type", "type": "PRODUCT_PROPERTY",
   "values": [{"id": "41", "name": "Alkaline"}, {"id": "42", "name": "Lithium"}],
   "requirement_conditions": [{"attribute_id": "3", "attribute_value_id": "31"}]},
  {"id": "3", "name": "Contains batteries?", "type": "PRODUCT_PROPERTY", "is_requried": true,
   "values": [{"id": "31", "name": "Yes"}, {"id": "32", "name": "No"}]},
  {"id": "5", "name": "Energy", "type": "PRODUCT_PROPERTY", "is_customizable": true,
   "value_data_format": "POSITIVE_INT_OR_DECIMAL",
   "requirement_conditions": [{"attribute_id": "4", "attribute_value_id": "41"}]},
  {"id": "6", "name": "Ingredients", "type": "PRODUCT_PROPERTY", "is_customizable": true,
   "is_multiple_selection": true}]})";

inline constexpr std::string_view tee_rules =
    R"({"package_dimension": {"is_required": true}, "product_certifications": [
  {"id": "900", "name": "Safety", "is_required": false, "expiration_date": {"is_required": true},
   "requirement_conditions": [{"attribute_id": "4", "attribute_value_id": "41"}]}]})";

struct small_shop {
  json::value product = json_of(tee);
  std::string profile_text{tee_profile};
  leaf_rules rules = leaf_rules_from(category_id("600"), json_of(tee_attributes), json_of(tee_rules));
  std::vector<warehouse> warehouses = {
      {.id = "70", .name = "Returns", .sales = false, .enabled = true, .is_default = true},
      {.id = "71", .name = "Main", .sales = true, .enabled = true, .is_default = true},
      {.id = "72", .name = "Closed", .sales = true, .enabled = false}};
  std::vector<repair> repairs;
  std::string region = "US";

  json::object& values() { return product.at("values").as_object(); }
  json::object& variant(std::size_t index) { return product.at("variants").as_array().at(index).as_object(); }
  json::object& values_of(std::size_t index) { return variant(index).at("values").as_object(); }

  /// `data` as JSON text; an empty one takes the attribute away.
  static void put(json::object& into, std::string_view attribute, std::string_view data) {
    if (data.empty())
      into.erase(attribute);
    else
      into[attribute] = json::array{json::object{{"locale", nullptr}, {"scope", nullptr}, {"data", json_of(data)}}};
  }
  void put(std::string_view attribute, std::string_view data) { put(values(), attribute, data); }
  void replace(std::string_view old, std::string_view text) {
    const auto at = profile_text.find(old);
    REQUIRE(at != std::string::npos);
    profile_text.replace(at, old.size(), text);
  }
  void simple() { // no variants: the product is its own SKU
    product.as_object().erase("variants");
    product.as_object().erase("axes");
    put("sku", R"("TEE")");
  }

  [[nodiscard]] mapped run() const {
    const auto made = parse_record(product, "test");
    REQUIRE(made);
    const auto by = profile_of(profile_text);
    return map({.record = *made,
                .source = source_name("pim"),
                .profile = by,
                .rules = rules,
                .region = region,
                .category = category_id("600"),
                .category_version = "v2",
                .warehouses = warehouses,
                .repairs = repairs});
  }
};

/// "code position" of each violation.
inline std::string findings(const mapped& made) {
  std::string out;
  for (const auto& one : made.violations) out += (out.empty() ? "" : "; ") + one.code + ' ' + one.position;
  return out;
}

} // namespace listingd::mapping::test
