// Reading the configuration file (design section 7): from TOML to checked settings, and to everything that is wrong
// with it. Called by main and, at SIGHUP, by the daemon; README shows the keys, key_table.cpp holds them.
#pragma once

#include "config/settings.hpp"
#include "model/config_mistake.hpp"

#include <expected>
#include <filesystem>
#include <vector>

namespace listingd::config {

struct reading {
  settings found;                       ///< what could be read; what has a mistake is empty or has its default
  std::vector<config_mistake> mistakes; ///< those of the file first, in the order of its lines; none repeats a secret
};

/// Reads the file, the secrets it names and the profiles of its shops; relative paths are relative to the file. Every
/// mistake is found in one go. A file that is missing or no TOML gives no settings. The environment's
/// LISTINGD_DATABASE_URL stands in for [database] url.
[[nodiscard]] reading read_config(const std::filesystem::path& path);

/// The same for those who need all of it: the settings, or what is wrong.
[[nodiscard]] std::expected<settings, std::vector<config_mistake>> load_config(const std::filesystem::path& path);

} // namespace listingd::config
