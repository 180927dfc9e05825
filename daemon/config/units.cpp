#include "config/units.hpp"

#include <charconv>
#include <cstdint>

namespace listingd::config {

namespace {

struct unit {
  std::string_view name;
  std::int64_t milliseconds;
};

constexpr unit units[] = {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr std::int64_t longest = 366LL * 86'400'000;

} // namespace

std::optional<duration> duration_from(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || number < 0) return std::nullopt;
  auto name = text.substr(static_cast<std::size_t>(end - text.data()));
  if (name.starts_with(' ')) name.remove_prefix(1);
  for (const auto& one : units)
    if (one.name == name && number <= longest / one.milliseconds) return duration{number * one.milliseconds};
  return std::nullopt;
}

} // namespace listingd::config
