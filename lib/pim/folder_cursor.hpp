// How far the reading of a folder has come, as the text that is stored with the rows it led to.
#pragma once

#include <cstdint>
#include <string>

namespace listingd::pim {

struct folder_cursor {
  std::string file;          ///< name in processing/; "" = none was read yet
  std::uint64_t offset = 0;  ///< bytes of it that are read
  std::uint64_t line = 0;    ///< lines of it that are read
  std::uint64_t records = 0; ///< products among them
  std::uint64_t report = 0;  ///< bytes of its report of rejected lines
  bool end = false;          ///< nothing of it is left to read

  [[nodiscard]] std::string text() const;
  bool operator==(const folder_cursor&) const = default;
};

/// The beginning when the text is no cursor of this kind: delivering twice is allowed, losing is not.
[[nodiscard]] folder_cursor cursor_from(const std::string& text);

} // namespace listingd::pim
