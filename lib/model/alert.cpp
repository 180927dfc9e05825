#include "model/alert.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace listingd {

namespace {

using enum alert_kind;

constexpr std::array names{
    std::pair{needs_reauth, std::string_view{"needs_reauth"}},
    std::pair{consent_ends, std::string_view{"consent_ends"}},
    std::pair{renewal_overdue, std::string_view{"renewal_overdue"}},
    std::pair{missing_scope, std::string_view{"missing_scope"}},
    std::pair{shop_conflict, std::string_view{"shop_conflict"}},
    std::pair{install_waits, std::string_view{"install_waits"}},
    std::pair{clock_skew, std::string_view{"clock_skew"}},
    std::pair{source_failing, std::string_view{"source_failing"}},
    std::pair{source_suspicious, std::string_view{"source_suspicious"}},
    std::pair{sweep_brake, std::string_view{"sweep_brake"}},
};

} // namespace

std::string_view name_of(alert_kind kind) {
  return std::ranges::find(names, kind, &std::pair<alert_kind, std::string_view>::first)->second;
}

std::optional<alert_kind> alert_kind_from(std::string_view name) {
  const auto found = std::ranges::find(names, name, &std::pair<alert_kind, std::string_view>::second);
  return found == names.end() ? std::nullopt : std::optional(found->first);
}

} // namespace listingd
