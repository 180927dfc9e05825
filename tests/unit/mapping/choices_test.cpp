#include "mapping/choices.hpp"

#include "fixture.hpp"

namespace listingd::mapping {

namespace {

using namespace test;

const std::vector<attribute_value> listed = {{"21", "Cotton"}, {"22", "Organic Cotton"}, {"23", "16 in"}};

struct choice_case {
  std::string_view name;
  option one;
  std::map<std::string, std::string> table;
  std::string_view id, text;
};

} // namespace

TEST_CASE("TikTok's value is found through the table, by label, by text, or not at all") {
  const std::vector<choice_case> cases{
      {"by label", {.text = "co", .label = "cotton"}, {}, "21", "Cotton"},
      {"by text", {.text = "COTTON", .label = "Baumwolle"}, {}, "21", "Cotton"},
      {"by table to a name", {.text = "co", .label = "Wool"}, {{"co", "organic cotton"}}, "22", "Organic Cotton"},
      {"by table to an id", {.text = "co"}, {{"co", "22"}}, "22", "Organic Cotton"},
      {"the id itself", {.text = "21"}, {}, "21", "Cotton"},
      {"a measurement", {.text = "16 in", .measured = true}, {}, "23", "16 in"},
      {"not listed, by label", {.text = "si", .label = "Silk"}, {}, "", "Silk"},
      {"not listed, no label", {.text = "silk"}, {}, "", "silk"},
      {"the table's word is the last one", {.text = "cotton", .label = "Cotton"}, {{"cotton", "Jersey"}}, "", "Jersey"},
  };
  for (const auto& one : cases) {
    INFO(one.name);
    const auto made = choose(one.one, one.table, listed);
    CHECK(made.value.id == one.id);
    CHECK(made.value.name == one.text);
    CHECK(made.listed == !one.id.empty());
    CHECK(made.by_table == !one.table.empty());
  }
}

TEST_CASE("data is read as options, a list's one by one, measurements with their unit") {
  const auto from = record_of(R"({"key": "p", "values": {}, "labels": {"m": {"a": {"en_US": "Label of a"}}}})");
  profile by;
  by.locale = {"en_US"};
  const record_view view(from, by);
  const auto read = [&](std::string_view data, const std::string& unit = "") {
    const auto made = options_of(json_of(data), {.attribute = "m", .unit = unit}, view);
    if (!made) return "problem: " + made.error();
    std::string out;
    for (const auto& one : *made) out += '[' + one.text + '|' + one.label + ']';
    return out;
  };
  CHECK(read(R"(["a", "b", null, ""])") == "[a|Label of a][b|]");
  CHECK(read("true") == "[true|]");
  CHECK(read("3") == "[3|]");
  CHECK(read("\"two\\nlines\"") == "[two lines|]");
  CHECK(read(R"({"amount": "10", "unit": "OUNCE"})") == "[10 oz|]");
  CHECK(read(R"({"amount": "10", "unit": "PARSEC"})") == "[10 parsec|]");
  CHECK(read(R"({"amount": "0.5", "unit": "KILOGRAM"})", "GRAM") == "[500 g|]");
  CHECK(read(R"({"amount": "1", "unit": "METER"})", "GRAM") ==
        "problem: holds 1 METER, which cannot be converted to GRAM");
  CHECK(read(R"({"a": 1})") == "problem: holds an object where an option or a text is expected");
}

} // namespace listingd::mapping
