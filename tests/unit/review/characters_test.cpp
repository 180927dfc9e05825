#include "review/characters.hpp"

#include "catch.hpp"
#include "review/html_tags.hpp"

namespace listingd::review {

TEST_CASE("length counts characters, broken bytes included") {
  CHECK(length_of("") == 0);
  CHECK(length_of("abc") == 3);
  CHECK(length_of("äöü€🎉") == 5);
  CHECK(length_of("a\xFFz") == 3);
  CHECK(length_of("a\xE2\x82") == 2);
  CHECK(code_points("a\xC3z") == std::u32string{U'a', 0xFFFD, U'z'});
}

TEST_CASE("emoji are told from letters, trademarks and degrees") {
  for (const auto* text : {"🎉", "x ❤️", "★", "⭐", "👨‍👩‍👧"}) {
    INFO(text);
    CHECK(has_emoji(text));
  }
  for (const auto* text : {"Größe 86 °F", "Acme™ ®", "日本語", "ภาษาไทย", "tiếng Việt", "½ €"}) {
    INFO(text);
    CHECK_FALSE(has_emoji(text));
  }
}

TEST_CASE("line breaks are control characters in one line only") {
  CHECK(has_control("a\nb", true));
  CHECK_FALSE(has_control("a\n\tb", false));
  CHECK(has_control("a\x1B", false));
  CHECK(has_control("a\xC2\x85", false));
}

TEST_CASE("Chinese is found, Japanese syllables and Thai are not") {
  CHECK(has_chinese("cotton 棉"));
  CHECK_FALSE(has_chinese("コットン ผ้าฝ้าย"));
}

TEST_CASE("entities are found, ampersands and semicolons are not") {
  CHECK(has_entity("a &amp; b"));
  CHECK(has_entity("&#39;"));
  CHECK(has_entity("&#x27;"));
  CHECK_FALSE(has_entity("salt & pepper; mill"));
  CHECK_FALSE(has_entity("R&D"));
  CHECK_FALSE(has_entity("&;"));
}

TEST_CASE("only symbols means no letter and no digit of any script") {
  CHECK(only_symbols("*** – !!!"));
  CHECK_FALSE(only_symbols(""));
  CHECK_FALSE(only_symbols("* 7"));
  CHECK_FALSE(only_symbols("ß"));
  CHECK_FALSE(only_symbols("綿"));
  CHECK_FALSE(only_symbols("ไทย"));
}

TEST_CASE("folding lowers letters and evens white space") {
  CHECK(folded("  Main \n IMAGE ") == "main image");
  CHECK(folded("ÄÖÜ Ñ ÇÉ") == "äöü ñ çé");
  CHECK(folded("ĐỘ PHÂN GIẢI") == "độ phân giải");
  CHECK(folded("ΑΩ ДЯ") == "αω дя");
  CHECK(folded("画像\xE3\x80\x80サイズ") == "画像 サイズ");
}

TEST_CASE("tags and attributes are read in any spelling") {
  const auto tags = tags_of(R"(<p>a</p><IMG SRC='x>y' width = 8 Height="9"/><!-- <b> --><br/>1 < 2 <i)");
  REQUIRE(tags.size() == 4);
  CHECK(tags[0].name == "p");
  CHECK(tags[1].name == "img");
  CHECK(tags[1].attributes.at("src") == "x>y");
  CHECK(tags[1].attributes.at("width") == "8");
  CHECK(tags[1].attributes.at("height") == "9");
  CHECK(tags[2].name == "br");
  CHECK(tags[3].name == "i");
}

} // namespace listingd::review
