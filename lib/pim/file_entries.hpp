// What a dropped file holds, entry by entry, whatever its format: NDJSON lines (record_lines.hpp) or the products of a
// CSV file (csv_products.hpp). Read by file_page.cpp.
#pragma once

#include "pim/folder_cursor.hpp"
#include "sync/source.hpp"

#include <string>
#include <vector>

namespace listingd::pim {

struct text_line {
  std::uint64_t number = 0; ///< from 1
  std::string text;         ///< without its ending; only the beginning when it is too long
  bool too_long = false;
};

/// An item, or why it is none; and the text it came from, for the report.
struct file_entry {
  result<sync::source_item> item;
  text_line source;
};

class file_entries {
public:
  virtual ~file_entries() = default;
  /// The next entry, or several that cannot be told apart by a place between them; empty when the file holds no further
  /// complete one. An error says that the file as a whole cannot be used.
  virtual result<std::vector<file_entry>> next() = 0;
  /// After next() gave nothing: nobody will add to the file, so what stands at its end is complete.
  virtual void file_has_ended() = 0;
  /// Sets where reading goes on after the entries given so far.
  virtual void mark(folder_cursor& at) const = 0;
};

} // namespace listingd::pim
