// Single records of a feed: as they are now, or gone. For feed.cpp.
#pragma once

#include "pim/feed_client.hpp"
#include "sync/source.hpp"

#include <string>
#include <vector>

namespace listingd::pim {

/// A 404 deletes a product, and a wrong record_url answers nothing else. So the first one of a sweep is believed only
/// when a key that the listing shows gives a record; without a listing a 404 is taken at its word.
class feed_records {
public:
  feed_records(const feed_options& options, feed_client& client) : options_(options), client_(client) {}

  /// A sweep begins: record_url has to prove itself again.
  void doubt();
  /// The listing shows these.
  void shown(const std::vector<product_key>& keys);

  /// True for 404 and 410. What is forbidden is not gone.
  task<result<bool>> is_gone(product_key key);
  /// The record, or its tombstone.
  task<result<sync::source_item>> read(product_key key);

private:
  task<result<feed_answer>> get(product_key key);
  task<result<void>> prove();

  const feed_options& options_;
  feed_client& client_;
  std::vector<product_key> samples_; ///< keys that the listing has shown
  bool proven_ = false;
};

} // namespace listingd::pim
