// Answers of Get Product and Search Products as what the house knows. Pure and tolerant: ids as text or number, missing
// fields, unknown states kept raw.
#pragma once

#include "model/listing.hpp"

#include <boost/json/value.hpp>
#include <vector>

namespace listingd::tiktok {

/// `data` of Get Product.
[[nodiscard]] observed_product observed_from(const boost::json::value& data);
/// One of `data.products[]` of Search Products.
[[nodiscard]] found_product found_from(const boost::json::value& row);
/// `skus[]` of any answer.
[[nodiscard]] std::vector<observed_sku> skus_from(const boost::json::value& data);

} // namespace listingd::tiktok
