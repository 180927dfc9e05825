#include "mapping/toml_file.hpp"

#include "mapping/nearest.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace listingd::mapping {

namespace {

constexpr std::uintmax_t largest_file = 4'000'000;

} // namespace

std::expected<toml::table, config_mistake> read_toml(const std::filesystem::path& path) {
  const auto whole = [&](std::string message) {
    return std::unexpected(config_mistake{path.string(), 0, 0, std::move(message)});
  };
  std::error_code problem;
  const auto status = std::filesystem::status(path, problem);
  if (status.type() == std::filesystem::file_type::not_found) return whole("the file does not exist");
  if (problem) return whole("cannot be read: " + problem.message());
  if (!std::filesystem::is_regular_file(status)) return whole("is not a file");
  if (std::filesystem::file_size(path, problem) > largest_file) return whole("is larger than 4 MB");
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) {
    if (std::filesystem::file_size(path, problem) != 0) return whole("cannot be read");
  }
  auto parsed = toml::parse(text.str(), std::string_view(path.string()));
  if (!parsed) {
    const auto& wrong = parsed.error();
    return std::unexpected(config_mistake{path.string(), wrong.source().begin.line, wrong.source().begin.column,
                                          "not valid TOML: " + std::string(wrong.description())});
  }
  return std::move(parsed).table();
}

void mistakes_of_file::unknown_keys(const toml::table& table, const std::vector<std::string>& known,
                                    std::string_view what) {
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (std::ranges::find(known, name) != known.end()) continue;
    at(key, "unknown key '" + name + "' in " + std::string(what) + did_you_mean(name, known));
  }
}

std::string_view kind_of(const toml::node& node) {
  switch (node.type()) {
  case toml::node_type::table:
    return "a table";
  case toml::node_type::array:
    return "a list";
  case toml::node_type::string:
    return "a text";
  case toml::node_type::integer:
    return "a whole number";
  case toml::node_type::floating_point:
    return "a number";
  case toml::node_type::boolean:
    return "true or false";
  case toml::node_type::date:
  case toml::node_type::time:
  case toml::node_type::date_time:
    return "a date";
  default:
    return "nothing";
  }
}

} // namespace listingd::mapping
