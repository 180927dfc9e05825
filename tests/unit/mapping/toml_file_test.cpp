#include "mapping/toml_file.hpp"

#include "fixture.hpp"

namespace listingd::mapping {

using namespace test;

TEST_CASE("a file that cannot be read is one mistake of the whole file") {
  const folder place;
  const auto problem = [](const std::filesystem::path& path) {
    const auto made = read_toml(path);
    REQUIRE_FALSE(made);
    CHECK(made.error().line == 0);
    CHECK(made.error().file == path.string());
    return made.error().message;
  };
  CHECK(problem(place.path() / "gone.toml") == "the file does not exist");
  CHECK(problem(place.path()) == "is not a file");
  CHECK(problem(place.write("big.toml", std::string(4'000'001, '#'))) == "is larger than 4 MB");
}

TEST_CASE("broken TOML is one mistake with line and column") {
  const folder place;
  const auto made = read_toml(place.write("x.toml", "a = 1\nb = = 2\n"));
  REQUIRE_FALSE(made);
  CHECK(made.error().line == 2);
  CHECK(made.error().column > 1);
  CHECK(made.error().message.starts_with("not valid TOML: "));
}

TEST_CASE("an empty file is an empty table") {
  const folder place;
  const auto made = read_toml(place.write("x.toml", ""));
  REQUIRE(made);
  CHECK(made->empty());
}

TEST_CASE("kinds of nodes have names for messages") {
  const folder place;
  const auto made = read_toml(
      place.write("x.toml", "t = {}\na = []\ns = \"\"\ni = 1\nf = 1.5\nb = true\nd = 2026-01-01\nz = 10:00:00\n"));
  REQUIRE(made);
  const auto kind = [&](std::string_view key) { return kind_of(*made->get(key)); };
  CHECK(kind("t") == "a table");
  CHECK(kind("a") == "a list");
  CHECK(kind("s") == "a text");
  CHECK(kind("i") == "a whole number");
  CHECK(kind("f") == "a number");
  CHECK(kind("b") == "true or false");
  CHECK(kind("d") == "a date");
  CHECK(kind("z") == "a date");
}

TEST_CASE("mistakes keep their file, place and order") {
  const folder place;
  const auto made = read_toml(place.write("x.toml", "one = 1\n  two = 2\n"));
  REQUIRE(made);
  std::vector<config_mistake> all;
  mistakes_of_file here("x.toml", all);
  here.unknown_keys(*made, {"one", "twoo"}, "a test");
  here.at(*made->get("one"), "is odd");
  REQUIRE(here.count() == 2);
  CHECK(all[0].text() == "x.toml:2:3: unknown key 'two' in a test, did you mean 'twoo'?");
  CHECK(all[1].text() == "x.toml:1:7: is odd");
}

} // namespace listingd::mapping
