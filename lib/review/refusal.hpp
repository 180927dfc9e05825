// From a refused call to violations: what lib/tiktok's table says of the code, with TikTok's own words.
#pragma once

#include "model/error.hpp"
#include "model/violation.hpp"

#include <functional>
#include <string_view>
#include <vector>

namespace listingd::review {

using advice_source = std::function<code_advice(std::string_view code)>;

/// Origin refusal; one violation a refused call.
[[nodiscard]] std::vector<violation> read_refusal(const error& why, const advice_source& advice);
/// Origin refusal; one violation an entry of listing_check.
[[nodiscard]] std::vector<violation> read_check_failures(const std::vector<check_failure>& failures,
                                                         const advice_source& advice);

} // namespace listingd::review
