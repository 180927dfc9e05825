#include "store/clean.hpp"

#include "catch.hpp"

#include <array>

namespace listingd::store {

TEST_CASE("well-formed UTF-8 stays as it is") {
  for (const std::string text : {"", "plain", "T\xc3\xa4sse \xe2\x82\xac \xf0\x9f\x91\x95", "\xed\x9f\xbf\xee\x80\x80",
                                 "\xf4\x8f\xbf\xbf", "tab\tand\nline"})
    CHECK(clean_text(text) == text);
}

TEST_CASE("what PostgreSQL would refuse becomes U+FFFD") {
  const std::string mark = "\xef\xbf\xbd";
  struct bad {
    std::string_view text;
    std::size_t marks;
  };
  static constexpr std::array cases{
      bad{std::string_view("\0", 1), 1},
      bad{"\xff", 1},
      bad{"\x80", 1},
      bad{"\xc3", 1},
      bad{"\xc0\xaf", 2},
      bad{"\xe0\x80\xaf", 3},
      bad{"\xed\xa0\x80", 3},
      bad{"\xf0\x80\x80\xaf", 4},
      bad{"\xf4\x90\x80\x80", 4},
      bad{"\xf5", 1},
      bad{"\xe2\x82", 2},
  };
  for (const auto& one : cases) {
    std::string expected = "a";
    for (std::size_t i = 0; i < one.marks; ++i) expected += mark;
    CHECK(clean_text("a" + std::string(one.text) + "b") == expected + "b");
  }
}

TEST_CASE("an escaped NUL in JSON becomes U+FFFD, and what only looks like one stays") {
  CHECK(clean_json(R"({"a":"x\u0000y"})") == "{\"a\":\"x\xef\xbf\xbdy\"}");
  CHECK(clean_json(R"({"a":"\\u0000"})") == R"({"a":"\\u0000"})");
  CHECK(clean_json(R"({"a":"\\\u0000"})") == "{\"a\":\"\\\\\xef\xbf\xbd\"}");
  CHECK(clean_json(R"("\"\n\u0001")") == R"("\"\n\u0001")");
}

} // namespace listingd::store
