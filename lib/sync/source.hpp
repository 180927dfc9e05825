// Port `source`: a PIM connection that yields changes. Implemented by the kinds in lib/pim, driven by intake; every
// kind passes the same conformance tests (tests/sources). A source keeps no state that a restart would lose: where it
// stands is its cursor, which intake stores with the rows.
#pragma once

#include "async/run.hpp"
#include "model/error.hpp"
#include "model/ids.hpp"

#include <boost/json/value.hpp>
#include <cstdint>
#include <memory>
#include <optional>
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

/// A part of a window: what was changed between two moments, or everything. A window may be many pages; the cursor of a
/// page inside it leads to the next page, and only the last one's moves the source's watermark.
struct source_page {
  std::vector<source_item> items;
  std::vector<error> rejected;       ///< what could not be read at all; put aside by the source, reported by intake
  std::string cursor;                ///< where the next read starts; opaque to everyone but the source
  bool more = false;                 ///< the window goes on: another page can be read at once
  instant read_started{};            ///< the version of the items: before the first request that they were made of
  bool sweep_complete = false;       ///< this page ends a full listing: products not seen since read_started are gone
  std::string window;                ///< for people: what this reading covers
  std::optional<std::int64_t> total; ///< items of the whole window, as far as the source can tell
  std::optional<instant> watermark;  ///< on the last page: every change before this moment has been delivered
};

/// A part of a listing of all keys.
struct key_page {
  std::vector<product_key> keys;
  std::string cursor;     ///< where the next page starts; opaque
  bool more = false;      ///< the listing goes on
  instant read_started{}; ///< before its request
};

/// A picture or document behind a reference of a record.
struct fetched_media {
  bool unchanged = false; ///< the validator still holds; bytes are empty
  std::string bytes;
  std::string validator; ///< ETag, or modification time and size; opaque
};

/// What a kind can do beside reading changes.
struct source_abilities {
  bool rereads = true;     ///< read("") delivers everything once more, beside a stream of changes that goes on
  bool lists_keys = false; ///< keys() and is_gone(): for sources without tombstones
  bool reads_one = false;  ///< read_one()
};

class source {
public:
  virtual ~source() = default;
  [[nodiscard]] virtual const source_name& name() const = 0;
  /// "folder", "akeneo" ...
  [[nodiscard]] virtual std::string_view kind() const = 0;
  [[nodiscard]] virtual source_abilities abilities() const = 0;

  /// The next page after `cursor` ("" = from the beginning: everything). Delivering an item twice is allowed, losing
  /// one is not. Errors: retry (the network, the PIM's trouble; retry_after as it asked), needs_human (credentials,
  /// permissions, the PIM's answer makes no sense: tell a person, try again seldom).
  virtual task<result<source_page>> read(std::string cursor) = 0;

  /// Called once the page that ended at `cursor` is committed: now a file may move to done/, an offset may be
  /// forgotten.
  virtual task<void> committed(std::string cursor) = 0;

  /// The next page of all keys that the source shows ("" = the first).
  virtual task<result<key_page>> keys(std::string cursor);
  /// Whether the source says that it no longer has the product; asked of each that a listing lacked. What a lost
  /// permission or a filter hides is an error or false, never true.
  virtual task<result<bool>> is_gone(product_key key);
  /// The product as it is now, or its tombstone.
  virtual task<result<source_item>> read_one(product_key key);

  /// True when something may have changed since the last read; asked often, so it costs next to nothing.
  [[nodiscard]] virtual bool stirred() { return false; }

  /// The bytes behind a media reference; `validator` is what the last fetch returned ("" = none). A reference that
  /// does not exist is fix_data/media_missing; one that must not be fetched is fix_data/media_refused.
  virtual task<result<fetched_media>> fetch_media(std::string ref, std::string validator) = 0;
};

} // namespace listingd::sync
