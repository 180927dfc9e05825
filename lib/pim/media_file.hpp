// A picture or document that lies in the folder, read without leaving the folder. Used by folder.cpp, on the pool.
#pragma once

#include "sync/source.hpp"

#include <filesystem>
#include <string>

namespace listingd::pim {

/// `ref` is a path inside `directory`, with slashes. Leaving the directory (by an absolute path, "..", or a symbolic
/// link) is fix_data/media_refused, as is what is no file or larger than `largest` bytes; no such file is
/// fix_data/media_missing; a directory that is not there at the moment is retry. The validator is made of inode, size
/// and modification time.
[[nodiscard]] result<sync::fetched_media> read_media_file(const std::filesystem::path& directory,
                                                          const std::string& ref, const std::string& validator,
                                                          std::uint64_t largest);

} // namespace listingd::pim
