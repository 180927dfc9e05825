// The part of port `store` that takes in what sources deliver: windows of changes with their cursor in one transaction,
// a full reading and a sweep beside them, and what operators ask for. Each function is one short transaction.
#pragma once

#include "async/run.hpp"
#include "model/ids.hpp"
#include "sync/note.hpp"

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace listingd::sync {

struct intake_item {
  product_key key;
  std::optional<boost::json::value> payload; ///< nothing = deleted
  std::string digest;
  std::string where; ///< file and line, or page and index: told by `why`
};

struct intake_outcome {
  int changed = 0, unchanged = 0, deleted = 0;
  std::string brake;       ///< not empty: a sweep would have deleted too many and deleted nothing
  bool lease_lost = false; ///< another instance reads the source: nothing was written
};

/// What a page is of: the two readings that may be under way at once, or single products beside both.
enum class stream { changes, full, beside };

struct page_commit {
  stream from = stream::changes;
  std::vector<intake_item> items;
  std::vector<note> notes; ///< about the source: what was put aside
  instant version{};       ///< of the items
  std::string cursor;
  bool more = false;           ///< the window goes on
  bool sweep_complete = false; ///< a full listing ends: what was not seen since `version` is gone
  std::string window;
  std::optional<std::int64_t> total;
  std::optional<instant> watermark;
};

/// A source leased for reading, and what is under way on it.
struct source_lease {
  std::string token;
  std::string cursor;                     ///< of the changes
  bool first = false;                     ///< no window has been read whole yet
  std::optional<std::string> full_cursor; ///< of the full reading, when one is under way
  std::optional<std::string> sweep_cursor;
  instant sweep_began{};
  std::optional<instant> swept_at;       ///< the last whole sweep
  std::vector<product_key> wanted;       ///< asked for by an operator
  int failures = 0;                      ///< readings in a row that failed
  std::int64_t items_of_last_window = 0; ///< how many items the last whole window had
};

/// What a sweep found at its end.
struct sweep_candidates {
  std::vector<product_key> missing; ///< known, and not shown; at most `most`
  std::int64_t all = 0;             ///< how many are missing
  std::int64_t known = 0;
};

/// A source as people see it.
struct source_status {
  source_name name;
  std::string kind, cursor, last_error;
  std::optional<instant> last_read_at, watermark, failing_since;
  int failures = 0;
  std::string window; ///< under way; empty = none
  std::optional<instant> window_began;
  std::int64_t window_items = 0;
  std::optional<std::int64_t> window_total;
  boost::json::value last_window; ///< {"window", "began_at", "ended_at", "items", "changed"}
  bool full_under_way = false, full_requested = false;
  std::optional<instant> full_began, full_ended;
  std::int64_t full_items = 0;
  std::optional<std::int64_t> full_total;
  bool sweep_under_way = false;
  std::int64_t sweep_items = 0;
  std::optional<instant> swept_at;
  std::string sweep_result;
  std::int64_t products = 0;
};

class source_store {
public:
  virtual ~source_store() = default;

  /// Leases a source for reading; nothing when another instance holds it. Creates its row when new.
  virtual task<std::optional<source_lease>> lease_source(source_name source, std::string kind, std::string token,
                                                         duration lease) = 0;
  /// Commits a page while the lease is ours: products whose digest is new and whose version is not older than what is
  /// known, their listings (one per shop of the source) made due, and the cursor, together. A full listing that ends
  /// deletes what it lacked, unless that were more than a third of those known, or all of them (the brake; of a small
  /// catalogue five may always go).
  virtual task<intake_outcome> commit_page(source_name source, std::string token, std::vector<shop_id> shops,
                                           page_commit page) = 0;
  virtual task<void> source_failed(source_name source, std::string problem, instant now) = 0;
  virtual task<void> source_recovered(source_name source) = 0;

  /// Notes that these keys are shown; returns those that are not known as living products. `cursor` leads on, nothing
  /// when the listing has ended.
  virtual task<std::vector<product_key>> commit_keys(source_name source, std::string token,
                                                     std::vector<product_key> keys, std::string cursor,
                                                     instant seen) = 0;
  /// What the sweep that began then has not seen.
  virtual task<sweep_candidates> missing_since(source_name source, instant began, int most) = 0;
  virtual task<void> begin_sweep(source_name source, std::string token, instant now) = 0;
  virtual task<void> end_sweep(source_name source, std::string token, std::string result, instant now) = 0;

  virtual task<void> request_read(source_name source, bool full) = 0;
  virtual task<void> request_product(source_name source, product_key product) = 0;
  /// True once per request.
  virtual task<bool> take_read_request(source_name source) = 0;
  /// The operator's wish is done.
  virtual task<void> product_read(source_name source, product_key product) = 0;

  virtual task<std::vector<source_status>> sources() = 0;
  /// Living products of a source.
  virtual task<std::int64_t> count_products(source_name source) = 0;
  /// The last notes about the source itself, newest first: what was put aside and why.
  virtual task<std::vector<stored_note>> notes_of_source(source_name source, int most) = 0;
};

} // namespace listingd::sync
