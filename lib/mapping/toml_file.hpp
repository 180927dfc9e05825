// Reading a TOML file that a person wrote, collecting every mistake with its place. For profile.cpp and daemon/config;
// the only headers that see toml++ are this one and what includes it.
#pragma once

#include "model/config_mistake.hpp"

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace listingd::mapping {

/// The parsed table, or the one mistake that made the file unreadable (missing, too large, not TOML).
[[nodiscard]] std::expected<toml::table, config_mistake> read_toml(const std::filesystem::path& path);

/// Mistakes of one file, in the order they were found.
class mistakes_of_file {
public:
  mistakes_of_file(std::string file, std::vector<config_mistake>& into) : file_(std::move(file)), into_(into) {}

  void at(const toml::node& place, std::string message) { at(place.source(), std::move(message)); }
  void at(const toml::key& place, std::string message) { at(place.source(), std::move(message)); }
  void at(const toml::source_region& place, std::string message) {
    into_.push_back({file_, place.begin.line, place.begin.column, std::move(message)});
  }
  /// Names each key of the table that is not among `known`, with the nearest that is. `what` = "[fields]", "app" ...
  void unknown_keys(const toml::table& table, const std::vector<std::string>& known, std::string_view what);

  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] std::size_t count() const { return into_.size(); }
  [[nodiscard]] std::vector<config_mistake>& all() { return into_; }

private:
  std::string file_;
  std::vector<config_mistake>& into_;
};

/// "a text", "a table": what a node is, for messages.
[[nodiscard]] std::string_view kind_of(const toml::node& node);

} // namespace listingd::mapping
