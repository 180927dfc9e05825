// Why something happened, in one sentence with its evidence: `why` is a query over these. Written by every use case
// together with what it records.
#pragma once

#include "model/clock.hpp"
#include "model/ids.hpp"

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>

namespace listingd::sync {

struct listing_ref {
  shop_id shop;
  source_name source;
  product_key product;
};

/// Why something happened: `why` is a query over these.
struct note {
  std::string who = "listingd"; ///< listingd | pim | tiktok | operator
  std::string event;            ///< a short word: intake, create, rejected, repaired, verified ...
  std::string message;          ///< one sentence
  boost::json::value evidence;
};

struct stored_note : note {
  std::int64_t id = 0;
  instant at{};
  listing_ref about;
};

} // namespace listingd::sync
