// A draft that preflight lets pass in the US, and the rules of its leaf.
#pragma once

#include "model/draft.hpp"
#include "model/taxonomy.hpp"

namespace listingd::review::test {

inline draft_media picture(std::string ref, std::string sha256) {
  return {.ref = std::move(ref), .use = media_use::main_image, .original_sha256 = std::move(sha256)};
}

inline draft_sku variant(const std::string& code, std::string colour) {
  draft_sku out{.key = variant_key("key-" + code), .seller_sku = seller_sku(code)};
  out.sales_attributes = {{.id = "", .name = "Colour", .value = {.id = "", .name = std::move(colour)}}};
  out.price = "19.99";
  out.stock = 7;
  return out;
}

inline draft good_draft() {
  draft out{.product = product_key("tee")};
  out.category_id = category_id("600123");
  out.title = "Basic tee made of organic cotton";
  out.description = "<p>A tee of combed cotton, 180 g &amp; soft.</p>";
  out.attributes = {{.id = "100392", .name = "Care", .values = {{.id = "", .name = "Wash cold"}}}};
  out.main_images = {picture("a.jpg", "aaa"), picture("b.jpg", "bbb")};
  out.skus = {variant("TEE-RED", "Red"), variant("TEE-BLUE", "Blue")};
  out.currency = "USD";
  out.warehouse_id = "1";
  out.weight = "0.5";
  out.weight_unit = "POUND";
  out.length = "10";
  out.width = "8";
  out.height = "1.5";
  out.dimension_unit = "INCH";
  return out;
}

inline certificate_rule certificate(std::string id, std::string name) {
  return {.id = std::move(id),
          .name = std::move(name),
          .required = false,
          .expiration_required = false,
          .details = {},
          .required_when = {}};
}

} // namespace listingd::review::test
