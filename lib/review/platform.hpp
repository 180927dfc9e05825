// What TikTok itself holds up or has taken down, with the fix: states that only a person in Seller Center can change.
#pragma once

#include "model/listing.hpp"
#include "model/violation.hpp"

#include <vector>

namespace listingd::review {

/// Origin platform: one violation for each reason of a pre-approval (Get Product, audit.pre_approved_reasons), and for
/// a product that is frozen or taken down. Empty when TikTok holds up nothing.
[[nodiscard]] std::vector<violation> read_platform(const observed_product& seen);

} // namespace listingd::review
