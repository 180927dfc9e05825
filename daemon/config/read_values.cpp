#include "config/read_values.hpp"

#include "config/addresses.hpp"
#include "config/secret_files.hpp"

#include <spdlog/fmt/fmt.h>

namespace listingd::config {

namespace fs = std::filesystem;

fs::path path_of(const read_section& from, std::string_view key, const std::string& written, const fs::path& base) {
  if (written.empty()) return {};
  auto found = located(written, base);
  if (found) return found->lexically_normal();
  from.mistake(key, fmt::format("'{}': {}", key, found.error()));
  return {};
}

secret secret_of(const read_section& from, std::string_view key, const std::string& written, const fs::path& base) {
  const auto file = path_of(from, key, written, base);
  if (file.empty()) return {};
  auto read = read_secret(file);
  if (read) return std::move(*read);
  from.mistake(key, fmt::format("'{}': {}", key, read.error()));
  return {};
}

std::string url_of(const read_section& from, std::string_view key) {
  auto text = from.text(key);
  if (text.empty()) return text;
  good(from, key, url_problem(text));
  while (text.ends_with('/')) text.pop_back();
  return text;
}

bool good(const read_section& from, std::string_view key, const std::optional<std::string>& problem) {
  if (problem) from.mistake(key, fmt::format("'{}': {}", key, *problem));
  return !problem;
}

} // namespace listingd::config
