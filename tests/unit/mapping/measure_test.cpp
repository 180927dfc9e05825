#include "mapping/measure.hpp"

#include "catch.hpp"

namespace listingd::mapping {

TEST_CASE("units are known by name and by symbol in any letter case") {
  CHECK(unit_named("kg") == "KILOGRAM");
  CHECK(unit_named("Kilogram") == "KILOGRAM");
  CHECK(unit_named("in") == "INCH");
  CHECK(unit_named("stone").empty());
  CHECK(is_weight_unit("POUND"));
  CHECK_FALSE(is_weight_unit("INCH"));
  CHECK(is_length_unit("MILLIMETER"));
  CHECK_FALSE(is_length_unit("WATTHOUR"));
  CHECK(symbol_of("WATTHOUR") == "Wh");
  CHECK(symbol_of("FURLONG") == "furlong");
}

TEST_CASE("only plain decimal text is a number") {
  CHECK(decimal("12.50") == 12.5);
  CHECK(decimal("0") == 0.0);
  for (const auto* text : {"", "-1", "+1", "1e3", "1,5", " 1", "1 ", "inf", "nan", "0x10", "1.2.3", "-0"}) {
    INFO(text);
    CHECK_FALSE(decimal(text));
  }
}

TEST_CASE("amounts convert within one quantity only") {
  CHECK(converted(1, "KILOGRAM", "GRAM") == Approx(1000));
  CHECK(converted(1, "POUND", "KILOGRAM") == Approx(0.45359237));
  CHECK(converted(30, "CENTIMETER", "INCH") == Approx(11.811).epsilon(0.001));
  CHECK(converted(2, "KILOWATTHOUR", "WATTHOUR") == Approx(2000));
  CHECK_FALSE(converted(1, "KILOGRAM", "INCH"));
  CHECK_FALSE(converted(1, "STONE", "GRAM"));
}

struct text_case {
  double amount;
  std::string_view unit, text;
};

TEST_CASE("weights are rounded the way TikTok takes them, and never to nothing") {
  static constexpr text_case cases[] = {
      {210.4, "GRAM", "210"},
      {210.5, "GRAM", "211"},
      {0.2, "GRAM", "1"},
      {0.2, "KILOGRAM", "0.2"},
      {0.2105, "KILOGRAM", "0.211"},
      {0.0001, "KILOGRAM", "0.001"},
      {0.462971, "POUND", "0.46"},
      {1, "POUND", "1"},
      {1.005, "POUND", "1.01"},
      {0.001, "POUND", "0.01"},
      {1500, "KILOGRAM", "1500"},
  };
  for (const auto& one : cases) {
    INFO(one.amount << ' ' << one.unit);
    CHECK(weight_text(one.amount, one.unit) == one.text);
  }
}

TEST_CASE("sides are rounded up to whole units, but not for what a conversion loses") {
  CHECK(length_text(11.1) == "12");
  CHECK(length_text(30) == "30");
  CHECK(length_text(0.1) == "1");
  CHECK(length_text(converted(converted(12, "INCH", "CENTIMETER").value(), "CENTIMETER", "INCH").value()) == "12");
}

TEST_CASE("numbers lose their trailing zeros") {
  CHECK(number_text(37, 4) == "37");
  CHECK(number_text(18.5, 4) == "18.5");
  CHECK(number_text(0.12345, 4) == "0.1235");
  CHECK(number_text(100, 0) == "100");
}

struct money_case {
  std::string_view amount, currency, text;
  money_problem problem;
};

TEST_CASE("money is written with the currency's decimals and never rounded") {
  static constexpr money_case cases[] = {
      {"19.9", "USD", "19.90", money_problem::none},
      {"19", "USD", "19.00", money_problem::none},
      {"0019.99", "EUR", "19.99", money_problem::none},
      {"19.9900", "EUR", "19.99", money_problem::none},
      {"1999.00", "JPY", "1999", money_problem::none},
      {"150000", "IDR", "150000", money_problem::none},
      {"0.01", "USD", "0.01", money_problem::none},
      {"19.999", "USD", "", money_problem::too_many_decimals},
      {"1999.50", "VND", "", money_problem::too_many_decimals},
      {"0", "USD", "", money_problem::not_positive},
      {"0.00", "USD", "", money_problem::not_positive},
      {"-1", "USD", "", money_problem::not_a_number},
      {"1.", "USD", "", money_problem::not_a_number},
      {".5", "USD", "", money_problem::not_a_number},
      {"1,5", "USD", "", money_problem::not_a_number},
      {"1e3", "USD", "", money_problem::not_a_number},
      {"", "USD", "", money_problem::not_a_number},
      {"1234567890123", "USD", "", money_problem::not_a_number},
  };
  for (const auto& one : cases) {
    INFO(one.amount << ' ' << one.currency);
    const auto made = money(one.amount, one.currency);
    CHECK(made.amount == one.text);
    CHECK(made.problem == one.problem);
  }
}

struct code_case {
  std::string_view kind, code;
  bool valid;
};

TEST_CASE("identifier codes need their length and their check digit") {
  static constexpr code_case cases[] = {
      {"EAN", "4006381333931", true},   {"EAN", "4006381333932", false},   {"EAN", "96385074", true},
      {"EAN", "40063813339", false},    {"UPC", "036000291452", true},     {"UPC", "036000291453", false},
      {"GTIN", "10614141000415", true}, {"GTIN", "4006381333931", false},  {"ISBN", "9783161484100", true},
      {"ISBN", "316148410X", true},     {"ISBN", "3161484100", false},     {"ISBN", "X161484100", false},
      {"JAN", "4901234567894", true},   {"JAN", "10614141000415", false},  {"EAN", "", false},
      {"EAN", "40063813339A1", false},  {"OTHER", "4006381333931", false},
  };
  for (const auto& one : cases) {
    INFO(one.kind << ' ' << one.code);
    CHECK(identifier_valid(one.kind, one.code) == one.valid);
  }
}

} // namespace listingd::mapping
