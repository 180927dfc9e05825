// Reading the configuration file (design section 7): from TOML to checked settings, or to everything that is wrong with
// it. Called once by main; README shows the keys, key_table.cpp holds them.
#pragma once

#include "config/settings.hpp"
#include "model/config_mistake.hpp"

#include <expected>
#include <filesystem>
#include <vector>

namespace listingd::config {

/// Reads the file, the secrets it names and the profiles of its shops; relative paths are relative to the file. Every
/// mistake is found in one go, those of the file first, in the order of its lines; none repeats a secret.
[[nodiscard]] std::expected<settings, std::vector<config_mistake>> load_config(const std::filesystem::path& path);

} // namespace listingd::config
