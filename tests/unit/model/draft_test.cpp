#include "model/draft.hpp"

#include "catch.hpp"

#include <functional>

namespace listingd {

namespace {

draft sample() {
  draft out{.product = product_key("tee"), .external_product_id = "pim:tee"};
  out.category_id = category_id("600123");
  out.title = "Tee";
  out.description = "<p>Soft</p>";
  out.brand_id = "7";
  out.attributes = {{.id = "1", .name = "Material", .values = {{.id = "10", .name = "Cotton"}}}};
  out.main_images = {{.ref = "a.jpg", .use = media_use::main_image, .original_sha256 = "aaa"}};
  draft_sku sku{.key = variant_key("v1"), .seller_sku = seller_sku("TEE-M")};
  sku.sales_attributes = {{.id = "", .name = "Size", .value = {.id = "", .name = "M"}}};
  sku.image = draft_media{.ref = "red.jpg", .use = media_use::variant_image, .original_sha256 = "rrr"};
  sku.price = "19.99";
  sku.stock = 7;
  out.skus = {sku};
  out.currency = "USD";
  out.warehouse_id = "1";
  out.weight = "0.5";
  out.weight_unit = "POUND";
  out.length = "10";
  out.width = "8";
  out.height = "1";
  out.dimension_unit = "INCH";
  out.certificates = {
      {.id = "c1", .name = "Report", .media = {{.ref = "r.pdf", .use = media_use::document}}, .expires = {}}};
  out.size_chart = draft_media{.ref = "chart.png", .use = media_use::size_chart_image, .original_sha256 = "ccc"};
  return out;
}

struct change {
  std::string what;
  std::function<void(draft&)> make;
  std::vector<facet> moves;
};

} // namespace

TEST_CASE("each change of a draft moves exactly its facet") {
  static const change changes[] = {
      {"title", [](draft& d) { d.title = "T"; }, {facet::details}},
      {"description", [](draft& d) { d.description = "x"; }, {facet::details}},
      {"brand", [](draft& d) { d.brand_id = "8"; }, {facet::details}},
      {"attribute value", [](draft& d) { d.attributes[0].values[0].id = "11"; }, {facet::details}},
      {"attribute removed", [](draft& d) { d.attributes.clear(); }, {facet::details}},
      {"weight", [](draft& d) { d.weight = "0.6"; }, {facet::details}},
      {"weight unit", [](draft& d) { d.weight_unit = "KILOGRAM"; }, {facet::details}},
      {"length", [](draft& d) { d.length = "11"; }, {facet::details}},
      {"width", [](draft& d) { d.width = "11"; }, {facet::details}},
      {"height", [](draft& d) { d.height = "11"; }, {facet::details}},
      {"dimension unit", [](draft& d) { d.dimension_unit = "CENTIMETER"; }, {facet::details}},
      {"category", [](draft& d) { d.category_id = category_id("600124"); }, {facet::structure}},
      {"sales attribute name", [](draft& d) { d.skus[0].sales_attributes[0].name = "Fit"; }, {facet::structure}},
      {"sales attribute value", [](draft& d) { d.skus[0].sales_attributes[0].value.name = "L"; }, {facet::structure}},
      {"identifier type", [](draft& d) { d.skus[0].identifier_type = "EAN"; }, {facet::structure}},
      {"identifier code", [](draft& d) { d.skus[0].identifier_code = "1"; }, {facet::structure}},
      {"main picture replaced", [](draft& d) { d.main_images[0].original_sha256 = "bbb"; }, {facet::media}},
      {"main picture corrected", [](draft& d) { d.main_images[0].operations = {"orient"}; }, {facet::media}},
      {"main picture added", [](draft& d) { d.main_images.push_back(d.main_images[0]); }, {facet::media}},
      {"variant picture replaced", [](draft& d) { d.skus[0].image->original_sha256 = "bbb"; }, {facet::media}},
      {"variant picture removed", [](draft& d) { d.skus[0].image.reset(); }, {facet::media}},
      {"size chart removed", [](draft& d) { d.size_chart.reset(); }, {facet::media}},
      {"price", [](draft& d) { d.skus[0].price = "20"; }, {facet::offers}},
      {"currency", [](draft& d) { d.currency = "EUR"; }, {facet::offers}},
      {"stock", [](draft& d) { d.skus[0].stock = 6; }, {facet::stock}},
      {"warehouse", [](draft& d) { d.warehouse_id = "2"; }, {facet::stock}},
      {"certificate", [](draft& d) { d.certificates[0].id = "c2"; }, {facet::compliance}},
      {"certificate document", [](draft& d) { d.certificates[0].media[0].ref = "s.pdf"; }, {facet::compliance}},
      {"certificate expiry", [](draft& d) { d.certificates[0].expires = instant{}; }, {facet::compliance}},
      {"seller_sku",
       [](draft& d) { d.skus[0].seller_sku = seller_sku("X"); },
       {facet::structure, facet::offers, facet::stock}},
      {"SKU added",
       [](draft& d) { d.skus.push_back(d.skus[0]); },
       {facet::structure, facet::media, facet::offers, facet::stock}},
      {"uploaded", [](draft& d) { d.main_images[0].uri = "tos/a"; }, {}},
      {"picture moved, same content", [](draft& d) { d.main_images[0].ref = "b.jpg"; }, {}},
      {"certificate's name", [](draft& d) { d.certificates[0].name = "Test report"; }, {}},
      {"TikTok's name of an attribute", [](draft& d) { d.attributes[0].name = "Fabric"; }, {}},
      {"TikTok's name of a value", [](draft& d) { d.attributes[0].values[0].name = "Coton"; }, {}},
      {"whether stock is followed", [](draft& d) { d.follow_stock = true; }, {}},
  };
  const auto before = sample().digests();
  CHECK(before.size() == std::size(all_facets));
  for (const auto& one : changes) {
    INFO(one.what);
    auto changed = sample();
    one.make(changed);
    const auto moved = differing(changed.digests(), before);
    CHECK(moved == one.moves);
  }
}

TEST_CASE("facets that one side does not have differ") {
  const auto all = sample().digests();
  CHECK(differing(all, all).empty());
  CHECK(differing(all, {}).size() == std::size(all_facets));
  auto some = all;
  some.erase("media");
  CHECK(differing(all, some) == std::vector{facet::media});
  CHECK(differing(some, all) == std::vector{facet::media});
}

TEST_CASE("a picture is known by its content and what is done to it, by its name only before it was seen") {
  draft_media one{.ref = "a.jpg", .use = media_use::main_image, .original_sha256 = "aaa"};
  auto copy = one;
  copy.ref = "copy-of-a.jpg";
  CHECK(one.content_key() == copy.content_key());
  copy.operations = {"orient", "jpeg 90"};
  CHECK(one.content_key() != copy.content_key());
  auto other_order = copy;
  other_order.operations = {"jpeg 90", "orient"};
  CHECK(copy.content_key() != other_order.content_key());
  CHECK(draft_media{.ref = "a.jpg"}.content_key() != draft_media{.ref = "b.jpg"}.content_key());
  CHECK(draft_media{.ref = "aaa"}.content_key() != one.content_key());
}

TEST_CASE("all media of a draft can be prepared in place") {
  auto wanted = sample();
  std::vector<std::string> refs;
  for (auto* medium : wanted.media()) {
    refs.push_back(medium->ref);
    medium->uri = "uploaded";
  }
  CHECK(refs == std::vector<std::string>{"a.jpg", "red.jpg", "r.pdf", "chart.png"});
  CHECK(wanted.main_images[0].uri == "uploaded");
  CHECK(wanted.skus[0].image->uri == "uploaded");
  CHECK(wanted.certificates[0].media[0].uri == "uploaded");
  CHECK(wanted.size_chart->uri == "uploaded");
  CHECK(draft{}.media().empty());
}

TEST_CASE("a draft as JSON shows what a person wants to see") {
  const auto shown = sample().to_json();
  CHECK(shown.at("title") == "Tee");
  CHECK(shown.at("skus").at(0).at("seller_sku") == "TEE-M");
  CHECK(shown.at("skus").at(0).at("price") == "19.99");
  CHECK(shown.at("certificates").at(0).at("name") == "Report");
  CHECK(shown.at("main_images").at(0).at("ref") == "a.jpg");
}

TEST_CASE("names of facets are unique") {
  std::map<std::string_view, int> names;
  for (const auto one : all_facets) ++names[name_of(one)];
  CHECK(names.size() == std::size(all_facets));
}

} // namespace listingd
