// Port `source`: a PIM connection that yields changes. Implemented by the kinds in lib/pim, driven by intake; every
// kind must pass the same conformance tests.
#pragma once

#include "async/run.hpp"
#include "model/error.hpp"
#include "model/ids.hpp"

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <vector>

namespace listingd::sync {

/// One change as the source gave it.
struct source_item {
  std::string where;          ///< file:line or page and index, for messages
  bool deleted = false;       ///< a tombstone: key is set, payload is not
  product_key key;            ///< only for tombstones; an upsert carries its key in the payload
  boost::json::value payload; ///< a record (design section 8), not yet checked
};

struct source_page {
  std::vector<source_item> items;
  std::vector<error> rejected; ///< what could not be read at all; put aside by the source, reported by intake
  std::string cursor;          ///< where the next read starts; opaque to everyone but the source
  bool more = false;           ///< another page can be read at once
  instant read_started{};      ///< the version of every item: when this reading (of the whole window) began
  bool sweep_complete = false; ///< this page ends a full listing: products not seen since read_started are gone
};

/// A picture or document behind a reference of a record.
struct fetched_media {
  bool unchanged = false; ///< the validator still holds; bytes are empty
  std::string bytes;
  std::string validator; ///< ETag, or modification time and size; opaque
};

class source {
public:
  virtual ~source() = default;
  [[nodiscard]] virtual const source_name& name() const = 0;

  /// The next page after `cursor` ("" = from the beginning). Delivering an item twice is allowed, losing one is not.
  virtual task<result<source_page>> read(std::string cursor) = 0;

  /// Called once the page that ended at `cursor` is committed: now a file may move to done/, an offset may be
  /// forgotten.
  virtual task<void> committed(std::string cursor) = 0;

  /// The bytes behind a media reference; `validator` is what the last fetch returned ("" = none). A reference that
  /// does not exist is fix_data/media_missing; one that must not be fetched is fix_data/media_refused.
  virtual task<result<fetched_media>> fetch_media(std::string ref, std::string validator) = 0;
};

} // namespace listingd::sync
