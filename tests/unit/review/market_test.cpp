#include "review/market.hpp"

#include "catch.hpp"

namespace listingd::review {

TEST_CASE("a decimal is read exactly or not at all") {
  struct decimal_case {
    std::string_view text;
    int places;
    std::optional<std::int64_t> scaled;
  };
  static const decimal_case cases[] = {
      {"19.99", 2, 1999},
      {"20", 2, 2000},
      {"0.5", 2, 50},
      {"007", 0, 7},
      {"0.001", 3, 1},
      {"180000000", 2, 18'000'000'000},
      {"19.999", 2, std::nullopt},
      {"5.0", 0, std::nullopt},
      {"", 2, std::nullopt},
      {".5", 2, std::nullopt},
      {"5.", 2, std::nullopt},
      {"1.2.3", 2, std::nullopt},
      {"-1", 2, std::nullopt},
      {"1e3", 2, std::nullopt},
      {"1,5", 2, std::nullopt},
      {" 1", 2, std::nullopt},
      {"9999999999999999", 0, std::nullopt},
  };
  for (const auto& one : cases) {
    INFO('"' << one.text << "\" with " << one.places);
    CHECK(scaled_decimal(one.text, one.places) == one.scaled);
  }
}

TEST_CASE("a scaled number is written without needless zeros") {
  CHECK(decimal_text(760'000, 2) == "7600");
  CHECK(decimal_text(1, 2) == "0.01");
  CHECK(decimal_text(50, 2) == "0.5");
  CHECK(decimal_text(0, 2) == "0");
  CHECK(decimal_text(42, 0) == "42");
}

TEST_CASE("a unit is found as a word, not as a part of one") {
  CHECK(lists("KILOGRAM POUND", "POUND"));
  CHECK(lists("KILOGRAM", "KILOGRAM"));
  CHECK_FALSE(lists("KILOGRAM POUND", "GRAM"));
  CHECK_FALSE(lists("KILOGRAM", ""));
  CHECK_FALSE(lists("", "GRAM"));
}

TEST_CASE("an unknown region is a market without known limits") {
  CHECK(market_of("US").currency == "USD");
  CHECK(market_of("ZZ").currency.empty());
  CHECK(market_of("ZZ").size_optional);
}

} // namespace listingd::review
