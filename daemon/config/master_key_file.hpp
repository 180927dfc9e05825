// The master key file as one who rotates keys sees it: read again at any time, and replaced with a new key in front so
// that nobody ever sees half of it.
#pragma once

#include "model/clock.hpp"
#include "model/secret.hpp"

#include <expected>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace listingd::config {

/// Ids and keys of the file, newest first; or all that is wrong with it in one line, which repeats nothing of a key.
[[nodiscard]] std::expected<std::vector<std::pair<std::string, secret>>, std::string>
load_master_keys(const std::filesystem::path& file);

/// Puts a new random key in front of everything that the file holds and returns its id, "k20261125-1": the day and the
/// first number with which it is neither in the file nor among `taken`. Owner, mode and access list stay. When it
/// returns the key is on the disk; whatever happens before, the old file is whole. Refused with a sentence when this
/// user cannot do that or the file has mistakes.
[[nodiscard]] std::expected<std::string, std::string> add_master_key(const std::filesystem::path& file,
                                                                     const std::set<std::string>& taken, instant now);

} // namespace listingd::config
