#include "tiktok/read_back.hpp"

#include "catch.hpp"
#include "sample_product.hpp"

#include <functional>

namespace listingd::tiktok {

using namespace test;

namespace {

std::string fields(const std::vector<sync::drift>& found) {
  std::string out;
  for (const auto& one : found) out += (out.empty() ? "" : " ") + one.field;
  return out;
}

json::object& first_sku(json::object& body) {
  return body["skus"].as_array()[0].as_object();
}

struct change {
  std::string_view what;
  std::function<void(json::object&)> apply;
  std::string field;
};

} // namespace

TEST_CASE("an answer that only spells things differently is no drift") {
  CHECK(fields(read_back(sample_draft(), sample_live())).empty());
}

TEST_CASE("stock is no part of the read-back") {
  auto body = live_body();
  first_sku(body)["inventory"] = json::array{};
  CHECK(fields(read_back(sample_draft(), observed_from(body))).empty());
}

TEST_CASE("each field that differs is named") {
  const std::vector<change> changes{
      {"title", [](auto& body) { body["title"] = "Other tee"; }, "title"},
      {"description", [](auto& body) { body["description"] = "<p>Soft</p>"; }, "description"},
      {"category moved by TikTok",
       [](auto& body) { body["category_chains"].as_array()[1].as_object()["id"] = "600999"; }, "category"},
      {"brand cleared", [](auto& body) { body.erase("brand"); }, "brand"},
      {"attribute cleared",
       [](auto& body) { body["product_attributes"].as_array()[1].as_object()["values"] = json::array{}; },
       "attributes.Care"},
      {"attribute value changed",
       [](auto& body) {
         body["product_attributes"].as_array()[0].as_object()["values"].as_array()[0].as_object()["id"] = "5";
       },
       "attributes.Material"},
      {"images swapped",
       [](auto& body) {
         auto& images = body["main_images"].as_array();
         std::swap(images[0], images[1]);
       },
       "main_images"},
      {"size chart dropped", [](auto& body) { body.erase("size_chart"); }, "size_chart"},
      {"price", [](auto& body) { first_sku(body)["price"].as_object()["sale_price"] = "19.98"; },
       "skus.TEE-RED-M.price"},
      {"currency", [](auto& body) { first_sku(body)["price"].as_object()["currency"] = "EUR"; },
       "skus.TEE-RED-M.currency"},
      {"identifier cleared", [](auto& body) { first_sku(body).erase("identifier_code"); }, "skus.TEE-RED-M.identifier"},
      {"option value",
       [](auto& body) { first_sku(body)["sales_attributes"].as_array()[0].as_object()["value_name"] = "XL"; },
       "skus.TEE-RED-M.sales_attributes.Size"},
      {"variant picture",
       [](auto& body) {
         first_sku(body)["sales_attributes"].as_array()[1].as_object()["sku_img"].as_object()["uri"] = "tos/z";
       },
       "skus.TEE-RED-M.image"},
      {"variant gone",
       [](auto& body) {
         auto& skus = body["skus"].as_array();
         skus.erase(skus.begin());
       },
       "skus.TEE-RED-M"},
      {"variant too many",
       [](auto& body) { body["skus"].as_array().push_back(live_sku("9", "TEE-X", "1", "S", "u", "1")); }, "skus.TEE-X"},
      {"weight", [](auto& body) { body["package_weight"].as_object()["value"] = "0.501"; }, "package_weight"},
      {"size", [](auto& body) { body["package_dimensions"].as_object()["height"] = "5.00"; }, "package_dimensions"},
      {"certificate gone", [](auto& body) { body["certifications"] = json::array{}; }, "certificates.Test report"},
      {"certificate file",
       [](auto& body) { body["certifications"].as_array()[0].as_object()["files"] = json::array{}; },
       "certificates.Test report.files"},
      {"certificate expiry",
       [](auto& body) { body["certifications"].as_array()[0].as_object()["expiration_date"] = 1798761601; },
       "certificates.Test report.expires"},
  };
  for (const auto& one : changes) {
    auto body = live_body();
    one.apply(body);
    INFO(one.what);
    CHECK(fields(read_back(sample_draft(), observed_from(body))) == one.field);
  }
}

TEST_CASE("a drift shows both sides") {
  auto body = live_body();
  first_sku(body)["price"].as_object()["sale_price"] = "24.50";
  const auto found = read_back(sample_draft(), observed_from(body));
  REQUIRE(found.size() == 1);
  CHECK(found[0].wanted == "19.99");
  CHECK(found[0].found == "24.5");
}

TEST_CASE("weights in the unit sent are compared as numbers") {
  auto wanted = sample_draft();
  wanted.weight = "1.10";
  wanted.weight_unit = "POUND";
  auto body = live_body();
  body["package_weight"] = json::object{{"value", "1.1"}, {"unit", "POUND"}};
  CHECK(fields(read_back(wanted, observed_from(body))).empty());
  body["package_weight"] = json::object{{"value", "1.11"}, {"unit", "POUND"}};
  CHECK(fields(read_back(wanted, observed_from(body))) == "package_weight");
}

TEST_CASE("markets that round a package's size to whole numbers cause no drift") {
  auto wanted = sample_draft();
  wanted.height = "3.6";
  CHECK(fields(read_back(wanted, sample_live())).empty());
  wanted.height = "3.4";
  CHECK(fields(read_back(wanted, sample_live())) == "package_dimensions");
}

TEST_CASE("no brand is no brand, however TikTok spells it") {
  auto wanted = sample_draft();
  wanted.brand_id.clear();
  auto body = live_body();
  CHECK(fields(read_back(wanted, observed_from(body))) == "brand");
  body["brand"] = json::object{{"id", "0"}, {"name", "No Brand"}};
  CHECK(fields(read_back(wanted, observed_from(body))).empty());
}

TEST_CASE("a product without SKUs or attributes is all drift, not a crash") {
  const auto found = read_back(sample_draft(), observed_from(json::object{{"id", "1"}}));
  CHECK(found.size() > 8);
}

} // namespace listingd::tiktok
