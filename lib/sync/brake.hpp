// The brake on deletions: what a full listing or a sweep may take for deleted. A lost permission or a changed filter
// looks exactly like a mass deletion.
#pragma once

#include <cstdint>
#include <string>

namespace listingd::sync {

/// More than a third of the known products, or all of them; of a small catalogue five may always go.
[[nodiscard]] constexpr bool too_many_gone(std::int64_t gone, std::int64_t known) {
  constexpr std::int64_t always_allowed = 5;
  return gone > 0 && (gone == known || (gone > always_allowed && gone * 3 > known));
}

[[nodiscard]] inline std::string brake_message(std::int64_t gone, std::int64_t known) {
  return "a full listing lacks " + std::to_string(gone) + " of " + std::to_string(known) +
         " products; none is treated as deleted";
}

} // namespace listingd::sync
