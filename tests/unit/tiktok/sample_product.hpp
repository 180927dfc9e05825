// A draft with two variants and everything that a draft can have, and the answer of Get Product that is true to it.
#pragma once

#include "model/draft.hpp"
#include "model/json.hpp"
#include "model/listing.hpp"
#include "tiktok/product_answers.hpp"

namespace listingd::tiktok::test {

inline draft_media picture(std::string uri, media_use use) {
  return {.ref = "x.jpg", .use = use, .uri = std::move(uri)};
}

inline draft_sku sku(std::string code, std::string colour, std::string size, std::string picture_uri,
                     std::string price) {
  draft_sku out{.key = variant_key("tee-" + code), .seller_sku = seller_sku(code)};
  out.sales_attributes = {{.id = "", .name = "Size", .value = {.id = "", .name = std::move(size)}},
                          {.id = "100000", .name = "Color", .value = {.id = std::move(colour), .name = ""}}};
  out.image = picture(std::move(picture_uri), media_use::variant_image);
  out.price = std::move(price);
  out.stock = 7;
  return out;
}

inline draft sample_draft() {
  draft out{.product = product_key("tee"),
            .external_product_id = "pim:tee",
            .category_version = "v2",
            .category_id = category_id("600123"),
            .title = "Basic tee",
            .description = "<p>Soft cotton</p>"};
  out.brand_id = "7082427311584347905";
  out.attributes = {{.id = "100392", .name = "Material", .values = {{.id = "1001533", .name = "Cotton"}}},
                    {.id = "100500", .name = "Care", .values = {{.id = "", .name = "Wash cold"}}}};
  out.main_images = {picture("tos/a", media_use::main_image), picture("tos/b", media_use::main_image)};
  out.skus = {sku("TEE-RED-M", "1001", "M", "tos/red", "19.99"), sku("TEE-RED-L", "1001", "L", "tos/red", "20"),
              sku("TEE-BLUE-M", "1002", "M", "tos/blue", "19.99")};
  out.skus[0].identifier_type = "EAN";
  out.skus[0].identifier_code = "4006381333931";
  out.currency = "USD";
  out.warehouse_id = "7000000000000000001";
  out.weight = "500";
  out.weight_unit = "GRAM";
  out.length = "20";
  out.width = "15";
  out.height = "4";
  out.dimension_unit = "CENTIMETER";
  out.certificates = {{.id = "7182427311584347905",
                       .name = "Test report",
                       .media = {{.ref = "r.pdf", .use = media_use::document, .uri = "file1", .name = "report 1.pdf"}},
                       .expires = instant_from_text("2027-01-01T00:00:00Z")}};
  out.size_chart = picture("tos/chart", media_use::size_chart_image);
  return out;
}

inline json::object live_sku(std::string id, std::string code, std::string colour, std::string size, std::string uri,
                             std::string price) {
  return {{"id", id},
          {"seller_sku", code},
          {"external_sku_id", "tee-" + code},
          {"price", json::object{{"sale_price", price}, {"tax_exclusive_price", "1.00"}, {"currency", "USD\n"}}},
          {"inventory", json::array{json::object{{"warehouse_id", "7000000000000000001"}, {"quantity", 3}}}},
          {"sales_attributes",
           json::array{json::object{{"id", "7011"}, {"name", "Size"}, {"value_id", "7012"}, {"value_name", size}},
                       json::object{{"id", "100000"},
                                    {"name", "Color"},
                                    {"value_id", colour},
                                    {"value_name", "a colour"},
                                    {"sku_img", json::object{{"uri", uri}}}}}}};
}

inline json::object live_body() {
  auto red = live_sku("1729000000000000001", "TEE-RED-M", "1001", "M", "tos/red", "19.99");
  red["identifier_code"] = json::object{{"type", "EAN"}, {"code", "4006381333931"}};
  auto body = parse_json(R"({"id":"1730000000000000123","status":"ACTIVATE","audit":{"status":"APPROVED"},
    "title":" Basic tee ","description":"<p>Soft\n  cotton</p> ","external_product_id":"pim:tee",
    "category_chains":[{"id":"600001","is_leaf":false},{"id":"600123","parent_id":"600001","is_leaf":true}],
    "brand":{"id":"7082427311584347905","name":"Acme"},
    "product_attributes":[{"id":"100392","name":"Material","values":[{"id":"1001533","name":"Cotton"}]},
      {"id":"100500","name":"Care","values":[{"id":"7555","name":"Wash cold"}]},
      {"id":"999","name":"Added by TikTok","values":[{"id":"1","name":"x"}]}],
    "main_images":[{"uri":"tos/a","urls":["https://x/a\n"]},{"uri":"tos/b"}],
    "package_weight":{"value":"0.500","unit":"KILOGRAM"},
    "package_dimensions":{"length":"20.00","width":"15.00","height":"4.00","unit":"CENTIMETER"},
    "certifications":[{"id":"7182427311584347905","title":"Test report","files":[{"id":"file1","name":"r.pdf"}],
      "images":[],"expiration_date":1798761600}],
    "size_chart":{"image":{"uri":"tos/chart"}},
    "manufacturer_ids":["5f0000000000000000000001"],"is_cod_allowed":false})",
                         "test")
                  .value()
                  .as_object();
  body["skus"] = json::array{red, live_sku("1729000000000000002", "TEE-RED-L", "1001", "L", "tos/red", "20.00"),
                             live_sku("1729000000000000003", "TEE-BLUE-M", "1002", "M", "tos/blue", "19.99")};
  return body;
}

inline observed_product sample_live() {
  return observed_from(live_body());
}

} // namespace listingd::tiktok::test
