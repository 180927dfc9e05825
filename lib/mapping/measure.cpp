#include "mapping/measure.hpp"

#include "mapping/nearest.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <spdlog/fmt/fmt.h>

namespace listingd::mapping {

namespace {

enum class quantity { weight, length, volume, energy };

struct unit_row {
  std::string_view name; ///< as Akeneo's measurement families spell it
  std::string_view symbol;
  quantity what;
  double base; ///< in grams, centimetres, millilitres, watt-hours
};

constexpr std::array<unit_row, 21> units = {{
    {"MILLIGRAM", "mg", quantity::weight, 0.001},
    {"GRAM", "g", quantity::weight, 1},
    {"KILOGRAM", "kg", quantity::weight, 1000},
    {"TON", "t", quantity::weight, 1'000'000},
    {"OUNCE", "oz", quantity::weight, 28.349523125},
    {"POUND", "lb", quantity::weight, 453.59237},
    {"MILLIMETER", "mm", quantity::length, 0.1},
    {"CENTIMETER", "cm", quantity::length, 1},
    {"DECIMETER", "dm", quantity::length, 10},
    {"METER", "m", quantity::length, 100},
    {"INCH", "in", quantity::length, 2.54},
    {"FEET", "ft", quantity::length, 30.48},
    {"FOOT", "ft", quantity::length, 30.48},
    {"YARD", "yd", quantity::length, 91.44},
    {"MILLILITER", "ml", quantity::volume, 1},
    {"CENTILITER", "cl", quantity::volume, 10},
    {"LITER", "l", quantity::volume, 1000},
    {"FLUID_OUNCE", "fl oz", quantity::volume, 29.5735295625},
    {"WATTHOUR", "Wh", quantity::energy, 1},
    {"KILOWATTHOUR", "kWh", quantity::energy, 1000},
    {"MILLIWATTHOUR", "mWh", quantity::energy, 0.001},
}};

const unit_row* row_of(std::string_view text) {
  const auto wanted = folded(text);
  for (const auto& row : units)
    if (wanted == folded(row.name) || wanted == folded(row.symbol)) return &row;
  return nullptr;
}

constexpr double hair = 1e-9; // what a double loses in a conversion must not cost a whole unit

bool digits_only(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// The sum of digits weighted 3, 1, 3 ... from the right must end in 0 (GS1).
bool gs1_check(std::string_view digits) {
  int sum = 0, weight = 1;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    sum += (*digit - '0') * weight;
    weight = 4 - weight;
  }
  return sum % 10 == 0;
}

bool isbn10_check(std::string_view code) {
  if (code.size() != 10 || !digits_only(code.substr(0, 9))) return false;
  int sum = 0;
  for (int i = 0; i < 9; ++i) sum += (code[static_cast<std::size_t>(i)] - '0') * (10 - i);
  const char last = code[9];
  if (last != 'X' && (last < '0' || last > '9')) return false;
  return (sum + (last == 'X' ? 10 : last - '0')) % 11 == 0;
}

} // namespace

std::string unit_named(std::string_view text) {
  const auto* row = row_of(text);
  return row == nullptr ? std::string{} : std::string(row->name);
}

bool is_weight_unit(std::string_view unit) {
  const auto* row = row_of(unit);
  return row != nullptr && row->what == quantity::weight;
}

bool is_length_unit(std::string_view unit) {
  const auto* row = row_of(unit);
  return row != nullptr && row->what == quantity::length;
}

std::string symbol_of(std::string_view unit) {
  const auto* row = row_of(unit);
  return row == nullptr ? folded(unit) : std::string(row->symbol);
}

std::optional<double> decimal(std::string_view text) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (problem != std::errc{} || end != text.data() + text.size() || !std::isfinite(value) || std::signbit(value))
    return std::nullopt;
  return value;
}

std::optional<double> converted(double amount, std::string_view from, std::string_view to) {
  const auto* source = row_of(from);
  const auto* target = row_of(to);
  if (source == nullptr || target == nullptr || source->what != target->what) return std::nullopt;
  return source == target ? amount : amount * source->base / target->base;
}

std::string number_text(double amount, int decimals) {
  auto text = fmt::format("{:.{}f}", amount, decimals);
  if (text.find('.') == std::string::npos) return text;
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string weight_text(double amount, std::string_view unit) {
  const int decimals = unit == "KILOGRAM" ? 3 : unit == "POUND" ? 2 : 0;
  const double step = std::pow(10.0, decimals);
  return number_text(std::max(1.0, std::floor(amount * step + 0.5 + hair)) / step, decimals);
}

std::string length_text(double amount) {
  return number_text(std::max(1.0, std::ceil(amount - hair)), 0);
}

money_text money(std::string_view amount, std::string_view currency) {
  const auto dot = amount.find('.');
  auto whole = std::string(amount.substr(0, dot));
  auto cents = dot == std::string_view::npos ? std::string{} : std::string(amount.substr(dot + 1));
  if (!digits_only(whole) || (dot != std::string_view::npos && !digits_only(cents)) || whole.size() > 12)
    return {{}, money_problem::not_a_number};
  while (whole.size() > 1 && whole.front() == '0') whole.erase(0, 1);
  while (cents.ends_with('0')) cents.pop_back();
  const std::size_t decimals = currency == "JPY" || currency == "IDR" || currency == "VND" ? 0 : 2;
  if (whole == "0" && cents.empty()) return {{}, money_problem::not_positive};
  if (cents.size() > decimals) return {{}, money_problem::too_many_decimals};
  cents.resize(decimals, '0');
  return {cents.empty() ? whole : whole + '.' + cents, money_problem::none};
}

bool identifier_valid(std::string_view kind, std::string_view code) {
  if (kind == "ISBN" && code.size() == 10) return isbn10_check(code);
  if (!digits_only(code) || !gs1_check(code)) return false;
  const auto size = code.size();
  if (kind == "GTIN") return size == 14;
  if (kind == "EAN") return size == 8 || size == 13 || size == 14;
  if (kind == "UPC") return size == 12;
  if (kind == "JAN") return size == 8 || size == 13;
  return kind == "ISBN" && size == 13;
}

} // namespace listingd::mapping
