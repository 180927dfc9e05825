// map() as a whole: a complete draft, and every code that it can report, each from one spoilt detail.
#include "mapping/map.hpp"

#include "small_shop.hpp"

#include <functional>

namespace listingd::mapping {

namespace {

using namespace test;

struct spoilt {
  std::string name;
  std::function<void(small_shop&)> change;
  std::string findings;
};

const std::vector<spoilt> cases{
    {"nothing spoilt", [](small_shop&) {}, ""},
    {"no price", [](auto& s) { s.put("price", ""); }, "price_missing skus.*.price"},
    {"price in another currency only", [](auto& s) { s.put("price", R"([{"amount": "1", "currency": "EUR"}])"); },
     "price_missing skus.*.price"},
    {"price null in our currency", [](auto& s) { s.put("price", R"([{"amount": null, "currency": "USD"}])"); },
     "price_missing skus.*.price"},
    {"price with a comma", [](auto& s) { s.put("price", R"("19,90")"); }, "price_invalid skus.*.price"},
    {"price with three decimals", [](auto& s) { s.put("price", "19.999"); }, "price_invalid skus.*.price"},
    {"price of nothing", [](auto& s) { s.put("price", "0"); }, "price_invalid skus.*.price"},
    {"price is an odd object", [](auto& s) { s.put("price", R"({"net": 1})"); }, "value_invalid skus.*.price"},
    {"price of one variant spoilt", [](auto& s) { small_shop::put(s.values_of(1), "price", R"("free")"); },
     "price_invalid skus.T-BLUE.price"},
    {"no stock", [](auto& s) { s.put("stock", ""); }, "stock_missing skus.*.stock"},
    {"stock zero on one variant", [](auto& s) { small_shop::put(s.values_of(0), "stock", "0"); },
     "stock_missing skus.T-RED.stock"},
    {"stock below zero", [](auto& s) { s.put("stock", "-3"); }, "stock_invalid skus.*.stock"},
    {"stock in halves", [](auto& s) { s.put("stock", R"("2.5")"); }, "stock_invalid skus.*.stock"},
    {"stock is a list", [](auto& s) { s.put("stock", "[1, 2]"); }, "value_invalid skus.*.stock"},
    {"gtin with a wrong check digit", [](auto& s) { small_shop::put(s.values_of(0), "ean", R"("4006381333930")"); },
     "gtin_invalid skus.T-RED.gtin"},
    {"gtin is an object", [](auto& s) { s.put("ean", R"({"code": 1})"); }, "value_invalid skus.*.gtin"},
    {"seller sku is a list", [](auto& s) { small_shop::put(s.values_of(0), "sku", R"(["a", "b"])"); },
     "value_invalid skus.tee-red.seller_sku"},
    {"title is an object", [](auto& s) { s.put("name", R"({"en": "x"})"); }, "value_invalid title"},
    {"no weight", [](auto& s) { s.put("weight", ""); }, "weight_missing package.weight"},
    {"weight in centimetres", [](auto& s) { s.put("weight", R"({"amount": "2", "unit": "CENTIMETER"})"); },
     "weight_invalid package.weight"},
    {"weight in an unknown unit", [](auto& s) { s.put("weight", R"({"amount": "2", "unit": "STONE"})"); },
     "weight_invalid package.weight"},
    {"weight below zero", [](auto& s) { s.put("weight", R"({"amount": "-2", "unit": "GRAM"})"); },
     "weight_invalid package.weight"},
    {"no package sizes", [](auto& s) { s.put("side", ""); },
     "dimensions_missing package.length; dimensions_missing package.width; dimensions_missing package.height"},
    {"the profile names no height",
     [](auto& s) { s.replace("height = { attribute = \"side\", unit = \"CENTIMETER\" }\n", ""); },
     "dimensions_missing package.height"},
    {"a package size is a list", [](auto& s) { s.put("side", "[3]"); },
     "dimension_invalid package.length; dimension_invalid package.width; dimension_invalid package.height"},
    {"no picture at all",
     [](auto& s) {
       s.put("picture", "");
       for (std::size_t i : {0U, 1U}) small_shop::put(s.values_of(i), "picture", "");
     },
     "images_missing main_images"},
    {"a picture is a number", [](auto& s) { s.put("gallery", "[1]"); }, "value_invalid main_images"},
    {"all variants disabled",
     [](auto& s) {
       for (std::size_t i : {0U, 1U}) s.variant(i)["enabled"] = false;
     },
     "variants_disabled skus"},
    {"two variants of one color", [](auto& s) { small_shop::put(s.values_of(1), "color", R"("red")"); },
     "variant_duplicate skus.T-BLUE"},
    {"a variant without color", [](auto& s) { small_shop::put(s.values_of(1), "color", ""); },
     "axis_value_missing skus.T-BLUE.Color"},
    {"a variant with two colors", [](auto& s) { small_shop::put(s.values_of(1), "color", R"(["red", "blue"])"); },
     "value_invalid skus.T-BLUE.Color"},
    {"a color is an object", [](auto& s) { small_shop::put(s.values_of(1), "color", R"({"r": 1})"); },
     "value_invalid skus.T-BLUE.Color"},
    {"no axes for two variants", [](auto& s) { s.product.as_object().erase("axes"); }, "axis_missing variants.axes"},
    {"an axis that the profile does not name", [](auto& s) { s.product.at("axes").as_array().emplace_back("size"); },
     "axis_unmapped variants.axes.size"},
    {"two axes for one sales attribute",
     [](auto& s) {
       s.product.at("axes").as_array().emplace_back("shade");
       s.replace("[certificates", "shade = { sales_attribute = \"color\" }\n[certificates");
     },
     "axis_duplicate variants.axes.shade"},
    {"four axes",
     [](auto& s) {
       for (const std::string axis : {"a", "b", "c"}) {
         s.product.at("axes").as_array().emplace_back(axis);
         s.put(axis, "\"x\"");
         s.replace("[certificates", axis + " = { sales_attribute = \"" + axis + "\" }\n[certificates");
       }
     },
     "axis_too_many variants.axes"},
    {"one color without picture",
     [](auto& s) {
       s.put("picture", "");
       small_shop::put(s.values_of(1), "picture", "");
     },
     "variant_image_missing skus.T-BLUE.image"},
    {"no enabled sales warehouse", [](auto& s) { s.warehouses.at(1).enabled = false; }, "warehouse_missing warehouse"},
    {"a warehouse that is not there",
     [](auto& s) { s.replace("stock = \"stock\"", "stock = { attribute = \"stock\", warehouse = \"Moon\" }"); },
     "warehouse_missing warehouse"},
    {"a warehouse for returns",
     [](auto& s) { s.replace("stock = \"stock\"", "stock = { attribute = \"stock\", warehouse = \"returns\" }"); },
     "warehouse_missing warehouse"},
    {"a closed warehouse by id",
     [](auto& s) { s.replace("stock = \"stock\"", "stock = { attribute = \"stock\", warehouse = \"72\" }"); },
     "warehouse_missing warehouse"},
    {"a required attribute empty", [](auto& s) { s.put("material", R"("  ")"); },
     "attribute_missing attributes.Material"},
    {"a required attribute not in the profile", [](auto& s) { s.replace("\"Material\" = \"material\"\n", ""); },
     "attribute_missing attributes.Material"},
    {"a conditional attribute empty", [](auto& s) { s.put("battery_type", ""); },
     "attribute_missing attributes.Battery type"},
    {"the end of a chain of conditions empty", [](auto& s) { s.put("energy", ""); },
     "attribute_missing attributes.Energy"},
    {"a value that TikTok does not list", [](auto& s) { s.put("material", R"("silk")"); },
     "attribute_value_unknown attributes.Material"},
    {"a value that the table maps to nowhere",
     [](auto& s) {
       s.replace("\"Material\" = \"material\"",
                 "\"Material\" = { attribute = \"material\", values = { co = \"Coton\" } }");
     },
     "attribute_value_unknown attributes.Material"},
    {"two values where one is taken", [](auto& s) { s.put("material", R"(["co", "wo"])"); },
     "attribute_single attributes.Material"},
    {"an attribute is an object", [](auto& s) { s.put("material", R"({"a": 1})"); },
     "value_invalid attributes.Material"},
    {"no number where one is asked", [](auto& s) { s.put("energy", R"("much")"); },
     "attribute_value_invalid attributes.Energy"},
    {"zero where a positive number is asked", [](auto& s) { s.put("energy", "0"); },
     "attribute_value_invalid attributes.Energy"},
    {"a measurement that is no energy", [](auto& s) { s.put("energy", R"({"amount": "1", "unit": "GRAM"})"); },
     "value_invalid attributes.Energy"},
    {"a measurement and no unit in the profile",
     [](auto& s) { s.replace("{ attribute = \"energy\", unit = \"WATTHOUR\" }", "\"energy\""); },
     "attribute_value_invalid attributes.Energy"},
    {"a jq expression that fails",
     [](auto& s) { s.replace("\"Material\" = \"material\"", "\"Material\" = { jq = \".key + 1\" }"); },
     "value_invalid attributes.Material"},
    {"a certificate required by condition is absent", [](auto& s) { s.put("cert", ""); },
     "certificate_missing certificates.Safety"},
    {"a certificate that the profile does not name", [](auto& s) { s.replace("\"Safety\"", "\"Other\""); },
     "certificate_missing certificates.Safety"},
    {"a certificate is a number", [](auto& s) { s.put("cert", "7"); }, "value_invalid certificates.Safety"},
    {"a certificate without its date", [](auto& s) { s.put("cert_until", ""); },
     "certificate_expiry_missing certificates.Safety.expires"},
    {"a certificate whose date the profile does not name", [](auto& s) { s.replace("expires = \"cert_until\"\n", ""); },
     "certificate_expiry_missing certificates.Safety.expires"},
    {"a certificate with an odd date", [](auto& s) { s.put("cert_until", R"("next summer")"); },
     "certificate_expiry_invalid certificates.Safety.expires"},
};

} // namespace

TEST_CASE("each spoilt detail is reported with its code and its place, and the draft is made nevertheless") {
  for (const auto& one : cases) {
    small_shop shop;
    one.change(shop);
    const auto made = shop.run();
    INFO(one.name);
    CHECK(findings(made) == one.findings);
    REQUIRE(made.wanted);
    CHECK(made.wanted->product.text() == "tee");
    for (const auto& found : made.violations) {
      INFO(found.reason << " / " << found.suggestion);
      CHECK(found.origin == violation_origin::preflight);
      CHECK_FALSE(found.klass.empty());
      CHECK(found.reason.ends_with('.'));
      CHECK(found.suggestion.ends_with('.'));
      CHECK(found.reason.find("..") == std::string::npos);
    }
  }
}

TEST_CASE("data of any JSON type under any attribute never throws") {
  static const std::vector<std::string> odd{"null",
                                            "true",
                                            "0",
                                            "-1",
                                            "1e300",
                                            "1.5",
                                            "\"\"",
                                            "\"text\"",
                                            "[]",
                                            "[[[]]]",
                                            "[null]",
                                            "[1, \"a\"]",
                                            "{}",
                                            R"({"a": {}})",
                                            R"({"media": 1})",
                                            R"({"amount": [], "unit": {}})",
                                            R"({"amount": "x", "unit": "GRAM"})",
                                            R"([{"amount": "1"}, 5, {"currency": 1}])"};
  const small_shop whole;
  const auto attributes = whole.product.at("values").as_object();
  for (const auto& attribute : attributes)
    for (const auto& data : odd) {
      small_shop shop;
      shop.put(attribute.key(), data);
      for (std::size_t i : {0U, 1U}) small_shop::put(shop.values_of(i), "color", data);
      INFO(std::string(attribute.key()) + " = " + data);
      CHECK_NOTHROW(shop.run());
    }
}

TEST_CASE("the draft carries whose it is and where it goes") {
  const auto made = small_shop{}.run();
  CHECK(made.wanted->external_product_id == "pim:tee");
  CHECK(made.wanted->category_id.text() == "600");
  CHECK(made.wanted->category_version == "v2");
  CHECK(made.wanted->warehouse_id == "71");
  CHECK_FALSE(made.wanted->follow_stock);
}

} // namespace listingd::mapping
