#include "model/json.hpp"

#include "catch.hpp"

namespace listingd {

TEST_CASE("integers beyond 2^53 stay what they are, as number or as text") {
  const auto value = *parse_json(
      R"({"number":576486316948490001,"text":"9007199254740993","least":-9223372036854775808,"most":18446744073709551615})",
      "x");
  CHECK(text_at(value, "number") == "576486316948490001");
  CHECK(integer_at(value, "number") == 576'486'316'948'490'001);
  CHECK(integer_at(value, "text") == 9'007'199'254'740'993);
  CHECK(text_at(value, "least") == "-9223372036854775808");
  CHECK(integer_at(value, "least") == std::numeric_limits<std::int64_t>::min());
  CHECK(text_at(value, "most") == "18446744073709551615");
  CHECK_FALSE(integer_at(value, "most"));
}

TEST_CASE("an integer is not read from what is none") {
  const auto value = *parse_json(R"({"half":1.5,"text":"12a","empty":"","flag":true,"list":[1],"space":" 7 "})", "x");
  for (const auto* path : {"half", "text", "empty", "flag", "list", "nowhere"}) {
    INFO(path);
    CHECK_FALSE(integer_at(value, path));
  }
  CHECK(integer_at(value, "space") == 7);
}

TEST_CASE("text is trimmed, and whatever is no scalar has none") {
  const auto value =
      *parse_json(R"({"unit":"USD\n","blank":" \t\n","flag":false,"list":["a"],"object":{},"none":null})", "x");
  CHECK(text_at(value, "unit") == "USD");
  CHECK(text_at(value, "blank").empty());
  CHECK(text_at(value, "flag") == "false");
  CHECK(text_at(value, "list").empty());
  CHECK(text_at(value, "object").empty());
  CHECK(text_at(value, "none").empty());
}

TEST_CASE("a path goes through objects only, and null counts as absent") {
  const auto value = *parse_json(R"({"audit":{"status":"AUDITING","by":null},"list":[{"a":1}],"a.b":1})", "x");
  CHECK(text_at(value, "audit.status") == "AUDITING");
  CHECK(find(value, "audit.by") == nullptr);
  CHECK(find(value, "audit.status.deeper") == nullptr);
  CHECK(find(value, "list.a") == nullptr);
  CHECK(find(value, "nowhere.at.all") == nullptr);
  CHECK(find(value, "") == &value);
}

TEST_CASE("flags are read in every spelling of the wire") {
  const auto value =
      *parse_json(R"({"a":true,"b":"true","c":1,"d":"1","e":false,"f":"false","g":0,"h":"yes","i":null})", "x");
  for (const auto* path : {"a", "b", "c", "d"}) CHECK(flag_at(value, path));
  for (const auto* path : {"e", "f", "g", "h", "i", "nowhere"}) CHECK_FALSE(flag_at(value, path));
}

TEST_CASE("a single object stands for a list of one") {
  const auto value = *parse_json(R"({"list":[1,2],"one":{"a":1},"text":"x","none":null,"empty":[]})", "x");
  CHECK(items_at(value, "list").size() == 2);
  REQUIRE(items_at(value, "one").size() == 1);
  CHECK(text_at(items_at(value, "one")[0], "a") == "1");
  CHECK(items_at(value, "text").size() == 1);
  CHECK(items_at(value, "none").empty());
  CHECK(items_at(value, "empty").empty());
}

TEST_CASE("broken JSON names its place and the byte") {
  struct broken {
    std::string text, place;
  };
  static const broken cases[] = {{R"({"a":1,})", "byte 7"},
                                 {R"({"a":)", "byte 5"},
                                 {"", "byte 0"},
                                 {"{} {}", "extra text after the JSON value at byte 3"},
                                 {"[1 2]", "byte"},
                                 {"nul", "byte 3"},
                                 {"\"a\x01\"", "byte"}};
  for (const auto& one : cases) {
    INFO(one.text);
    const auto read = parse_json(one.text, "file.ndjson:3");
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == error_kind::fix_data);
    CHECK(read.error().code == "json_invalid");
    CHECK(read.error().where == "file.ndjson:3");
    CHECK(read.error().message.find(one.place) != std::string::npos);
  }
  CHECK(parse_json(" {} \r\n", "x"));
}

TEST_CASE("depth is bounded") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(parse_json(nested(32), "x"));
  CHECK_FALSE(parse_json(nested(100'000), "x"));
}

} // namespace listingd
