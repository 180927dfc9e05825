#include "review/preflight.hpp"

#include "catch.hpp"
#include "sample.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace listingd::review::test {

namespace {

struct check_case {
  std::string code;
  std::string position;
  std::function<void(draft&, leaf_rules&)> spoil; ///< makes the good draft bad
  std::string region = "US";
};

std::string times(std::size_t count, const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

const std::string image = R"(<img src="https://p16-oec-va.ibyteimg.com/a.jpg" width="800" height="800">)";

/// The good draft in the units and the currency of another market.
void move_to(draft& d, const std::string& currency, const std::string& price) {
  d.currency = currency;
  for (auto& sku : d.skus) sku.price = price;
  d.weight_unit = "KILOGRAM";
  d.dimension_unit = "CENTIMETER";
  d.height = "2";
}

std::vector<check_case> cases() {
  return {
      {"title_missing", "title", [](draft& d, leaf_rules&) { d.title.clear(); }},
      {"title_too_long", "title", [](draft& d, leaf_rules&) { d.title = times(256, "ä"); }},
      {"title_too_long", "title",
       [](draft& d, leaf_rules&) {
         move_to(d, "MXN", "100");
         d.title = times(301, "a");
       },
       "MX"},
      {"title_too_short", "title",
       [](draft& d, leaf_rules&) {
         move_to(d, "THB", "100");
         d.title = times(24, "a");
       },
       "TH"},
      {"title_characters", "title", [](draft& d, leaf_rules&) { d.title += " 🎉"; }},
      {"title_characters", "title", [](draft& d, leaf_rules&) { d.title += "\x07"; }},
      {"title_characters", "title", [](draft& d, leaf_rules&) { d.title += " &amp; more"; }},
      {"title_characters", "title", [](draft& d, leaf_rules&) { d.title = "*** !!!"; }},
      {"title_chinese", "title", [](draft& d, leaf_rules&) { d.title += " 棉"; }},
      {"description_missing", "description", [](draft& d, leaf_rules&) { d.description.clear(); }},
      {"description_too_long", "description", [](draft& d, leaf_rules&) { d.description = times(10'001, "a"); }},
      {"description_characters", "description", [](draft& d, leaf_rules&) { d.description += "✅"; }},
      {"description_characters", "description", [](draft& d, leaf_rules&) { d.description += "\x01"; }},
      {"description_chinese", "description", [](draft& d, leaf_rules&) { d.description += "棉"; }},
      {"description_tag_forbidden", "description", [](draft& d, leaf_rules&) { d.description += "<IFRAME src=x>"; }},
      {"description_image_foreign", "description.img[0]",
       [](draft& d, leaf_rules&) { d.description += R"(<img src='https://evilibyteimg.com/a' width=1 height=1>)"; }},
      {"description_image_foreign", "description.img[1]",
       [](draft& d, leaf_rules&) {
         d.description += image + R"(<img src="http://p16.ibyteimg.com/a" width=1 height=1>)";
       }},
      {"description_image_incomplete", "description.img[0]",
       [](draft& d, leaf_rules&) {
         d.description += R"(<img src="https://p16-oec-va.ibyteimg.com/a.jpg" width="8">)";
       }},
      {"description_too_many_images", "description", [](draft& d, leaf_rules&) { d.description += times(31, image); }},
      {"attribute_value_too_long", "attributes.Care",
       [](draft& d, leaf_rules&) { d.attributes[0].values[0].name = times(2001, "a"); }},
      {"attribute_value_characters", "attributes.Care",
       [](draft& d, leaf_rules&) { d.attributes[0].values[0].name = "♥"; }},
      {"attribute_value_chinese", "attributes.Care",
       [](draft& d, leaf_rules&) { d.attributes[0].values[0].name = "棉"; }},
      {"images_too_many", "main_images", [](draft& d, leaf_rules&) { d.main_images.assign(10, picture("a", "a")); }},
      {"sku_too_many", "skus",
       [](draft& d, leaf_rules&) {
         d.skus.clear();
         for (int i = 0; i < 301; ++i) d.skus.push_back(variant("S" + std::to_string(i), "Red"));
       }},
      {"sku_too_many", "skus",
       [](draft& d, leaf_rules&) {
         d.skus.clear();
         for (int i = 0; i < 101; ++i) d.skus.push_back(variant("S" + std::to_string(i), "Red"));
         move_to(d, "SGD", "10");
       },
       "SG"},
      {"seller_sku_missing", "skus.key-TEE-RED.seller_sku",
       [](draft& d, leaf_rules&) { d.skus[0].seller_sku = seller_sku(""); }},
      {"seller_sku_invalid", "skus.TEE RED.seller_sku",
       [](draft& d, leaf_rules&) { d.skus[0].seller_sku = seller_sku("TEE RED"); }},
      {"seller_sku_invalid", "skus." + times(51, "A") + ".seller_sku",
       [](draft& d, leaf_rules&) { d.skus[0].seller_sku = seller_sku(times(51, "A")); }},
      {"seller_sku_duplicate", "skus.TEE-RED",
       [](draft& d, leaf_rules&) { d.skus[1].seller_sku = seller_sku("TEE-RED"); }},
      {"identifier_invalid", "skus.TEE-RED.identifier",
       [](draft& d, leaf_rules&) {
         d.skus[0].identifier_type = "EAN";
         d.skus[0].identifier_code = "400638133393";
       }},
      {"identifier_invalid", "skus.TEE-RED.identifier",
       [](draft& d, leaf_rules&) {
         d.skus[0].identifier_type = "ISBN";
         d.skus[0].identifier_code = "X123456789";
       }},
      {"identifier_type_unknown", "skus.TEE-RED.identifier",
       [](draft& d, leaf_rules&) { d.skus[0].identifier_code = "4006381333931"; }},
      {"identifier_duplicate", "skus.TEE-RED",
       [](draft& d, leaf_rules&) {
         for (auto& sku : d.skus) {
           sku.identifier_type = "EAN";
           sku.identifier_code = "4006381333931";
         }
       }},
      {"sales_attribute_name_too_long", "skus.TEE-RED.sales_attributes." + times(21, "n"),
       [](draft& d, leaf_rules&) { d.skus[0].sales_attributes[0].name = times(21, "n"); }},
      {"sales_attribute_name_characters", "skus.TEE-RED.sales_attributes.Colour 🎨",
       [](draft& d, leaf_rules&) { d.skus[0].sales_attributes[0].name = "Colour 🎨"; }},
      {"sales_attribute_name_chinese", "skus.TEE-RED.sales_attributes.颜色",
       [](draft& d, leaf_rules&) { d.skus[0].sales_attributes[0].name = "颜色"; }},
      {"sales_attribute_value_too_long", "skus.TEE-RED.sales_attributes.Colour",
       [](draft& d, leaf_rules&) { d.skus[0].sales_attributes[0].value.name = times(51, "v"); }},
      {"sales_attribute_value_characters", "skus.TEE-RED.sales_attributes.Colour",
       [](draft& d, leaf_rules&) { d.skus[0].sales_attributes[0].value.name = "Red&nbsp;"; }},
      {"sales_attribute_value_chinese", "skus.TEE-RED.sales_attributes.Colour",
       [](draft& d, leaf_rules&) { d.skus[0].sales_attributes[0].value.name = "红"; }},
      {"currency_wrong", "currency", [](draft& d, leaf_rules&) { d.currency = "EUR"; }},
      {"price_invalid", "skus.TEE-RED.price", [](draft& d, leaf_rules&) { d.skus[0].price = "19.999"; }},
      {"price_invalid", "skus.TEE-RED.price", [](draft& d, leaf_rules&) { d.skus[0].price = "-3"; }},
      {"price_invalid", "skus.TEE-RED.price",
       [](draft& d, leaf_rules&) {
         move_to(d, "JPY", "100");
         d.skus[0].price = "100.5";
       },
       "JP"},
      {"price_out_of_range", "skus.TEE-RED.price", [](draft& d, leaf_rules&) { d.skus[0].price = "7600.01"; }},
      {"price_out_of_range", "skus.TEE-RED.price", [](draft& d, leaf_rules&) { d.skus[0].price = "0"; }},
      {"price_out_of_range", "skus.TEE-RED.price",
       [](draft& d, leaf_rules&) {
         move_to(d, "VND", "20000");
         d.skus[0].price = "180000001";
       },
       "VN"},
      {"stock_out_of_range", "skus.TEE-BLUE.stock", [](draft& d, leaf_rules&) { d.skus[1].stock = 100'000; }},
      {"stock_out_of_range", "skus.TEE-BLUE.stock", [](draft& d, leaf_rules&) { d.skus[1].stock = -1; }},
      {"weight_invalid", "package.weight", [](draft& d, leaf_rules&) { d.weight = "0.00"; }},
      {"weight_invalid", "package.weight", [](draft& d, leaf_rules&) { d.weight = "0.555"; }},
      {"weight_unit_invalid", "package.weight", [](draft& d, leaf_rules&) { d.weight_unit = "GRAM"; }},
      {"dimensions_missing", "package", [](draft& d, leaf_rules&) { d.length = d.width = d.height = ""; }},
      {"dimensions_missing", "package.width", [](draft& d, leaf_rules&) { d.width.clear(); }},
      {"dimension_invalid", "package.height", [](draft& d, leaf_rules&) { d.height = "0"; }},
      {"dimension_unit_invalid", "package",
       [](draft& d, leaf_rules&) {
         d.dimension_unit = "FOOT";
         d.weight_unit = "KILOGRAM";
       }},
      {"package_too_large", "package",
       [](draft& d, leaf_rules&) {
         move_to(d, "MXN", "100");
         d.length = "150.01";
       },
       "MX"},
      {"units_mixed", "package", [](draft& d, leaf_rules&) { d.weight_unit = "KILOGRAM"; }},
      {"size_chart_missing", "size_chart", [](draft&, leaf_rules& r) { r.size_chart_required = true; }},
      {"manufacturer_required", "manufacturer",
       [](draft& d, leaf_rules& r) {
         move_to(d, "EUR", "10");
         r.manufacturer_required = true;
       },
       "DE"},
      {"responsible_person_required", "responsible_person",
       [](draft& d, leaf_rules& r) {
         move_to(d, "EUR", "10");
         r.responsible_person_required = true;
       },
       "DE"},
      {"certificates_too_many", "certificates", [](draft& d, leaf_rules&) { d.certificates.resize(11); }},
  };
}

std::vector<std::string> codes_of(const std::vector<violation>& found) {
  std::vector<std::string> out;
  out.reserve(found.size());
  for (const auto& one : found) out.push_back(one.code + " at " + one.position);
  return out;
}

} // namespace

TEST_CASE("each check finds its one mistake, and nothing else") {
  for (const auto& one : cases()) {
    INFO(one.code << " in " << one.region << " at " << one.position);
    auto wanted = good_draft();
    leaf_rules rules;
    one.spoil(wanted, rules);
    const auto found = preflight(wanted, rules, one.region);
    CHECK(codes_of(found) == std::vector{one.code + " at " + one.position});
    for (const auto& each : found) {
      CHECK(each.origin == violation_origin::preflight);
      CHECK_FALSE(each.reason.empty());
      CHECK_FALSE(each.suggestion.empty());
    }
  }
}

TEST_CASE("a good draft passes in every market") {
  struct home {
    std::string region, currency, price;
  };
  const home homes[] = {{"GB", "GBP", "5600"},      {"DE", "EUR", "6300"},   {"FR", "EUR", "0.01"},
                        {"JP", "JPY", "500000"},    {"MX", "MXN", "50000"},  {"BR", "BRL", "0.5"},
                        {"ID", "IDR", "100000000"}, {"MY", "MYR", "320000"}, {"PH", "PHP", "400000"},
                        {"SG", "SGD", "10000"},     {"TH", "THB", "30"},     {"VN", "VND", "180000000"},
                        {"PL", "PLN", "1"}};
  CHECK(preflight(good_draft(), {}, "US").empty());
  for (const auto& one : homes) {
    INFO(one.region);
    auto wanted = good_draft();
    move_to(wanted, one.currency, one.price);
    CHECK(codes_of(preflight(wanted, {}, one.region)).empty());
  }
}

TEST_CASE("what stands exactly on a limit passes") {
  auto wanted = good_draft();
  wanted.title = times(255, "ä");
  wanted.description = times(10'000, "ä");
  wanted.main_images.assign(9, picture("a", "a"));
  wanted.skus[0].seller_sku = seller_sku(times(50, "A"));
  wanted.skus[0].price = "7600";
  wanted.skus[0].stock = 99'999;
  wanted.skus[0].sales_attributes[0].name = times(20, "n");
  wanted.skus[0].sales_attributes[0].value.name = times(50, "v");
  wanted.attributes[0].values[0].name = times(2000, "a");
  wanted.certificates.resize(10);
  CHECK(codes_of(preflight(wanted, {}, "US")).empty());
}

TEST_CASE("pictures that TikTok hosts may be in a description, thirty of them") {
  auto wanted = good_draft();
  wanted.description += times(30, image);
  CHECK(codes_of(preflight(wanted, {}, "US")).empty());
}

TEST_CASE("good identifier codes pass, each type in its own lengths") {
  const std::pair<const char*, const char*> good[] = {
      {"GTIN", "04006381333931"}, {"EAN", "40063813"},       {"EAN", "4006381333931"}, {"UPC", "012345678905"},
      {"ISBN", "080442957X"},     {"ISBN", "9780804429573"}, {"JAN", "4901234567894"}};
  for (const auto& [type, code] : good) {
    INFO(type << ' ' << code);
    auto wanted = good_draft();
    wanted.skus[0].identifier_type = type;
    wanted.skus[0].identifier_code = code;
    CHECK(codes_of(preflight(wanted, {}, "US")).empty());
  }
}

TEST_CASE("Kanji are Japanese in Japan") {
  auto wanted = good_draft();
  move_to(wanted, "JPY", "1000");
  wanted.title = "綿のTシャツ";
  CHECK(codes_of(preflight(wanted, {}, "JP")).empty());
}

TEST_CASE("what lib/mapping reports is not reported twice") {
  auto wanted = good_draft();
  wanted.main_images.clear();
  wanted.skus[0].price.clear();
  wanted.skus[0].stock = 0;
  leaf_rules rules;
  rules.certificates = {certificate("1", "Test report")};
  rules.certificates[0].required = true;
  rules.package_dimensions_required = true;
  wanted.weight.clear();
  wanted.width.clear();
  CHECK(codes_of(preflight(wanted, rules, "US")).empty());
}

TEST_CASE("a value of TikTok's own list is not examined for words") {
  auto wanted = good_draft();
  wanted.attributes[0].values[0] = {.id = "1001533", .name = "棉 ♥"};
  wanted.skus[0].sales_attributes[0] = {.id = "100000", .name = "颜色", .value = {.id = "1", .name = "红"}};
  CHECK(codes_of(preflight(wanted, {}, "US")).empty());
}

TEST_CASE("numbers stand behind a violation, and the right person is named") {
  auto wanted = good_draft();
  wanted.title = times(300, "a");
  const auto found = preflight(wanted, {}, "US");
  REQUIRE(found.size() == 1);
  CHECK(found[0].evidence.at("length").to_number<int>() == 300);
  CHECK(found[0].evidence.at("most").to_number<int>() == 255);
  CHECK(found[0].who == actor::product_team);
  CHECK(found[0].klass == "title");

  wanted = good_draft();
  wanted.currency = "EUR";
  CHECK(preflight(wanted, {}, "US").front().who == actor::operator_);
  leaf_rules rules;
  rules.manufacturer_required = true;
  CHECK(preflight(good_draft(), rules, "US").front().who == actor::shop_owner);
}

TEST_CASE("several mistakes come in the order of the draft") {
  auto wanted = good_draft();
  wanted.title.clear();
  wanted.skus[1].price = "8000";
  wanted.weight = "x";
  CHECK(codes_of(preflight(wanted, {}, "US")) == std::vector<std::string>{"title_missing at title",
                                                                          "price_out_of_range at skus.TEE-BLUE.price",
                                                                          "weight_invalid at package.weight"});
}

} // namespace listingd::review::test
