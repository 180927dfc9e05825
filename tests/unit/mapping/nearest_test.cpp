#include "mapping/nearest.hpp"

#include "catch.hpp"

namespace listingd::mapping {

TEST_CASE("names are compared in lower case with single spaces") {
  CHECK(folded("  Crew\t NECK ") == "crew neck");
  CHECK(folded("Größe") == "größe");
  CHECK(folded("").empty());
}

TEST_CASE("the nearest words come first, and equal ones keep their order") {
  const std::vector<std::string> words{"Wool", "Cotton", "Organic Cotton", "Linen"};
  CHECK(nearest("coton", words, 1) == std::vector<std::string>{"Cotton"});
  CHECK(nearest("cotton", words, 2) == std::vector<std::string>{"Cotton", "Organic Cotton"});
  CHECK(nearest("organic", words, 1) == std::vector<std::string>{"Organic Cotton"});
  CHECK(nearest("x", {"aa", "bb"}, 5) == std::vector<std::string>{"aa", "bb"});
  CHECK(nearest("x", {}, 3).empty());
  CHECK(nearest("", {"a"}, 1) == std::vector<std::string>{"a"});
}

TEST_CASE("an equal word is nearer than one that merely contains it") {
  CHECK(nearest("tee", {"tee shirt", "tee"}, 1) == std::vector<std::string>{"tee"});
}

TEST_CASE("a slip of the pen is guessed, a stranger is not") {
  const std::vector<std::string> known{"attribute", "value", "locale"};
  CHECK(did_you_mean("atribute", known) == ", did you mean 'attribute'?");
  CHECK(did_you_mean("vlaue", known) == ", did you mean 'value'?");
  CHECK(did_you_mean("Locale", known) == ", did you mean 'locale'?");
  CHECK(did_you_mean("warehouse", known).empty());
  CHECK(did_you_mean("x", {}).empty());
}

TEST_CASE("words are joined") {
  CHECK(joined({"a", "b", "c"}) == "a, b, c");
  CHECK(joined({"a", "b"}, " or ") == "a or b");
  CHECK(joined({}).empty());
}

} // namespace listingd::mapping
