// Read-back: is what TikTok shows what we sent? Pure. Evens out the differences between requests and answers:
// price.amount against sale_price, category_id against category_chains, "20" against "20.00", grams against kilograms,
// outer white space.
#pragma once

#include "sync/shop.hpp"

namespace listingd::tiktok {

/// Every field of the draft that the live product lacks or shows differently; none when it is true to the draft. Stock
/// is no part of it. Attributes and certificates that TikTok shows beyond the draft do not count: TikTok adds its own.
[[nodiscard]] std::vector<sync::drift> read_back(const draft& wanted, const observed_product& live);

} // namespace listingd::tiktok
