// What a key of the configuration points to: files beside it, secrets in files, addresses. A problem is a mistake at
// the key.
#pragma once

#include "config/read_section.hpp"
#include "model/secret.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace listingd::config {

/// The path `written` under a file key, relative to `base`; empty when nothing is written or its credential is not
/// there.
[[nodiscard]] std::filesystem::path path_of(const read_section& from, std::string_view key, const std::string& written,
                                            const std::filesystem::path& base);
/// The secret in that file; empty when there is none.
[[nodiscard]] secret secret_of(const read_section& from, std::string_view key, const std::string& written,
                               const std::filesystem::path& base);
/// Without a slash at its end.
[[nodiscard]] std::string url_of(const read_section& from, std::string_view key);
/// Complains about the key unless there is no problem.
bool good(const read_section& from, std::string_view key, const std::optional<std::string>& problem);

} // namespace listingd::config
