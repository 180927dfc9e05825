// CSV: from bytes to rows of cells, by libcsv held to RFC 4180, in bounded memory and with the place of every row. The
// library is fed line by line, so that a row's end is a line's end and a later reading can begin there. No knowledge of
// records.
#pragma once

#include "pim/record_lines.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace listingd::pim {

struct csv_row {
  text_line source;         ///< number of its first line; its lines as they stand in the file
  std::uint64_t offset = 0; ///< of its first byte
  std::vector<std::string> cells;
  std::string problem; ///< why it is no row; empty when it is one
};

/// Rows of a file from a place where one begins. Cells are separated by `separator`, lines end with LF or CRLF. A row
/// is put aside when it is longer than `longest` bytes, holds a NUL byte or what is no UTF-8, or has a quote where none
/// may stand. Of a row whose quotes are wrong only the first line is given: a lost quote must not swallow the rows
/// behind it.
class csv_rows {
public:
  csv_rows(const open_file& file, std::uint64_t offset, std::uint64_t lines_before, char separator, std::size_t longest)
      : file_(file), separator_(separator), longest_(longest) {
    stand_at(offset, lines_before);
  }

  /// The next row that is complete; rows without any text are skipped. Nothing at the end of the file, where the place
  /// is that of the row that has only begun.
  [[nodiscard]] std::optional<csv_row> next();
  /// From now on what stands behind the last line ending is a row, too.
  void file_has_ended() { ended_ = true; }

  [[nodiscard]] std::uint64_t offset() const { return lines_->offset(); } ///< where the next row begins
  [[nodiscard]] std::uint64_t lines() const { return lines_->number(); }  ///< before it

private:
  void stand_at(std::uint64_t offset, std::uint64_t lines_before) {
    lines_.emplace(file_, offset, lines_before, longest_);
  }
  /// A physical line; `ending` says whether it had one.
  std::optional<text_line> read_line(bool& ending);
  /// Reads the row that begins with `line` to its end; false when the file ends first.
  bool complete(csv_row& row, bool ending);

  const open_file& file_;
  char separator_;
  std::size_t longest_;
  bool ended_ = false;
  std::optional<line_reader> lines_;
};

} // namespace listingd::pim
