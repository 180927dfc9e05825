#include "model/printable.hpp"

#include "catch.hpp"

namespace listingd {

TEST_CASE("what a terminal would obey is shown as a question mark, everything else as it is") {
  struct sample {
    std::string_view what, given, shown;
  };
  using namespace std::string_view_literals;
  static constexpr sample samples[] = {
      {"nothing", "", ""},
      {"letters of every length", "Süd 店 🛍 | ~", "Süd 店 🛍 | ~"},
      {"a colour", "\x1b[31mred", "?[31mred"},
      {"a title of the window", "\x1b]0;owned\x07", "?]0;owned?"},
      {"line breaks and tabs", "a\r\nb\tc", "a  b c"},
      {"NUL and DEL", "a\0b\x7f"sv, "a?b?"},
      {"C1, the eight bit form of an escape",
       "\xc2\x9b"
       "31m \xc2\x80 \xc2\x9f",
       "?31m ? ?"},
      {"the first that is none", "\xc2\xa0\xc3\x9b", "\xc2\xa0\xc3\x9b"},
      {"C1 bytes inside a character", "\xe4\x9b\x9b", "\xe4\x9b\x9b"},
      {"C1 as a bare byte",
       "\x9b"
       "31m",
       "?31m"},
      {"a character that is cut off", "a\xe4\x9b", "a??"},
      {"a lead without what follows",
       "\xe4"
       "ab",
       "?ab"},
      {"bytes that never occur", "\xc0\x9b\xff", "???"},
  };
  for (const auto& one : samples) {
    CAPTURE(one.what);
    CHECK(printable(one.given) == one.shown);
  }
}

} // namespace listingd
