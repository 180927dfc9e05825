// Where a reading of a PIM's database stands, as text that intake stores. Numbers and times stay in PostgreSQL's own
// text: 64 bits and microseconds pass through no double. Used by postgres_log.cpp and postgres_keyset.cpp.
#pragma once

#include "model/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace listingd::pim {

/// Of a change log. Between windows `end` and `full` are empty.
struct log_cursor {
  std::uint64_t xid = 0; ///< of the last row taken; 0 in a log without
  std::int64_t seq = 0;  ///< of the last row taken
  std::int64_t high = 0; ///< log without xid: the highest number ever taken; the overlap goes back from here
  bool in_window = false;
  std::uint64_t end = 0;             ///< the window's: the oldest transaction that was open when it began
  std::optional<std::string> full;   ///< a full reading is under way: the last key of full_sql
  instant began{};                   ///< of the window, by our clock
  std::optional<std::int64_t> total; ///< of the window

  [[nodiscard]] std::string text() const;
  /// Nothing when it is not the cursor of a change log.
  [[nodiscard]] static std::optional<log_cursor> from(const std::string& text);
};

/// Of a keyset. Between windows `end` is empty.
struct keyset_cursor {
  std::string until; ///< the end of the last window; "-infinity" before the first
  std::string end;   ///< of the window under way; "" = none is
  std::string at;    ///< updated_at of the last row taken in it
  std::optional<std::string> id;
  instant began{};
  std::optional<std::int64_t> total;

  [[nodiscard]] std::string text() const;
  [[nodiscard]] static std::optional<keyset_cursor> from(const std::string& text);
};

} // namespace listingd::pim
