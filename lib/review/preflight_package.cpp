// What TikTok refuses in the package, and what the category's rules demand beside attributes. A missing weight, and a
// size that the rules demand, are reported by lib/mapping, which knows the PIM's attribute.
#include "review/preflight_checks.hpp"

#include <array>
#include <spdlog/fmt/fmt.h>

namespace listingd::review {

namespace {

constexpr std::size_t most_certificates = 10;
constexpr int size_places = 2; // since June 2026 in all markets; whole numbers before

struct weight_unit {
  std::string_view name;
  int places;
};
constexpr std::array<weight_unit, 3> weight_units{{{"GRAM", 0}, {"KILOGRAM", 3}, {"POUND", 2}}};

bool any_dimension(const draft& wanted) {
  return !wanted.length.empty() || !wanted.width.empty() || !wanted.height.empty();
}

struct side {
  std::string_view name;
  const std::string& text;
};

/// Where the category's rules demand a size, lib/mapping has said already what of it is missing.
bool missing_is_ours(const inspection& at) {
  return !at.rules.package_dimensions_required;
}

/// Hundredths of the unit, or 0 when the side cannot be used.
std::int64_t check_side(const inspection& at, const side& one) {
  const auto position = "package." + std::string(one.name);
  if (one.text.empty()) {
    if (missing_is_ours(at))
      at.report("dimensions_missing", position, fmt::format("the package has no {}", one.name),
                "Enter length, width and height of the package in the PIM.");
    return 0;
  }
  const auto scaled = scaled_decimal(one.text, size_places);
  if (scaled && *scaled > 0) return *scaled;
  at.report(
      "dimension_invalid", position,
      fmt::format("the {} \"{}\" is not a positive number of at most {} decimals", one.name, one.text, size_places),
      "Correct it in the PIM.");
  return 0;
}

void report_party(const inspection& at, bool demanded, const char* code, const char* position, std::string_view who) {
  if (!demanded) return;
  at.report(code, position,
            fmt::format("the category demands a {} in this market, and listingd cannot send one yet", who),
            fmt::format("List the product in Seller Center with its {}, or choose a category that asks for none.", who),
            {}, actor::shop_owner);
}

} // namespace

void check_weight(const inspection& at) {
  const auto& wanted = at.wanted;
  if (wanted.weight.empty()) return; // lib/mapping's weight_missing
  if (!lists(at.here.weight_units, wanted.weight_unit)) {
    at.report("weight_unit_invalid", "package.weight",
              fmt::format("the unit \"{}\" is not known here, only {}", wanted.weight_unit, at.here.weight_units),
              "Set the unit of weight in the profile.", {}, actor::operator_);
    return;
  }
  int places = 0;
  for (const auto& unit : weight_units)
    if (unit.name == wanted.weight_unit) places = unit.places;
  const auto scaled = scaled_decimal(wanted.weight, places);
  if (!scaled || *scaled <= 0)
    at.report("weight_invalid", "package.weight",
              fmt::format("the weight \"{}\" is not a positive number of at most {} decimals in {}", wanted.weight,
                          places, wanted.weight_unit),
              "Correct it in the PIM.");
}

void check_dimensions(const inspection& at) {
  const auto& wanted = at.wanted;
  if (!any_dimension(wanted)) {
    if (missing_is_ours(at) && !at.here.size_optional)
      at.report("dimensions_missing", "package",
                "the package has no length, width and height, which this market demands",
                "Enter them in the PIM and name their attributes in the profile.");
    return;
  }
  if (!lists(at.here.size_units, wanted.dimension_unit))
    at.report("dimension_unit_invalid", "package",
              fmt::format("the unit \"{}\" is not known here, only {}", wanted.dimension_unit, at.here.size_units),
              "Set the unit of length, width and height in the profile.", {}, actor::operator_);
  std::int64_t sum = 0;
  for (const auto& one : {side{"length", wanted.length}, side{"width", wanted.width}, side{"height", wanted.height}})
    sum += check_side(at, one);
  if (at.here.most_size_sum != 0 && sum > at.here.most_size_sum * 100)
    at.report("package_too_large", "package",
              fmt::format("length, width and height add up to {}, at most {} are carried here", decimal_text(sum, 2),
                          at.here.most_size_sum),
              "Correct the package in the PIM, or do not sell the product here.",
              {{"sum", decimal_text(sum, 2)}, {"most", at.here.most_size_sum}});
}

void check_unit_systems(const inspection& at) {
  const auto& wanted = at.wanted;
  const bool known =
      lists(at.here.weight_units, wanted.weight_unit) && lists(at.here.size_units, wanted.dimension_unit);
  if (!known || !any_dimension(wanted)) return; // an unknown unit is reported already
  const bool imperial_weight = wanted.weight_unit == "POUND", imperial_size = wanted.dimension_unit == "INCH";
  if (imperial_weight != imperial_size)
    at.report("units_mixed", "package",
              fmt::format("the weight is in {} and the size in {}; TikTok wants one system", wanted.weight_unit,
                          wanted.dimension_unit),
              "Set the units in the profile: POUND with INCH, or KILOGRAM with CENTIMETER.", {}, actor::operator_);
}

void check_size_chart(const inspection& at) {
  if (at.rules.size_chart_required && !at.wanted.size_chart)
    at.report("size_chart_missing", "size_chart", "the category demands a size chart",
              "Add a picture of the size chart to the product in the PIM and name its attribute in the profile.");
}

void check_responsible_parties(const inspection& at) {
  report_party(at, at.rules.manufacturer_required, "manufacturer_required", "manufacturer", "manufacturer");
  report_party(at, at.rules.responsible_person_required, "responsible_person_required", "responsible_person",
               "responsible person");
}

void check_certificates(const inspection& at) {
  const auto count = at.wanted.certificates.size();
  if (count > most_certificates)
    at.report("certificates_too_many", "certificates",
              fmt::format("the product has {} certificates, at most {} are allowed", count, most_certificates),
              "Name fewer certificates in the profile.", {{"count", count}, {"most", most_certificates}},
              actor::operator_);
}

} // namespace listingd::review
