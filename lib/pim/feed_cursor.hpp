// How far the reading of a feed has come, as the text that is stored with the rows it led to; and what a further page
// does to it. Pure.
#pragma once

#include "model/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace listingd::pim {

/// What a page says about the way on.
struct feed_step {
  std::string next_cursor;
  bool has_more = false;
  std::optional<std::int64_t> ahead; ///< items from this page on
  std::string etag;
};

struct feed_cursor {
  std::string of;                    ///< fingerprint of the address: another feed's cursor means nothing
  std::string next;                  ///< the feed's own cursor; "" = the beginning
  std::string etag;                  ///< of the page that ended the last window
  std::optional<instant> since;      ///< when the last window began that brought something
  std::optional<instant> began;      ///< the window under way; nothing = between two windows
  bool whole = false;                ///< it began at the beginning
  int restarts = 0;                  ///< times that the feed sent it back there (410)
  std::int64_t pages = 0;            ///< of it so far
  std::int64_t items = 0;            ///< of it so far
  int repeats = 0;                   ///< pages of it that led to where it had been before
  std::string mark;                  ///< a place where it has been, to find a circle
  std::optional<std::int64_t> total; ///< items of the whole window, as far as the feed tells

  /// A window begins here when none is under way.
  void begin(instant now);
  /// The window begins once more: the feed no longer knows `next`.
  void restart(instant now);
  /// A page with so many items was read. A window that ends leaves only what the next one needs.
  void advance(const feed_step& page, std::size_t arrived);
  /// Of the window under way, this page included.
  [[nodiscard]] std::optional<std::int64_t> total_with(const feed_step& page) const;

  [[nodiscard]] std::string text() const;
  /// For people: what the window covers.
  [[nodiscard]] std::string window() const;
  bool operator==(const feed_cursor&) const = default;
};

/// The beginning when the text is no cursor of this kind and address: delivering twice is allowed, losing is not.
[[nodiscard]] feed_cursor feed_cursor_from(const std::string& text, const std::string& of);

} // namespace listingd::pim
