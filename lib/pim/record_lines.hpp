// NDJSON: from bytes to lines, and from a line to an item of a page or the reason why it is none. No knowledge of
// folders.
#pragma once

#include "pim/file_entries.hpp"
#include "pim/open_file.hpp"

#include <memory>
#include <optional>
#include <string>

namespace listingd::pim {

/// Lines of a file from a place where one begins, in bounded memory whatever the file holds.
class line_reader {
public:
  line_reader(const open_file& file, std::uint64_t offset, std::uint64_t lines_before, std::size_t longest)
      : file_(file), offset_(offset), number_(lines_before), longest_(longest) {}

  /// The next line that has an ending; nothing at the end of the file.
  [[nodiscard]] std::optional<text_line> next();
  /// After next() gave nothing: what stands behind the last line ending, if anything.
  [[nodiscard]] std::optional<text_line> rest();

  [[nodiscard]] std::uint64_t offset() const { return offset_; } ///< where the next line begins
  [[nodiscard]] std::uint64_t number() const { return number_; } ///< of the last line given

private:
  text_line given(std::size_t ending);
  const open_file& file_;
  std::uint64_t offset_;
  std::uint64_t number_;
  std::size_t longest_;
  std::string pending_;       ///< the beginning of the next line, at most longest_ bytes and a chunk
  std::uint64_t dropped_ = 0; ///< bytes of a too long line that were read and not kept
};

/// True when the line holds nothing but white space: skipped without a word. Call after trim().
[[nodiscard]] bool is_blank(const text_line& line);
/// Takes off a byte order mark before the first line.
void drop_byte_order_mark(text_line& line);
/// ... and a carriage return at the end.
void trim(text_line& line);

/// Says that a product is gone.
[[nodiscard]] result<sync::source_item> tombstone(std::string key, const std::string& where);

/// The record or tombstone on the line. The error's `where` is "file:line"; its message says what is wrong.
[[nodiscard]] result<sync::source_item> read_item(const text_line& line, const std::string& file);

/// The records of an NDJSON file.
[[nodiscard]] std::unique_ptr<file_entries> entries_of_lines(const open_file& file, std::string name,
                                                             const folder_cursor& from, std::size_t longest);

/// The line as an entry of the report of rejected lines: {"line", "reason", "text"}, or "base64" for what is not UTF-8;
/// "cut" says that the line was too long to be repeated whole. Ends in a line feed.
[[nodiscard]] std::string report_entry(const text_line& line, const std::string& reason);

[[nodiscard]] bool is_utf8(std::string_view text);

} // namespace listingd::pim
