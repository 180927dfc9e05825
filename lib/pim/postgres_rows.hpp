// A row of the PIM's database as an item of a page. Used by the readers and by postgres.cpp.
#pragma once

#include "pim/pq.hpp"
#include "sync/source.hpp"

#include <string>

namespace listingd::pim {

struct changed_row {
  std::string where; ///< for messages: the option and the row's place
  pq::text key;
  bool deleted = false;
  pq::text payload;
};

/// Without outer white space, as a record's key is read; "" for null.
[[nodiscard]] std::string key_of(const pq::text& value);

/// fix_data with the row's place: no key (key_missing), no record (payload_missing), a record that is larger than
/// `largest` bytes (record_too_large), no JSON (json_invalid), or has another key than its row (key_mismatch): then a
/// tombstone would not find it.
[[nodiscard]] result<sync::source_item> item_of(const changed_row& row, std::size_t largest);

/// The item, or why there is none, into the page.
void add_row(sync::source_page& page, const changed_row& row, std::size_t largest);

} // namespace listingd::pim
