// One [[source]] of the configuration, by its kind. Called by load.cpp.
#pragma once

#include "config/read_section.hpp"
#include "config/settings.hpp"

#include <array>
#include <filesystem>
#include <string_view>

namespace listingd::config {

inline constexpr std::array source_kinds{std::string_view{"akeneo"}, std::string_view{"feed"},
                                         std::string_view{"folder"}, std::string_view{"postgres"}};

/// The kind whose keys are looked for; folder when it is missing or wrong, which is told by read_source().
[[nodiscard]] std::string_view kind_written(const toml::table& table);

/// Everything of the source but its name; paths are relative to `base`.
[[nodiscard]] source read_source(const read_section& from, std::string_view kind, const std::filesystem::path& base);

} // namespace listingd::config
