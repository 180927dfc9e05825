// The local checks before any call: what TikTok would refuse, found here first. One table of checks serves submitting,
// plan and reports. What only the record can show (a missing price, an unmapped value) is found by lib/mapping; what
// only the pictures can show by lib/studio.
#pragma once

#include "model/draft.hpp"
#include "model/taxonomy.hpp"
#include "model/violation.hpp"

#include <string_view>
#include <vector>

namespace listingd::review {

/// Violations of origin preflight, in the order of the draft; empty = nothing known that TikTok would refuse.
[[nodiscard]] std::vector<violation> preflight(const draft& wanted, const leaf_rules& rules, std::string_view region);

} // namespace listingd::review
