// A feed's answers, from JSON to items. What makes no sense as a whole is an error of kind needs_human, code
// answer_invalid, that names its path; what is wrong with one item puts that item aside. No knowledge of HTTP.
#pragma once

#include "pim/feed_cursor.hpp"
#include "sync/source.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace listingd::pim {

struct feed_page {
  std::vector<sync::source_item> items;
  std::vector<error> rejected; ///< where: "page 3 records[7] the-key values.name"
  feed_step step;              ///< without the ETag
};

/// A page of changes. `from` is the address for errors, `number` the page's in its window, from 1.
[[nodiscard]] result<feed_page> read_feed_page(std::string_view body, const std::string& from, std::int64_t number);

struct feed_keys {
  std::vector<product_key> keys;
  feed_step step;
};

/// A page of the listing of keys. One key that makes no sense spoils it: who counts on it must know all.
[[nodiscard]] result<feed_keys> read_feed_keys(std::string_view body, const std::string& from);

/// The one record that was asked for by its key.
[[nodiscard]] result<sync::source_item> read_feed_record(std::string_view body, const std::string& from,
                                                         const product_key& key);

} // namespace listingd::pim
