// Unpacks a dropped .gz file beside itself, since only plain bytes can be read on from a place in the middle. Used by
// file_page.cpp, on the pool.
#pragma once

#include "model/error.hpp"
#include "pim/open_file.hpp"

#include <cstdint>
#include <filesystem>

namespace listingd::pim {

/// Writes the content of the gzip file (one or several members, RFC 1952) to `to`, which appears whole or not at all;
/// nothing happens when it is there already. fix_data when `packed` is no gzip, is damaged, ends early or holds more
/// than `largest` bytes. Problems of the disk are std::filesystem::filesystem_error.
[[nodiscard]] result<void> unpack(const open_file& packed, const std::filesystem::path& to, std::uint64_t largest);

} // namespace listingd::pim
