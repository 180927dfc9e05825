#include "mapping/values.hpp"

#include "fixture.hpp"

namespace listingd::mapping {

namespace {

using namespace test;

const record& sample() {
  static const record made = record_of(R"({
    "key": "p", "family": "f", "categories": ["c"], "axes": ["color"],
    "labels": {"brand": {"acme": {"de_DE": "Acme GmbH", "en_US": "Acme"}, "odd": 7}},
    "values": {
      "name": [{"locale": "de_DE", "scope": null, "data": "Hemd"}, {"locale": "en_GB", "scope": null, "data": "Shirt"},
               {"locale": "en_US", "scope": null, "data": "   "}],
      "text": [{"locale": "en_US", "scope": "print", "data": "print"}, {"locale": "en_US", "scope": "shop", "data": "shop"},
               {"locale": null, "scope": null, "data": "all"}],
      "only_de": [{"locale": "de_DE", "scope": "print", "data": "nur"}],
      "size": [{"locale": null, "scope": null, "data": "L"}],
      "empty": [{"locale": null, "scope": null, "data": [null, ""]}],
      "brand": [{"locale": null, "scope": null, "data": "acme"}],
      "one": [{"locale": null, "scope": null, "data": ["acme"]}],
      "two": [{"locale": null, "scope": null, "data": ["a", "b"]}],
      "number": [{"locale": null, "scope": null, "data": 19.99}]},
    "variants": [
      {"key": "v1", "values": {"size": [{"locale": null, "scope": null, "data": "S"}],
        "cloth": [{"locale": null, "scope": null, "data": "wool"}], "lining": [{"locale": null, "scope": null, "data": 1}]}},
      {"key": "v2", "enabled": false, "values": {"cloth": [{"locale": null, "scope": null, "data": "silk"}]}},
      {"key": "v3", "values": {"cloth": [{"locale": null, "scope": null, "data": "wool"}],
        "lining": [{"locale": null, "scope": null, "data": 2}]}}]})");
  return made;
}

profile chain() {
  profile out;
  out.locale = {"en_US", "en_GB"};
  out.channel = "shop";
  return out;
}

std::string shown(const reading& read) {
  if (!read) return "problem: " + read.error();
  return *read ? json::serialize(**read) : "nothing";
}

} // namespace

TEST_CASE("a value is found in the first language of the chain that has one") {
  const auto by = chain();
  const record_view view(sample(), by);
  CHECK(shown(view.read({.attribute = "name"})) == "\"Shirt\""); // en_US is blank
  CHECK(shown(view.read({.attribute = "name", .locale = {"de_DE"}})) == "\"Hemd\"");
  CHECK(shown(view.read({.attribute = "name", .locale = {"fr_FR"}})) == "nothing");
}

TEST_CASE("the profile's channel is preferred, another channel is never taken") {
  const auto by = chain();
  const record_view view(sample(), by);
  CHECK(shown(view.read({.attribute = "text"})) == "\"shop\"");
  CHECK(shown(view.read({.attribute = "text", .scope = "print"})) == "\"print\"");
  CHECK(shown(view.read({.attribute = "text", .scope = "mobile"})) == "\"all\"");
  CHECK(shown(view.read({.attribute = "only_de", .locale = {"de_DE"}})) == "nothing");
}

TEST_CASE("null, blank texts and lists of them are nothing") {
  const auto by = chain();
  const record_view view(sample(), by);
  CHECK(shown(view.read({.attribute = "empty"})) == "nothing");
  CHECK(shown(view.read({.attribute = "unknown"})) == "nothing");
  CHECK(shown(view.read({.constant = " "})) == "nothing");
}

TEST_CASE("a variant's value comes before its product's") {
  const auto by = chain();
  const auto variants = record_view(sample(), by).variants();
  REQUIRE(variants.size() == 2); // the disabled one is left out
  CHECK(shown(variants[0].read({.attribute = "size"})) == "\"S\"");
  CHECK(shown(variants[1].read({.attribute = "size"})) == "\"L\"");
  CHECK(variants[0].own("size") != nullptr);
  CHECK(variants[1].own("size") == nullptr);
  CHECK(variants[1].at("size") != nullptr);
}

TEST_CASE("what only the variants have counts for the product when all enabled ones agree") {
  const auto by = chain();
  const record_view view(sample(), by);
  CHECK(shown(view.read({.attribute = "cloth"})) == "nothing");
  CHECK(shown(view.read_common({.attribute = "cloth"})) == "\"wool\"");
  CHECK(shown(view.read_common({.attribute = "lining"})) == "nothing");
  CHECK(shown(view.read_common({.attribute = "size"})) == "\"L\"");
}

TEST_CASE("a lack is explained by what there is instead") {
  const auto by = chain();
  const record_view view(sample(), by);
  CHECK(view.why_nothing({.attribute = "unknown"}) == "attribute 'unknown' has no value");
  CHECK(view.why_nothing({.attribute = "only_de"}) == "attribute 'only_de' has a value only for de_DE in print");
  CHECK(view.why_nothing({.attribute = "lining"}) ==
        "attribute 'lining' differs between the variants or is missing on some");
  CHECK(view.why_nothing({.constant = ""}) == "the constant '' gives nothing");
}

TEST_CASE("a text goes through the values table, then the label where asked") {
  const auto by = chain();
  const record_view view(sample(), by);
  const auto text = [&](const value_rule& rule) {
    const auto made = view.text(rule);
    return made ? *made : "problem: " + made.error();
  };
  CHECK(text({.attribute = "brand"}) == "acme");
  CHECK(text({.attribute = "brand", .label = true}) == "Acme");
  CHECK(text({.attribute = "brand", .locale = {"de_DE"}, .label = true}) == "Acme GmbH");
  CHECK(text({.attribute = "brand", .label = true, .values = {{"acme", "7"}}}) == "7");
  CHECK(text({.attribute = "one"}) == "acme");
  CHECK(text({.attribute = "number"}) == "19.99");
  CHECK(text({.attribute = "unknown"}).empty());
  CHECK(text({.attribute = "two"}) == "problem: holds a list where a text is expected");
  CHECK(view.label_of({.attribute = "brand"}, "odd").empty());
  CHECK(view.label_of({.attribute = "brand"}, "none").empty());
}

TEST_CASE("a jq expression sees the product with its variants, or a variant with the product's values") {
  const auto by = chain();
  const record_view view(sample(), by);
  const auto run = [](const record_view& on, std::string_view expression) {
    const auto made = jq_program::compile(expression);
    REQUIRE(made);
    return shown(on.read({.jq = *made}));
  };
  CHECK(run(view, ".key, .family") == "\"p\"");
  CHECK(run(view, "[.variants[].key]") == R"(["v1","v2","v3"])");
  CHECK(run(view, ".variant") == "nothing");
  CHECK(run(view.variants()[0], ".variant") == "\"v1\"");
  CHECK(run(view.variants()[0], ".values.size[0].data") == "\"S\"");
  CHECK(run(view.variants()[1], ".values.size[0].data") == "\"L\"");
  CHECK(run(view.variants()[0], ".variants") == "nothing");
  CHECK(run(view, ".values + 1").starts_with("problem: fails: object"));
}

TEST_CASE("scalars become text, numbers without exponent") {
  CHECK(plain_text(json_of("\" a \"")) == "a");
  CHECK(plain_text(json_of("19.99")) == "19.99");
  CHECK(plain_text(json_of("1e21")) == "1000000000000000000000");
  CHECK(plain_text(json_of("18.0")) == "18");
  CHECK(plain_text(json_of("18446744073709551615")) == "18446744073709551615");
  CHECK(plain_text(json_of("true")) == "true");
  CHECK_FALSE(plain_text(json_of("null")));
  CHECK_FALSE(plain_text(json_of("[]")));
  CHECK_FALSE(plain_text(json_of("{}")));
}

TEST_CASE("a measurement is an amount with a unit") {
  const auto made = measurement_of(json_of(R"({"amount": 0.5, "unit": "KILOGRAM"})"));
  REQUIRE(made);
  CHECK(made->amount == "0.5");
  CHECK(made->unit == "KILOGRAM");
  for (const auto* text :
       {"1", "{}", R"({"amount": "1"})", R"({"amount": [], "unit": "GRAM"})", R"({"amount": 1, "unit": 2})"})
    CHECK_FALSE(measurement_of(json_of(text)));
}

TEST_CASE("media are references, alone or in lists") {
  CHECK(media_of(json_of("\"a.jpg\"")).value() == std::vector<std::string>{"a.jpg"});
  CHECK(media_of(json_of(R"([{"media": "a.jpg"}, null, "", ["b.jpg"]])")).value() ==
        std::vector<std::string>{"a.jpg", "b.jpg"});
  CHECK(media_of(json_of("[1]")).error() == "holds a number where a picture or document is expected");
  CHECK(media_of(json_of(R"({"media": {}})")).error() == "holds an object where a picture or document is expected");
}

} // namespace listingd::mapping
