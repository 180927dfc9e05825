// A record: one product with all its variants, as a source gave it, normalised to Akeneo's shape of values (design
// section 8). Kept as JSON with a typed head, since attributes are the catalogue's own.
#pragma once

#include "model/error.hpp"
#include "model/ids.hpp"

#include <boost/json/value.hpp>
#include <string>
#include <vector>

namespace listingd {

struct record_variant {
  variant_key key;
  bool enabled = true;
  boost::json::object values; ///< the variant's own values; they override the product's
};

struct record {
  product_key key;
  std::string family;
  std::vector<std::string> categories;
  bool enabled = true;
  boost::json::object values; ///< attribute code -> [{locale, scope, data}]
  boost::json::object labels; ///< attribute code -> option code -> locale -> label
  std::vector<std::string> axes;
  std::vector<record_variant> variants;
  std::string digest; ///< of the whole payload but `updated`, key order ignored
};

/// Reads one record; every mistake is named with its path after `where` (file and line, or page and index).
[[nodiscard]] result<record> parse_record(const boost::json::value& payload, const std::string& where);

} // namespace listingd
