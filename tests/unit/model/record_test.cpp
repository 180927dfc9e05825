#include "model/record.hpp"

#include "catch.hpp"
#include "model/json.hpp"

namespace listingd {

namespace {

result<record> read(std::string_view text) {
  const auto value = parse_json(text, "test");
  REQUIRE(value);
  return parse_record(*value, "full.ndjson:7");
}

} // namespace

TEST_CASE("a complete record is read") {
  const auto read_back = read(R"({"key":" basic-tee ","family":"tshirts","categories":["women","sale"],"enabled":true,
    "values":{"name":[{"locale":"en_US","scope":null,"data":"Basic tee"}]},
    "labels":{"color":{"red":{"en_US":"Red"}}},"axes":["color","size"],
    "variants":[{"key":"tee-red","values":{"sku":[{"locale":null,"scope":null,"data":"R"}]}},
                {"key":"tee-blue","enabled":false}]})");
  REQUIRE(read_back);
  CHECK(read_back->key == product_key("basic-tee"));
  CHECK(read_back->family == "tshirts");
  CHECK(read_back->categories == std::vector<std::string>{"women", "sale"});
  CHECK(read_back->enabled);
  CHECK(read_back->values.contains("name"));
  CHECK(read_back->labels.contains("color"));
  CHECK(read_back->axes == std::vector<std::string>{"color", "size"});
  REQUIRE(read_back->variants.size() == 2);
  CHECK(read_back->variants[0].key == variant_key("tee-red"));
  CHECK(read_back->variants[0].enabled);
  CHECK(read_back->variants[0].values.contains("sku"));
  CHECK_FALSE(read_back->variants[1].enabled);
}

TEST_CASE("what may be left out may be left out") {
  const auto bare = read(R"({"key":12345678901234567,"values":{}})");
  REQUIRE(bare);
  CHECK(bare->key == product_key("12345678901234567"));
  CHECK(bare->enabled);
  CHECK(bare->values.empty());
  CHECK(bare->variants.empty());
  CHECK(read(R"({"key":"a","values":{},"enabled":null})")->enabled);
  CHECK_FALSE(read(R"({"key":"a","values":{},"enabled":false})")->enabled);
  CHECK(read(R"({"key":"a","values":{},"categories":"one"})")->categories == std::vector<std::string>{"one"});
  CHECK(read(R"({"key":"a","values":{},"labels":[]})")->labels.empty());
}

TEST_CASE("every mistake is named with its path") {
  struct mistake {
    std::string text, where, message;
  };
  static const mistake cases[] = {
      {"[]", "full.ndjson:7", "must be a JSON object"},
      {"{}", "full.ndjson:7 key", "missing or empty"},
      {R"({"key":"  "})", "full.ndjson:7 key", "missing or empty"},
      {R"({"key":{"a":1}})", "full.ndjson:7 key", "missing or empty"},
      {R"({"key":")" + std::string(201, 'k') + R"("})", "full.ndjson:7 key", "longer than 200"},
      {R"({"key":"a"})", "full.ndjson:7 values", "is missing"},
      {R"({"key":"a","values":[]})", "full.ndjson:7 values", "must be an object"},
      {R"({"key":"a","values":{"name":"x"}})", "full.ndjson:7 values.name", "must be a list"},
      {R"({"key":"a","values":{"name":["x"]}})", "full.ndjson:7 values.name", "every entry must be an object"},
      {R"({"key":"a","values":{"name":[{"locale":"en_US"}]}})", "full.ndjson:7 values.name",
       "every entry must be an object"},
      {R"({"key":"a","values":{},"variants":["x"]})", "full.ndjson:7 variants[0]", "a variant must be an object"},
      {R"({"key":"a","values":{},"variants":[{"key":"v"},{"enabled":true}]})", "full.ndjson:7 variants[1] key",
       "missing or empty"},
      {R"({"key":"a","values":{},"variants":[{"key":"v"},{"key":"v"}]})", "full.ndjson:7 variants[1] key",
       "occurs twice"},
      {R"({"key":"a","values":{},"variants":[{"key":"v","values":{"sku":1}}]})", "full.ndjson:7 variants[0] values.sku",
       "must be a list"},
  };
  for (const auto& one : cases) {
    INFO(one.text);
    const auto refused = read(one.text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == error_kind::fix_data);
    CHECK(refused.error().code == "record_invalid");
    CHECK(refused.error().where == one.where);
    CHECK(refused.error().message.find(one.message) != std::string::npos);
  }
}

TEST_CASE("the digest is of the whole payload, whatever the order of keys") {
  CHECK(read(R"({"key":"a","values":{},"family":"f"})")->digest ==
        read(R"({"family":"f","values":{},"key":"a"})")->digest);
  CHECK(read(R"({"key":"a","values":{},"family":"f"})")->digest !=
        read(R"({"key":"a","values":{},"family":"g"})")->digest);
  CHECK(read(R"({"key":"a","values":{}})")->digest != read(R"({"key":"a","values":{},"unknown":1})")->digest);
}

} // namespace listingd
