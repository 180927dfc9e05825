// How far the reading of a folder has come, as the text that is stored with the rows it led to.
#pragma once

#include <cstdint>
#include <string>

namespace listingd::pim {

struct folder_cursor {
  std::string file;          ///< name in processing/; "" = none was read yet
  std::uint64_t offset = 0;  ///< bytes of it that are read
  std::uint64_t line = 0;    ///< lines of it that are read
  std::uint64_t items = 0;   ///< delivered of it,
  std::uint64_t records = 0; ///< those that are no tombstones
  std::uint64_t report = 0;  ///< bytes of its report of rejected lines
  std::string refused;       ///< CSV: further rows of this product are put aside
  bool doubt = false;        ///< CSV: the row before was unusable and may have been one of the next product
  bool end = false;          ///< nothing of it is left to read

  [[nodiscard]] std::string text() const;
  bool operator==(const folder_cursor&) const = default;
};

/// The beginning when the text is no cursor of this kind: delivering twice is allowed, losing is not.
[[nodiscard]] folder_cursor cursor_from(const std::string& text);

} // namespace listingd::pim
