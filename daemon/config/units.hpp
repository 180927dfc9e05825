// Times as people write them in the configuration: "500ms", "60s", "2m", "24h".
#pragma once

#include "model/clock.hpp"

#include <optional>
#include <string_view>

namespace listingd::config {

/// ms, s, m, h or d after a whole number; nothing when it is not that or does not fit a year.
[[nodiscard]] std::optional<duration> duration_from(std::string_view text);

} // namespace listingd::config
