// Conditional attributes: requirement conditions cascade and are evaluated to a fixed point.
#include "simulator/examination.hpp"

#include "catch.hpp"

using namespace listingd::simulator;

namespace {

json::object attribute(const char* id, bool mandatory, const json::array& conditions = {}) {
  return {{"id", id},
          {"name", id},
          {"type", "PRODUCT_PROPERTY"},
          {"is_requried", mandatory},
          {"values", {json::object{{"id", "1"}, {"name", "yes"}}, json::object{{"id", "2"}, {"name", "no"}}}},
          {"requirement_conditions", conditions}};
}

json::object when(const char* id, const char* value) {
  return {{"condition_type", "VALUE_ID_MATCH"}, {"attribute_id", id}, {"attribute_value_id", value}};
}

// Listed against the order of the cascade, so that one pass is not enough.
json::array cascade() {
  return {attribute("hours", false, {when("type", "1")}), attribute("type", false, {when("battery", "1")}),
          attribute("battery", true), attribute("note", false)};
}

json::object choice(const char* id, const char* value) {
  return {{"id", id}, {"values", {json::object{{"id", value}}}}};
}

std::vector<int> problems_of(const json::array& chosen) {
  world state;
  state.shops.push_back({"1", "Shop", "US", "LOCAL", "cipher", "code"});
  state.attributes["600"] = cascade();
  json::object content{{"category_id", "600"}, {"product_attributes", chosen}};
  examination done{state, state.shops.front(), purpose::create, nullptr, false, content};
  examine_attributes(done);
  std::vector<int> codes;
  codes.reserve(done.problems.size());
  for (const auto& each : done.problems) codes.push_back(each.code);
  return codes;
}

} // namespace

TEST_CASE("conditions are followed to the end of the cascade") {
  using set = std::set<std::string>;
  CHECK(applicable_attributes(cascade(), {}) == set{"battery", "note"});
  CHECK(applicable_attributes(cascade(), {{"battery", {"1"}}}) == set{"battery", "note", "type"});
  CHECK(applicable_attributes(cascade(), {{"battery", {"1"}}, {"type", {"1"}}}) ==
        set{"battery", "hours", "note", "type"});
}

TEST_CASE("a value of an attribute that does not apply triggers nothing") {
  CHECK(applicable_attributes(cascade(), {{"battery", {"2"}}, {"type", {"1"}}}) ==
        std::set<std::string>{"battery", "note"});
}

TEST_CASE("create refuses missing mandatory, missing conditional and unwanted conditional attributes") {
  CHECK(problems_of({}) == std::vector{12052104});
  CHECK(problems_of({choice("battery", "2")}).empty());
  CHECK(problems_of({choice("battery", "1")}) == std::vector{12052182});
  CHECK(problems_of({choice("battery", "1"), choice("type", "1")}) == std::vector{12052182});
  CHECK(problems_of({choice("battery", "1"), choice("type", "2")}).empty());
  CHECK(problems_of({choice("battery", "2"), choice("type", "1")}) == std::vector{12052183});
}

TEST_CASE("unknown values and attributes are refused") {
  CHECK(problems_of({choice("battery", "9")}) == std::vector{12052529});
  CHECK(problems_of({choice("battery", "2"), choice("other", "1")}) == std::vector{12052240});
  CHECK(problems_of({choice("battery", "2"), choice("battery", "2")}) == std::vector{12052254});
}
