// One page of one file: entries until the page is full or the file's end, the rejected ones into the file's report.
// Used by folder.cpp, on the pool.
#pragma once

#include "pim/drop_folder.hpp"
#include "pim/folder.hpp"
#include "pim/folder_cursor.hpp"

#include <optional>
#include <string>

namespace listingd::pim {

struct file_page {
  sync::source_page page;
  std::optional<instant> look_again; ///< the file is still being written: not before then can there be more
};

/// Reads on from `from`. An error says that the file as a whole cannot be used. Problems of the file itself are
/// std::system_error, those of what lies beside it (report, unpacked content) std::filesystem::filesystem_error.
[[nodiscard]] result<file_page> read_file_page(const folder_options& options, instant now, const taken_file& file,
                                               folder_cursor from);

/// A file's name for messages: it may hold anything.
[[nodiscard]] std::string printable(std::string name);

} // namespace listingd::pim
