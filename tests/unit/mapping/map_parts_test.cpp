// What the parts of map() make of good data: details, pictures, package, offers, variants, attributes, certificates.
#include "small_shop.hpp"

namespace listingd::mapping {

namespace {

using namespace test;

draft clean(const small_shop& shop) {
  auto made = shop.run();
  INFO(findings(made));
  REQUIRE(made.violations.empty());
  return std::move(made.wanted.value());
}

std::string refs(const std::vector<draft_media>& all) {
  std::string out;
  for (const auto& one : all) out += one.ref + ' ';
  return out;
}

std::string images_of_skus(const draft& made) {
  std::string out;
  for (const auto& sku : made.skus) out += (sku.image ? sku.image->ref : "none") + ' ';
  return out;
}

const violation& only(const mapped& made) {
  INFO(findings(made));
  REQUIRE(made.violations.size() == 1);
  return made.violations.front();
}

} // namespace

TEST_CASE("a title is collapsed and cut, a blank one is left to preflight") {
  small_shop shop;
  shop.put("name", R"("  Basic\n tee of cotton ")");
  CHECK(clean(shop).title == "Basic tee of cotton");
  shop.replace("title = \"name\"", "title = { attribute = \"name\", max = 10 }");
  CHECK(clean(shop).title == "Basic tee");
  shop.put("name", R"("  ")");
  CHECK(clean(shop).title.empty());
}

TEST_CASE("a description is HTML as it stands, or text made into paragraphs") {
  small_shop shop;
  shop.put("description", R"("Soft & warm\n\nWash < 30")");
  CHECK(clean(shop).description == "Soft & warm\n\nWash < 30");
  shop.replace("description = \"description\"", "description = { attribute = \"description\", as = \"text\" }");
  CHECK(clean(shop).description == "<p>Soft &amp; warm</p><p>Wash &lt; 30</p>");
}

TEST_CASE("a brand becomes an id only where the profile gives one") {
  small_shop shop;
  shop.put("brand", R"("acme")");
  shop.replace("seller_sku", "brand = { attribute = \"brand\" }\nseller_sku");
  CHECK(clean(shop).brand_id.empty());
  shop.replace("attribute = \"brand\" }", "attribute = \"brand\", values = { acme = \"7082427311584347905\" } }");
  CHECK(clean(shop).brand_id == "7082427311584347905");
  shop.replace("7082427311584347905", "Acme");
  CHECK(clean(shop).brand_id.empty());
}

TEST_CASE("main images keep the profile's order, each once, at most nine") {
  small_shop shop;
  shop.put("gallery", R"([{"media": "g1.jpg"}, {"media": "tee.jpg"}, "g2.jpg"])");
  CHECK(refs(clean(shop).main_images) == "tee.jpg g1.jpg g2.jpg ");
  shop.put("gallery", R"(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"])");
  CHECK(refs(clean(shop).main_images) == "tee.jpg 1 2 3 4 5 6 7 8 ");
  shop.put("gallery", "");
  shop.put("picture", "");
  CHECK(refs(clean(shop).main_images) == "red.jpg blue.jpg ");
}

TEST_CASE("the package is converted to the profile's units") {
  small_shop shop;
  auto made = clean(shop);
  CHECK(made.weight == "0.2");
  CHECK(made.weight_unit == "KILOGRAM");
  CHECK(made.length == "30");
  CHECK(made.dimension_unit == "CENTIMETER");
  shop.put("weight", R"("0.35")"); // a bare number is in the profile's unit
  CHECK(clean(shop).weight == "0.35");
}

TEST_CASE("a weight that only the variants have is the heaviest one's") {
  small_shop shop;
  shop.put("weight", "");
  small_shop::put(shop.values_of(0), "weight", R"({"amount": "210", "unit": "GRAM"})");
  small_shop::put(shop.values_of(1), "weight", R"({"amount": "0.25", "unit": "KILOGRAM"})");
  CHECK(clean(shop).weight == "0.25");
}

TEST_CASE("package sizes that the leaf does not ask for may be absent") {
  small_shop shop;
  shop.rules.package_dimensions_required = false;
  shop.put("side", "");
  CHECK(clean(shop).length.empty());
}

TEST_CASE("a price may be a list by currency, an object, a text or a number") {
  for (const auto* data : {R"([{"amount": "9", "currency": "EUR"}, {"amount": "19.9", "currency": "USD"}])",
                           R"({"amount": "19.90", "currency": "USD"})", R"({"amount": 19.9})", R"("19.9")", "19.9"}) {
    small_shop shop;
    shop.put("price", data);
    INFO(data);
    CHECK(clean(shop).skus.front().price == "19.90");
  }
}

TEST_CASE("the currency is the profile's, else the region's") {
  small_shop shop;
  CHECK(clean(shop).currency == "USD");
  shop.replace("{ attribute = \"price\", currency = \"USD\" }", "\"price\"");
  shop.region = "JP";
  shop.put("price", R"({"amount": "1999.00", "currency": "JPY"})");
  const auto made = clean(shop);
  CHECK(made.currency == "JPY");
  CHECK(made.skus.front().price == "1999");
}

TEST_CASE("a variant's own offer comes before the product's") {
  small_shop shop;
  small_shop::put(shop.values_of(1), "price", R"([{"amount": "25", "currency": "USD"}])");
  small_shop::put(shop.values_of(1), "stock", R"("7.0000")");
  const auto made = clean(shop);
  CHECK(made.skus[0].price == "19.90");
  CHECK(made.skus[0].stock == 5);
  CHECK(made.skus[1].price == "25.00");
  CHECK(made.skus[1].stock == 7);
}

TEST_CASE("identifier codes lose spaces and dashes and get a kind by their length") {
  small_shop shop;
  small_shop::put(shop.values_of(0), "ean", R"("4006381-333931")");
  small_shop::put(shop.values_of(1), "ean", R"("0 36000 29145 2")");
  const auto made = clean(shop);
  CHECK(made.skus[0].identifier_type == "EAN");
  CHECK(made.skus[0].identifier_code == "4006381333931");
  CHECK(made.skus[1].identifier_type == "UPC");
  shop.replace("gtin = \"ean\"", "gtin = { attribute = \"ean\", kind = \"EAN\" }");
  CHECK(only(shop.run()).reason.find("'0 36000 29145 2', which is no valid EAN") != std::string::npos);
}

TEST_CASE("stock goes to the warehouse that the profile names by name or id") {
  small_shop shop;
  shop.warehouses.push_back({.id = "73", .name = "North Hall", .sales = true, .enabled = true});
  shop.replace("stock = \"stock\"", "stock = { attribute = \"stock\", warehouse = \"north hall\", follow = true }");
  CHECK(clean(shop).warehouse_id == "73");
  CHECK(clean(shop).follow_stock);
  shop.replace("north hall", "73");
  CHECK(clean(shop).warehouse_id == "73");
}

TEST_CASE("a missing warehouse is the shop owner's, and tells what there is") {
  small_shop shop;
  shop.replace("stock = \"stock\"", "stock = { attribute = \"stock\", warehouse = \"Moon\" }");
  const auto made = shop.run();
  CHECK(only(made).who == actor::shop_owner);
  CHECK(only(made).reason == "The shop has no warehouse 'Moon', which the profile names; it has Main.");
}

TEST_CASE("a product without variants is one SKU of its own key") {
  small_shop shop;
  shop.simple();
  const auto made = clean(shop);
  REQUIRE(made.skus.size() == 1);
  CHECK(made.skus.front().key.text() == "tee");
  CHECK(made.skus.front().seller_sku.text() == "TEE");
  CHECK(made.skus.front().sales_attributes.empty());
  CHECK_FALSE(made.skus.front().image);
}

TEST_CASE("disabled variants are left out, and their mistakes with them") {
  small_shop shop;
  shop.variant(1)["enabled"] = false;
  small_shop::put(shop.values_of(1), "price", R"("free")");
  const auto made = clean(shop);
  REQUIRE(made.skus.size() == 1);
  CHECK(made.skus.front().seller_sku.text() == "T-RED");
  CHECK(made.skus.front().sales_attributes.size() == 1);
}

TEST_CASE("a value that TikTok lists goes by id, another by its label") {
  const auto made = clean({});
  const auto& red = made.skus[0].sales_attributes.at(0);
  CHECK(red.id == "1");
  CHECK(red.value.id == "11");
  const auto& blue = made.skus[1].sales_attributes.at(0);
  CHECK(blue.value.id.empty());
  CHECK(blue.value.name == "Blue");
}

TEST_CASE("two codes that mean the same value of TikTok are the same variant") {
  small_shop shop;
  shop.replace("images = \"picture\" }", "images = \"picture\", values = { blue = \"Red\" } }");
  const auto made = shop.run();
  CHECK(only(made).code == "variant_duplicate");
  CHECK(only(made).reason == "'T-RED' and 'T-BLUE' are the same variant: Color Red.");
}

TEST_CASE("each value of the axis with images has one picture, its own or the product's") {
  small_shop shop;
  CHECK(images_of_skus(clean(shop)) == "red.jpg blue.jpg ");
  small_shop::put(shop.values_of(1), "picture", "");
  CHECK(images_of_skus(clean(shop)) == "red.jpg tee.jpg ");
  small_shop::put(shop.values_of(0), "picture", "");
  CHECK(images_of_skus(clean(shop)) == "none none ");
}

TEST_CASE("all SKUs of one value share the first picture of the value") {
  small_shop shop;
  shop.product.at("axes").as_array().emplace_back("size");
  shop.replace("[certificates", "size = { sales_attribute = \"Size\" }\n[certificates");
  auto& variants = shop.product.at("variants").as_array();
  json::object large = shop.variant(0);
  large["key"] = "tee-red-l";
  variants.push_back(std::move(large));
  small_shop::put(shop.values_of(2), "sku", "\"T-RED-L\"");
  small_shop::put(shop.values_of(2), "picture", "\"other.jpg\"");
  for (std::size_t i : {0U, 1U}) small_shop::put(shop.values_of(i), "size", "\"S\"");
  small_shop::put(shop.values_of(2), "size", "\"L\"");
  CHECK(images_of_skus(clean(shop)) == "red.jpg blue.jpg red.jpg ");
}

TEST_CASE("attributes stand in TikTok's order with their values, those of other leaves are left out") {
  std::string out;
  for (const auto& one : clean({}).attributes) {
    out += one.name + '=';
    for (const auto& value : one.values) out += value.id + '/' + value.name;
    out += ' ';
  }
  CHECK(out == "Material=21/Cotton Battery type=41/Alkaline Contains batteries?=31/Yes Energy=/500 ");
}

TEST_CASE("a condition that no longer holds takes its whole chain and its certificate with it") {
  small_shop shop;
  shop.put("battery", R"("No")");
  const auto made = clean(shop);
  CHECK(made.attributes.size() == 2);
  CHECK(made.certificates.empty());
}

TEST_CASE("an attribute may be named by its id") {
  small_shop shop;
  shop.replace("\"Material\" = ", "\"2\" = ");
  CHECK(clean(shop).attributes.front().values.front().id == "21");
}

TEST_CASE("free texts of a multiple attribute are kept once each") {
  small_shop shop;
  shop.put("ingredients", R"(["Water", "Salt", "Water"])");
  const auto made = clean(shop);
  REQUIRE(made.attributes.back().name == "Ingredients");
  REQUIRE(made.attributes.back().values.size() == 2);
  CHECK(made.attributes.back().values[1].name == "Salt");
}

TEST_CASE("an unlisted value is reported with the nearest names and all choices") {
  small_shop shop;
  shop.put("material", R"("coton")");
  const auto made = shop.run();
  CHECK(only(made).reason == "attribute 'material' holds 'coton', which is not among TikTok's values of 'Material'.");
  CHECK(only(made).suggestion.find("nearest: Cotton, Wool") != std::string::npos);
  CHECK(json::serialize(only(made).evidence) == R"({"choices":["Cotton","Wool"]})");
  CHECK(only(made).who == actor::product_team);
}

TEST_CASE("a missing answer names the PIM's attribute and TikTok's choices") {
  small_shop shop;
  shop.put("material", "");
  const auto lacking = shop.run();
  CHECK(only(lacking).reason == "TikTok requires 'Material' in this category, and attribute 'material' has no value.");
  CHECK(only(lacking).suggestion == "Fill attribute 'material' in the PIM; TikTok takes Cotton, Wool.");
  shop.replace("\"Material\" = \"material\"\n", "");
  const auto unnamed = shop.run();
  CHECK(only(unnamed).suggestion == "Add [attributes.\"Material\"] to test.toml; TikTok takes Cotton, Wool.");
  CHECK(only(unnamed).who == actor::operator_);
}

TEST_CASE("a certificate's documents and pictures go their own ways") {
  small_shop shop;
  shop.put("cert", R"([{"media": "docs/a.PDF?v=2"}, {"media": "scan.jpg"}])");
  const auto made = clean(shop);
  REQUIRE(made.certificates.size() == 1);
  const auto& media = made.certificates.front().media;
  REQUIRE(media.size() == 2);
  CHECK(media[0].use == media_use::document);
  CHECK(media[0].name == "a.PDF");
  CHECK(media[1].use == media_use::certificate_image);
  CHECK(to_text(made.certificates.front().expires.value()) == "2029-06-30T00:00:00Z");
}

TEST_CASE("a certificate that only the variants hold is the product's, each document once") {
  small_shop shop;
  shop.put("cert", "");
  small_shop::put(shop.values_of(0), "cert", R"("a.pdf")");
  small_shop::put(shop.values_of(1), "cert", R"(["a.pdf", "b.pdf"])");
  CHECK(refs(clean(shop).certificates.at(0).media) == "a.pdf b.pdf ");
}

} // namespace listingd::mapping
