#include "model/taxonomy.hpp"

#include "catch.hpp"
#include "model/json.hpp"

namespace listingd {

namespace {

category_tree sample_tree() {
  return category_tree_from(*parse_json(R"({"categories":[
    {"id":"1","parent_id":"0","local_name":"Womenswear & Underwear","is_leaf":false,"permission_statuses":["AVAILABLE"]},
    {"id":"2","parent_id":"1","local_name":"Women's Tops","is_leaf":false},
    {"id":"600011","parent_id":"2","local_name":"T-shirts","is_leaf":true,"permission_statuses":["AVAILABLE","INVITE_ONLY"]},
    {"id":"3","parent_id":"0","local_name":"Menswear"},
    {"id":"600012","parent_id":"3","local_name":"T-shirts","is_leaf":"true","permission_statuses":"AVAILABLE"},
    {"id":600013,"parent_id":3,"local_name":" Shirts ","is_leaf":true}]})",
                                        "categories"));
}

std::vector<std::string> ids(const std::vector<const category*>& found) {
  std::vector<std::string> out;
  out.reserve(found.size());
  for (const auto* one : found) out.push_back(one->id.text());
  return out;
}

} // namespace

TEST_CASE("a tree is read with its quirks: string or list, number or text") {
  const auto tree = sample_tree();
  CHECK(tree.all().size() == 6);
  const auto* tees = tree.at(category_id("600011"));
  REQUIRE(tees != nullptr);
  CHECK(tees->leaf);
  CHECK(tees->permission_statuses == std::vector<std::string>{"AVAILABLE", "INVITE_ONLY"});
  CHECK(tree.at(category_id("600012"))->leaf);
  CHECK(tree.at(category_id("600012"))->permission_statuses == std::vector<std::string>{"AVAILABLE"});
  CHECK(tree.at(category_id("600013"))->parent == category_id("3"));
  CHECK_FALSE(tree.at(category_id("2"))->leaf);
  CHECK(tree.at(category_id("4")) == nullptr);
}

TEST_CASE("a path is written from the root, and found from any part of its end") {
  const auto tree = sample_tree();
  CHECK(tree.path_of(category_id("600011")) == "Womenswear & Underwear > Women's Tops > T-shirts");
  CHECK(tree.path_of(category_id("nowhere")).empty());
  for (const auto* path : {"Womenswear & Underwear > Women's Tops > T-shirts", "women's tops>T-SHIRTS",
                           "  Women's   Tops  >  T-shirts "}) {
    INFO(path);
    CHECK(ids(tree.by_path(path)) == std::vector<std::string>{"600011"});
  }
  CHECK(ids(tree.by_path("Shirts")) == std::vector<std::string>{"600013"});
}

TEST_CASE("ambiguous words find all that they fit, wrong ones nothing") {
  const auto tree = sample_tree();
  CHECK(ids(tree.by_path("T-shirts")) == std::vector<std::string>{"600011", "600012"});
  CHECK(tree.by_path("Womenswear & Underwear > T-shirts").empty()); // a level is left out in the middle
  CHECK(tree.by_path("Kitchen > T-shirts").empty());
  CHECK(tree.by_path("").empty());
}

TEST_CASE("a tree that runs in a circle ends") {
  const category_tree tree({{.id = category_id("a"),
                             .parent = category_id("b"),
                             .local_name = "A",
                             .leaf = false,
                             .permission_statuses = {}},
                            {.id = category_id("b"),
                             .parent = category_id("a"),
                             .local_name = "B",
                             .leaf = false,
                             .permission_statuses = {}}});
  CHECK_FALSE(tree.path_of(category_id("a")).empty());
  CHECK(tree.by_path("A > B > A").size() == 1);
}

TEST_CASE("mandatory is read in the wire's spelling and in the right one") {
  const auto rules = leaf_rules_from(category_id("1"),
                                     *parse_json(R"({"attributes":[
      {"id":"1","name":"a","type":"PRODUCT_PROPERTY","is_requried":true,"is_customizable":true,"is_multiple_selection":true,
       "values":[{"id":"10","name":"Cotton"}]},
      {"id":"2","name":"b","is_required":true},
      {"id":"3","name":"c","is_requried":false,"is_required":false},
      {"id":"4","name":"d","type":"SALES_PROPERTY","value_data_format":"POSITIVE_INT_OR_DECIMAL",
       "requirement_conditions":[{"condition_type":"VALUE_ID_MATCH","attribute_id":"1","attribute_value_id":"10"}]}]})",
                                                 "a"),
                                     *parse_json("{}", "r"));
  REQUIRE(rules.attributes.size() == 4);
  CHECK(rules.attributes[0].required);
  CHECK(rules.attributes[0].customizable);
  CHECK(rules.attributes[0].multiple);
  CHECK_FALSE(rules.attributes[0].sales);
  CHECK(rules.attributes[0].values.at(0).name == "Cotton");
  CHECK(rules.attributes[1].required);
  CHECK_FALSE(rules.attributes[2].required);
  CHECK(rules.attributes[3].sales);
  CHECK(rules.attributes[3].value_data_format == "POSITIVE_INT_OR_DECIMAL");
  REQUIRE(rules.attributes[3].required_when.size() == 1);
  CHECK(rules.attributes[3].required_when[0].attribute_id == "1");
  CHECK(rules.attributes[3].required_when[0].value_id == "10");
}

TEST_CASE("the rules of a leaf are read, and what is not said is not asked") {
  const auto rules = leaf_rules_from(category_id("1"), *parse_json("{}", "a"),
                                     *parse_json(R"({
    "product_certifications":[{"id":"602362","name":"CPC","is_required":true,"document_details":"PDF",
      "expiration_date":{"is_required":true},"requirement_conditions":{"attribute_id":"1","attribute_value_id":"2"}}],
    "size_chart":{"is_supported":true,"is_required":false},"package_dimension":{"is_required":true},
    "cod":{"is_supported":true},"manufacturer":{"is_required":true},"responsible_person":{"is_required":true}})",
                                                 "r"));
  CHECK(rules.id == category_id("1"));
  REQUIRE(rules.certificates.size() == 1);
  CHECK(rules.certificates[0].required);
  CHECK(rules.certificates[0].expiration_required);
  CHECK(rules.certificates[0].required_when.size() == 1);
  CHECK(rules.size_chart_supported);
  CHECK_FALSE(rules.size_chart_required);
  CHECK(rules.package_dimensions_required);
  CHECK(rules.cash_on_delivery_supported);
  CHECK(rules.manufacturer_required);
  CHECK(rules.responsible_person_required);

  const auto none = leaf_rules_from(category_id("1"), *parse_json("{}", "a"), *parse_json("{}", "r"));
  CHECK(none.attributes.empty());
  CHECK(none.certificates.empty());
  CHECK_FALSE(none.manufacturer_required);
}

TEST_CASE("the digest of a leaf tells whether TikTok changed anything") {
  const auto digest = [](std::string_view attributes, std::string_view rules) {
    return leaf_rules_from(category_id("1"), *parse_json(attributes, "a"), *parse_json(rules, "r")).digest;
  };
  CHECK(digest(R"({"a":1,"b":2})", "{}") == digest(R"({"b":2,"a":1})", "{}"));
  CHECK(digest(R"({"a":1})", "{}") != digest(R"({"a":2})", "{}"));
  CHECK(digest("{}", "{}") != digest("{}", R"({"a":1})"));
}

TEST_CASE("stock goes to an enabled sales warehouse, the default one first") {
  const auto warehouses = [](std::string_view text) { return warehouses_from(*parse_json(text, "w")); };
  const auto all = warehouses(R"({"warehouses":[
    {"id":"1","name":"Returns","type":"RETURN_WAREHOUSE","effect_status":"ENABLED","is_default":true},
    {"id":"2","name":"Closed","type":"SALES_WAREHOUSE","effect_status":"DISABLED","is_default":true},
    {"id":"3","name":"Holiday","type":"SALES_WAREHOUSE","effect_status":"RESTRICTED"},
    {"id":"4","name":"East","type":"SALES_WAREHOUSE","effect_status":"ENABLED"},
    {"id":"5","name":"West","type":"SALES_WAREHOUSE","effect_status":"ENABLED","is_default":true},
    {"id":"6","name":"Second default","type":"SALES_WAREHOUSE","effect_status":"ENABLED","is_default":true}]})");
  REQUIRE(sales_warehouse(all) != nullptr);
  CHECK(sales_warehouse(all)->id == "5");

  const std::vector<warehouse> without_default(all.begin(), all.begin() + 4);
  CHECK(sales_warehouse(without_default)->id == "4");
  const std::vector<warehouse> none(all.begin(), all.begin() + 3);
  CHECK(sales_warehouse(none) == nullptr);
  CHECK(sales_warehouse({}) == nullptr);
}

} // namespace listingd
