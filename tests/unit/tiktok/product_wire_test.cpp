#include "tiktok/product_wire.hpp"

#include "catch.hpp"
#include "sample_product.hpp"

namespace listingd::tiktok {

using namespace test;

namespace {

std::string text(const json::object& from, std::string_view path) {
  return text_at(json::value(from), path);
}
json::array items(const json::object& from, std::string_view path) {
  return items_at(json::value(from), path);
}

} // namespace

TEST_CASE("a create carries the whole draft and what proves that it is ours") {
  const auto body = create_body(sample_draft(), "key-1");
  CHECK(text(body, "save_mode") == "LISTING");
  CHECK(text(body, "category_version") == "v2");
  CHECK(text(body, "category_id") == "600123");
  CHECK(text(body, "external_product_id") == "pim:tee");
  CHECK(text(body, "idempotency_key") == "key-1");
  CHECK(json::serialize(body.at("main_images")) == R"([{"uri":"tos/a"},{"uri":"tos/b"}])");
  CHECK(json::serialize(body.at("product_attributes")) ==
        R"([{"id":"100392","values":[{"id":"1001533"}]},{"id":"100500","values":[{"name":"Wash cold"}]}])");
  CHECK(json::serialize(body.at("package_weight")) == R"({"value":"500","unit":"GRAM"})");
  CHECK(
      json::serialize(body.at("certifications")) ==
      R"([{"id":"7182427311584347905","files":[{"id":"file1","name":"report-1.pdf","format":"PDF"}],"expiration_date":1798761600}])");
  CHECK(json::serialize(body.at("size_chart")) == R"({"image":{"uri":"tos/chart"}})");
  const auto skus = items(body, "skus");
  REQUIRE(skus.size() == 3);
  CHECK(
      json::serialize(skus[0]) ==
      R"({"seller_sku":"TEE-RED-M","external_sku_id":"tee-TEE-RED-M","sales_attributes":[{"name":"Size","value_name":"M"},)"
      R"({"id":"100000","value_id":"1001","sku_img":{"uri":"tos/red"}}],"identifier_code":{"type":"EAN","code":"4006381333931"},)"
      R"("price":{"amount":"19.99","currency":"USD"},"inventory":[{"warehouse_id":"7000000000000000001","quantity":7}]})");
  CHECK_FALSE(skus[1].as_object().contains("identifier_code"));
}

TEST_CASE("the same draft gives the same bytes") {
  CHECK(json::serialize(create_body(sample_draft(), "k")) == json::serialize(create_body(sample_draft(), "k")));
}

TEST_CASE("listing_check gets no field that it does not know") {
  const auto body = check_body(sample_draft());
  for (const auto* name : {"idempotency_key", "save_mode", "category_version"}) CHECK_FALSE(body.contains(name));
  CHECK(text(body, "title") == "Basic tee");
}

TEST_CASE("pictures go with the option whose values they follow") {
  auto wanted = sample_draft();
  CHECK(picture_axis(wanted) == 1U);
  for (auto& one : wanted.skus) std::swap(one.sales_attributes[0], one.sales_attributes[1]);
  CHECK(picture_axis(wanted) == 0U);
  for (auto& one : wanted.skus) one.image.reset();
  CHECK_FALSE(picture_axis(wanted));
}

TEST_CASE("a single variant without options sends none, and its picture stays out") {
  auto wanted = sample_draft();
  wanted.skus.resize(1);
  wanted.skus[0].sales_attributes.clear();
  const auto body = create_body(wanted, "k");
  CHECK_FALSE(items(body, "skus")[0].as_object().contains("sales_attributes"));
}

TEST_CASE("a full edit keeps ids by seller_sku, prices where asked, stock only for new variants") {
  auto wanted = sample_draft();
  wanted.skus.push_back(sku("TEE-BLUE-L", "1002", "L", "tos/blue", "19.99"));
  wanted.skus.erase(wanted.skus.begin() + 1); // TEE-RED-L is gone: its id is not sent, so TikTok deletes it
  const auto live = sample_live();
  const auto without = edit_body(wanted, live, prices::leave_out);
  const auto skus = items(without, "skus");
  REQUIRE(skus.size() == 3);
  CHECK(text_at(skus[0], "id") == "1729000000000000001");
  CHECK(text_at(skus[1], "id") == "1729000000000000003");
  CHECK_FALSE(skus[0].as_object().contains("price"));
  CHECK_FALSE(skus[0].as_object().contains("inventory"));
  CHECK_FALSE(skus[2].as_object().contains("id"));
  CHECK(text_at(skus[2], "price.amount") == "19.99");
  CHECK(text_at(items_at(skus[2], "inventory")[0], "quantity") == "7");
  CHECK_FALSE(without.contains("idempotency_key"));
  CHECK(text(without, "category_version") == "v2");

  const auto priced = items(edit_body(wanted, live, prices::include), "skus");
  CHECK(text_at(priced[0], "price.amount") == "19.99");
  CHECK_FALSE(priced[0].as_object().contains("inventory"));
}

TEST_CASE("a full edit does not blank what a draft has no word for") {
  auto wanted = sample_draft();
  wanted.skus[0].identifier_code.clear();
  const auto body = edit_body(wanted, sample_live(), prices::leave_out);
  CHECK(json::serialize(body.at("manufacturer_ids")) == R"(["5f0000000000000000000001"])");
  CHECK_FALSE(body.contains("is_cod_allowed"));
  CHECK(text_at(items(body, "skus")[0], "identifier_code.code") == "4006381333931");
}

TEST_CASE("a partial edit names the properties of its facets only") {
  const auto wanted = sample_draft();
  const auto details = partial_edit_body(wanted, {facet::details});
  CHECK(details.contains("title"));
  CHECK(details.contains("package_weight"));
  for (const auto* name : {"main_images", "skus", "certifications", "category_id"}) CHECK_FALSE(details.contains(name));
  const auto media = partial_edit_body(wanted, {facet::media, facet::compliance});
  CHECK(media.contains("main_images"));
  CHECK(media.contains("certifications"));
  CHECK_FALSE(media.contains("title"));
}

TEST_CASE("price and stock go to the SKUs that TikTok has") {
  auto wanted = sample_draft();
  wanted.skus.resize(2);
  wanted.skus[1].seller_sku = seller_sku("NEW");
  CHECK(json::serialize(price_body(wanted, sample_live())) ==
        R"({"skus":[{"id":"1729000000000000001","price":{"amount":"19.99","currency":"USD"}}]})");
  CHECK(json::serialize(stock_body(wanted, sample_live())) ==
        R"({"skus":[{"id":"1729000000000000001","inventory":[{"warehouse_id":"7000000000000000001","quantity":7}]}]})");
}

TEST_CASE("a stock update names every warehouse of the SKU and changes only ours") {
  auto wanted = sample_draft();
  wanted.skus.resize(1);
  auto body = live_body();
  body["skus"].as_array()[0].as_object()["inventory"] =
      parse_json(R"([{"warehouse_id":"8","quantity":5},{"warehouse_id":"7000000000000000001","quantity":3}])", "t")
          .value();
  CHECK(json::serialize(stock_body(wanted, observed_from(body)).at("skus").as_array()[0].as_object()["inventory"]) ==
        R"([{"warehouse_id":"8","quantity":5},{"warehouse_id":"7000000000000000001","quantity":7}])");
  // The only warehouse that a SKU has cannot be exchanged: it gets the quantity, whatever its id.
  body["skus"].as_array()[0].as_object()["inventory"] =
      parse_json(R"([{"warehouse_id":"8","quantity":5}])", "t").value();
  CHECK(json::serialize(stock_body(wanted, observed_from(body)).at("skus").as_array()[0].as_object()["inventory"]) ==
        R"([{"warehouse_id":"8","quantity":7}])");
}

TEST_CASE("file names become what File Upload takes") {
  CHECK(file_name_for_upload("report 1.v2.pdf") == "report-1-v2.pdf");
  CHECK(file_name_for_upload("_cpc.pdf") == "cpc.pdf");
  CHECK(file_name_for_upload("plain") == "plain.pdf");
  CHECK(file_name_for_upload("\xC3\x84.pdf") == "document.pdf");
}

} // namespace listingd::tiktok
