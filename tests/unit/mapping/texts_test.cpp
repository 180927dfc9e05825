#include "mapping/texts.hpp"

#include "catch.hpp"

namespace listingd::mapping {

TEST_CASE("white space and control characters become one space") {
  CHECK(collapsed("  a \t\n b\x01"
                  "c  ") == "a b c");
  CHECK(collapsed(" \n ").empty());
}

struct cut_case {
  std::string_view name, text;
  std::size_t most;
  std::string_view cut;
};

TEST_CASE("a text is cut at a character, and between words where that is cheap") {
  static constexpr cut_case cases[] = {
      {"no limit", "one two", 0, "one two"},
      {"fits exactly", "one two", 7, "one two"},
      {"counts characters, not bytes", "äöü", 3, "äöü"},
      {"in the middle of a word", "one two three", 10, "one two"},
      {"just before a space", "one two three", 7, "one two"},
      {"just after a space", "one two three", 8, "one two"},
      {"dangling comma", "one two, three", 9, "one two"},
      {"a single long word", "abcdefgh", 5, "abcde"},
      {"a space too early to cut at", "a bcdefghijkl", 8, "a bcdefg"},
      {"never inside UTF-8", "日本語", 2, "日本"},
      {"four bytes", "a😀b", 2, "a😀"},
  };
  for (const auto& one : cases) {
    INFO(one.name);
    CHECK(cut_to(one.text, one.most) == one.cut);
  }
}

TEST_CASE("plain text becomes escaped paragraphs, one a line") {
  CHECK(paragraphs("One & <two>\r\n\r\n  \"three\"\n") == "<p>One &amp; &lt;two&gt;</p><p>&quot;three&quot;</p>");
  CHECK(paragraphs(" \n ").empty());
}

TEST_CASE("a long list of words is shortened with the count of the rest") {
  CHECK(some_of({"a", "b"}, 2) == "a, b");
  CHECK(some_of({"a", "b", "c", "d"}, 2) == "a, b and 2 more");
}

TEST_CASE("only digits are digits") {
  CHECK(all_digits("0123"));
  CHECK_FALSE(all_digits(""));
  CHECK_FALSE(all_digits("12a"));
  CHECK_FALSE(all_digits("-1"));
}

} // namespace listingd::mapping
