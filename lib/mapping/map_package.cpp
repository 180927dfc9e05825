#include "mapping/assembly.hpp"
#include "mapping/measure.hpp"
#include "mapping/nearest.hpp"
#include "model/json.hpp"

#include <array>
#include <spdlog/fmt/fmt.h>

namespace listingd::mapping {

namespace {

/// Weight or one side of the package.
struct quantity_row {
  std::string_view field;            ///< position below "package"
  std::string_view missing, invalid; ///< codes of its violations, those of preflight
  std::string_view fallback;         ///< unit when the profile names none
  bool (*fits)(std::string_view unit);
};
constexpr quantity_row weight_row{"weight", "weight_missing", "weight_invalid", "KILOGRAM", is_weight_unit};

struct side_row {
  quantity_row row;
  std::optional<value_rule> profile::* rule;
  std::string draft::* into;
};
constexpr std::array sides{
    side_row{{"length", "dimensions_missing", "dimension_invalid", "CENTIMETER", is_length_unit},
             &profile::length,
             &draft::length},
    side_row{{"width", "dimensions_missing", "dimension_invalid", "CENTIMETER", is_length_unit},
             &profile::width,
             &draft::width},
    side_row{{"height", "dimensions_missing", "dimension_invalid", "CENTIMETER", is_length_unit},
             &profile::height,
             &draft::height},
};

std::string unit_of(const quantity_row& row, const value_rule& rule) {
  return rule.unit.empty() ? std::string(row.fallback) : rule.unit;
}

/// The amount in the profile's unit; a bare number is in that unit already.
std::expected<double, std::string> amount_in(const json::value& data, const quantity_row& row,
                                             const std::string& unit) {
  const auto measure = measurement_of(data);
  const auto text = measure ? std::optional(measure->amount) : plain_text(data);
  if (!text)
    return std::unexpected("holds " + std::string(kind_of(data)) + " where an amount with its unit is expected");
  const auto amount = decimal(*text);
  if (!amount || *amount <= 0) return std::unexpected("holds '" + *text + "', which is not a number above 0");
  if (!measure) return *amount;
  const auto from = unit_named(measure->unit);
  if (from.empty() || !row.fits(from))
    return std::unexpected(
        fmt::format("is in '{}', which is no unit of {}", measure->unit, row.fits("GRAM") ? "weight" : "length"));
  return converted(*amount, from, unit).value_or(*amount);
}

/// The product's own; where only the variants have one, the largest, since every variant travels in this package.
std::expected<std::optional<double>, std::string> largest(const assembly& at, const quantity_row& row,
                                                          const value_rule& rule) {
  const auto unit = unit_of(row, rule);
  const auto own = at.product.read(rule);
  if (!own) return std::unexpected(own.error());
  std::vector<json::value> all;
  if (*own)
    all.push_back(**own);
  else
    for (const auto& one : at.product.variants())
      if (const auto data = rule.attribute.empty() ? nullptr : one.own(rule.attribute)) all.push_back(*data);
  std::optional<double> most;
  for (const auto& data : all) {
    const auto amount = amount_in(data, row, unit);
    if (!amount) return std::unexpected(amount.error());
    if (!most || *amount > *most) most = *amount;
  }
  return most;
}

violation missing(const assembly& at, const quantity_row& row, const std::optional<value_rule>& rule) {
  const auto name =
      row.field == "weight" ? std::string("the package weight") : fmt::format("the package {}", row.field);
  violation out{.klass = "package", .code = std::string(row.missing), .position = fmt::format("package.{}", row.field)};
  if (rule) {
    out.reason = fmt::format("TikTok needs {}, and {}.", name, at.product.why_nothing(*rule));
    out.suggestion = fix_of("Fill", *rule, at.in.profile) + ", with its unit.";
    out.who = owner_of(*rule);
  } else {
    out.reason = fmt::format("TikTok needs {} in this category, and the profile names no attribute for it.", name);
    out.suggestion =
        fmt::format("Add {} = {{ attribute = \"...\" }} to [fields] of {}.", row.field, at.in.profile.file);
    out.who = actor::operator_;
  }
  return out;
}

std::optional<double> measured(assembly& at, const quantity_row& row, const std::optional<value_rule>& rule,
                               bool required) {
  if (!rule) {
    if (required) at.found.push_back(missing(at, row, rule));
    return std::nullopt;
  }
  const auto amount = largest(at, row, *rule);
  if (!amount)
    at.found.push_back(
        {.klass = "package",
         .code = std::string(row.invalid),
         .position = fmt::format("package.{}", row.field),
         .reason = rule->source_text() + ' ' + amount.error() + '.',
         .suggestion = fix_of("Correct", *rule, at.in.profile) + ": an amount above 0 with a known unit.",
         .who = owner_of(*rule)});
  else if (!*amount && required)
    at.found.push_back(missing(at, row, rule));
  return amount ? *amount : std::nullopt;
}

} // namespace

void map_package(assembly& at) {
  const auto& by = at.in.profile;
  if (const auto weight = measured(at, weight_row, by.weight, true)) {
    at.out.weight_unit = unit_of(weight_row, *by.weight);
    at.out.weight = weight_text(*weight, at.out.weight_unit);
  }
  for (const auto& side : sides) {
    const auto& rule = by.*side.rule;
    const auto length = measured(at, side.row, rule, at.in.rules.package_dimensions_required);
    if (!length) continue;
    const auto unit = unit_of(side.row, *rule);
    if (at.out.dimension_unit.empty()) at.out.dimension_unit = unit;
    // the three sides share one unit on the wire
    at.out.*side.into = length_text(converted(*length, unit, at.out.dimension_unit).value_or(*length));
  }
}

} // namespace listingd::mapping
