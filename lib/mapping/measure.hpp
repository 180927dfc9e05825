// Weights, lengths and amounts as decimal text: parsed, converted, rounded the way TikTok takes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace listingd::mapping {

/// The unit's own name in capitals ("kg" and "KILOGRAM" -> "KILOGRAM"), or "" when it is not known.
[[nodiscard]] std::string unit_named(std::string_view text);
[[nodiscard]] bool is_weight_unit(std::string_view unit);
[[nodiscard]] bool is_length_unit(std::string_view unit);
/// "kg", "cm", "Wh": how a person writes it. The unit itself, lower case, when there is no shorter way.
[[nodiscard]] std::string symbol_of(std::string_view unit);

/// Plain decimal text ("12.50", never "1.25E1") as a number; nothing for anything else or when negative.
[[nodiscard]] std::optional<double> decimal(std::string_view text);

/// Nothing when the units do not measure the same thing.
[[nodiscard]] std::optional<double> converted(double amount, std::string_view from, std::string_view to);

/// GRAM whole, KILOGRAM three decimals, POUND two (Create, package_weight); nearest, but never zero.
[[nodiscard]] std::string weight_text(double amount, std::string_view unit);
/// Whole units, rounded up (Create, package_dimensions: valid under both readings of the reference).
[[nodiscard]] std::string length_text(double amount);
/// At most `decimals` decimals, without trailing zeros.
[[nodiscard]] std::string number_text(double amount, int decimals);

enum class money_problem { none, not_a_number, not_positive, too_many_decimals };
struct money_text {
  std::string amount;
  money_problem problem = money_problem::none;
};
/// "19.9" -> "19.90" for USD, "1999.00" -> "1999" for JPY, IDR and VND. Money is never rounded: decimals that the
/// currency does not have, other than zeros, are a problem. Works on text only.
[[nodiscard]] money_text money(std::string_view amount, std::string_view currency);

/// True when the digits are a valid code of the kind (GTIN 14; EAN 8, 13, 14; UPC 12; ISBN 13 or 10; JAN 8, 13) and the
/// check digit is right. Create, identifier_code.
[[nodiscard]] bool identifier_valid(std::string_view kind, std::string_view code);

} // namespace listingd::mapping
