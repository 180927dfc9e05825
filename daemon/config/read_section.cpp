#include "config/read_section.hpp"

#include "config/units.hpp"
#include "mapping/nearest.hpp"

#include <algorithm>
#include <charconv>
#include <spdlog/fmt/fmt.h>

namespace listingd::config {

namespace {

std::int64_t whole_number(std::string_view text) {
  std::int64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

std::string title_of(std::string_view section) {
  const auto row = std::ranges::find(sections(), section, &section_row::name);
  return row->list ? fmt::format("[[{}]]", section) : fmt::format("[{}]", section);
}

} // namespace

read_section::read_section(std::string_view section, const toml::table* from, mapping::mistakes_of_file& mistakes,
                           std::string_view kind)
    : title_(title_of(section)), section_(section), from_(from), mistakes_(mistakes) {
  if (from_ != nullptr) unknown_keys(kind);
  for (const auto& row : keys()) {
    if (row.section != section_) continue;
    if (!applies(row, kind)) { // a name may have a row for another kind
      values_.emplace(row.name, fallback(row));
      continue;
    }
    const auto* node = from_ == nullptr ? nullptr : from_->get(row.name);
    values_.insert_or_assign(std::string(row.name), node == nullptr ? fallback(row) : read(row, *node));
    if (node == nullptr && row.must == presence::required)
      mistake(row.name, fmt::format("{} has no {}: {}", title_, row.name, row.about));
  }
}

void read_section::unknown_keys(std::string_view kind) {
  mistakes_.unknown_keys(*from_, key_names(section_), title_);
  if (kind.empty()) return;
  std::map<std::string_view, std::string> of_others; // key -> the kinds that have it
  for (const auto& row : keys())
    if (row.section == section_)
      of_others[row.name] += (of_others[row.name].empty() ? "" : " ") + std::string(row.kinds);
  for (const auto& row : keys())
    if (row.section == section_ && applies(row, kind)) of_others.erase(row.name);
  for (const auto& [name, kinds] : of_others)
    if (const auto* node = from_->get(name))
      mistakes_.at(*node, fmt::format("'{}' is a key of the kind {}, not of {}", name,
                                      mapping::joined(words(kinds), " or "), kind));
}

void read_section::mistake(std::string_view key, std::string message) const {
  if (from_ == nullptr) {
    mistakes_.all().push_back({mistakes_.file(), 0, 0, std::move(message)});
    return;
  }
  const auto* node = from_->get(key);
  mistakes_.at(node == nullptr ? static_cast<const toml::node&>(*from_) : *node, std::move(message));
}

read_section::any_value read_section::nothing(key_type type) {
  switch (type) {
  case key_type::flag:
    return false;
  case key_type::number:
    return std::int64_t{0};
  case key_type::time:
    return duration{0};
  case key_type::text_list:
  case key_type::file_list:
    return std::vector<std::string>{};
  default:
    return std::string{};
  }
}

read_section::any_value read_section::fallback(const key_row& row) {
  if (row.fallback.empty()) return nothing(row.type);
  switch (row.type) {
  case key_type::flag:
    return row.fallback == "true";
  case key_type::number:
    return whole_number(row.fallback);
  case key_type::time:
    return *duration_from(row.fallback);
  default:
    return std::string(row.fallback);
  }
}

void read_section::refuse(const toml::node& node, const key_row& row, std::string_view wanted) {
  mistakes_.at(node, fmt::format("'{}' must be {}, not {}", row.name, wanted, mapping::kind_of(node)));
}

read_section::any_value read_section::read(const key_row& row, const toml::node& node) {
  const auto* text = node.as_string();
  switch (row.type) {
  case key_type::flag:
    if (const auto* value = node.as_boolean()) return value->get();
    refuse(node, row, "true or false");
    break;
  case key_type::number: {
    const auto limits = words(row.range);
    const auto* value = node.as_integer();
    if (value != nullptr && value->get() >= whole_number(limits[0]) && value->get() <= whole_number(limits[1]))
      return value->get();
    mistakes_.at(node, fmt::format("'{}' must be a whole number from {} to {}", row.name, limits[0], limits[1]));
    break;
  }
  case key_type::time:
    if (const auto value = text == nullptr ? std::nullopt : duration_from(text->get()); value && value->count() > 0)
      return *value;
    mistakes_.at(
        node, fmt::format("'{}' must be a time with its unit in quotes, such as \"90s\", \"2m\" or \"24h\"", row.name));
    break;
  case key_type::choice: {
    const auto allowed = words(row.range);
    if (text == nullptr)
      refuse(node, row, "one of " + mapping::joined(allowed));
    else if (std::ranges::count(allowed, text->get()) > 0)
      return text->get();
    else
      mistakes_.at(node, fmt::format("'{}' must be one of {}, not '{}'{}", row.name, mapping::joined(allowed),
                                     text->get(), mapping::did_you_mean(text->get(), allowed)));
    break;
  }
  case key_type::text_list:
  case key_type::file_list:
    return read_list(row, node);
  case key_type::text:
  case key_type::file:
    if (text == nullptr)
      refuse(node, row, "a text in quotes");
    else if (text->get().empty() && row.must == presence::required)
      mistakes_.at(node, fmt::format("'{}' is empty", row.name));
    else
      return text->get();
    break;
  }
  return nothing(row.type);
}

read_section::any_value read_section::read_list(const key_row& row, const toml::node& node) {
  std::vector<std::string> out;
  const auto add = [&](const toml::node& item) {
    const auto* text = item.as_string();
    if (text == nullptr)
      refuse(item, row, "a list of texts");
    else if (text->get().empty())
      mistakes_.at(item, fmt::format("'{}' holds an empty text", row.name));
    else
      out.push_back(text->get());
  };
  const auto* list = node.as_array();
  if (list == nullptr)
    add(node);
  else
    for (const auto& item : *list) add(item);
  if (list != nullptr && list->empty() && row.must == presence::required)
    mistakes_.at(node, fmt::format("'{}' is empty", row.name));
  return out;
}

} // namespace listingd::config
