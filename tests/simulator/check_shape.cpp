// The JSON types of a create or edit body, from TikTok's OpenAPI file: s string, i integer, b boolean, [x] array, {}
// object.
#include "simulator/examination.hpp"

namespace listingd::simulator {

namespace {

constexpr std::string_view shape_text = R"({
 "save_mode":"s", "title":"s", "description":"s", "category_id":"s", "category_version":"s", "brand_id":"s",
 "main_images":[{"uri":"s"}], "external_product_id":"s", "idempotency_key":"s", "is_cod_allowed":"b",
 "is_not_for_sale":"b", "is_pre_owned":"b", "listing_platforms":["s"], "delivery_option_ids":["s"],
 "manufacturer_ids":["s"], "responsible_person_ids":["s"], "minimum_order_quantity":"i",
 "primary_combined_product_id":"s", "shipping_insurance_requirement":"s", "shipping_template_id":"s",
 "package_weight":{"value":"s","unit":"s"}, "package_dimensions":{"length":"s","width":"s","height":"s","unit":"s"},
 "video":{"id":"s"}, "size_chart":{"image":{"uri":"s"},"template":{"id":"s"}},
 "option":{"need_trigger_gne_async_check":"b","gne_async_check_session_id":"s"},
 "certifications":[{"id":"s","images":[{"uri":"s"}],"files":[{"id":"s","name":"s","format":"s"}],"expiration_date":"i"}],
 "product_attributes":[{"id":"s","values":[{"id":"s","name":"s"}]}],
 "skus":[{"id":"s","seller_sku":"s","external_sku_id":"s","external_urls":["s"],"extra_identifier_codes":["s"],
  "identifier_code":{"code":"s","type":"s"}, "list_price":{"amount":"s","currency":"s"},
  "external_list_prices":[{"amount":"s","currency":"s","source":"s"}],
  "price":{"amount":"s","currency":"s","sale_price":"s"}, "sku_unit_count":"s",
  "fees":[{"additional_attribute":"s","amount":"s","type":"s"}],
  "pre_sale":{"type":"s","fulfillment_type":{"handling_duration_days":"i","release_date":"i"}},
  "combined_skus":[{"product_id":"s","sku_id":"s","sku_count":"i"}],
  "inventory":[{"warehouse_id":"s","quantity":"i","backorder_quantity":"i","handling_time":"i"}],
  "sales_attributes":[{"id":"s","name":"s","value_id":"s","value_name":"s","sku_img":{"uri":"s"},
   "supplementary_sku_images":[{"uri":"s"}]}]}]
})";

[[noreturn]] void wrong(const std::string& where, std::string_view expected) {
  throw refusal{98001004, "invalid parameters: " + where + ", expected " + std::string(expected), 400};
}

void check(const json::value& wanted, const json::value& given, const std::string& where,
           std::set<std::string>& unknown) {
  if (wanted.is_string()) {
    const char kind = wanted.as_string()[0];
    if (kind == 's' && !given.is_string()) wrong(where, "a string");
    if (kind == 'i' && !given.is_int64()) wrong(where, "an integer");
    if (kind == 'b' && !given.is_bool()) wrong(where, "a boolean");
  } else if (wanted.is_array()) {
    if (!given.is_array()) wrong(where, "an array");
    for (const auto& each : given.as_array()) check(wanted.as_array()[0], each, where + "[]", unknown);
  } else {
    if (!given.is_object()) wrong(where, "an object");
    for (const auto& [name, value] : given.as_object()) {
      const auto path = where.empty() ? std::string(name) : where + "." + std::string(name);
      if (const auto* known = wanted.as_object().if_contains(name))
        check(*known, value, path, unknown);
      else
        unknown.insert(path);
    }
  }
}

} // namespace

void check_shape(const json::object& body, std::set<std::string>& unknown) {
  static const json::value shape = json::parse(shape_text);
  check(shape, body, "", unknown);
}

} // namespace listingd::simulator
