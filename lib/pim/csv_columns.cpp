#include "pim/csv_columns.hpp"

#include <algorithm>
#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <regex>
#include <spdlog/fmt/fmt.h>
#include <utility>

namespace listingd::pim {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_header = 200; // of a column

bool names(const std::vector<std::string>& list, const std::string& word) {
  return std::ranges::find(list, word) != list.end();
}

bool is_locale(const std::string& part) {
  static const std::regex form("[a-z]{2,3}(_[A-Z][a-z]{3})?_([A-Z]{2}|[0-9]{3})|[a-z]{2,3}_[A-Z][a-z]{3}");
  return std::regex_match(part, form);
}

bool is_currency(const std::string& part) {
  return part.size() == 3 && std::ranges::all_of(part, [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::optional<bool> flag(std::string cell) {
  boost::to_lower(cell);
  if (cell == "1" || cell == "true" || cell == "yes") return true;
  if (cell == "0" || cell == "false" || cell == "no") return false;
  return std::nullopt;
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

} // namespace

csv_columns::meaning csv_columns::meaning_of(const std::string& header, const std::vector<std::string>& all) {
  static const std::map<std::string, meaning> own{{"key", meaning::key},         {"variant", meaning::variant},
                                                  {"family", meaning::family},   {"enabled", meaning::enabled},
                                                  {"deleted", meaning::deleted}, {"categories", meaning::categories},
                                                  {"axes", meaning::axes},       {"", meaning::none}};
  if (const auto known = own.find(header); known != own.end()) return known->second;
  if (!header.ends_with("-unit")) return meaning::value;
  const auto measured = header.substr(0, header.size() - 5);
  return names(all, measured) && !own.contains(measured) ? meaning::unit : meaning::value;
}

csv_columns::column csv_columns::column_of(std::string header, const std::vector<std::string>& all) const {
  column out{.header = header, .is = meaning_of(header, all), .attribute = header};
  if (out.is != meaning::value) return out;
  std::vector<std::string> parts;
  boost::split(parts, header, [](char c) { return c == '-'; });
  auto part = parts.begin() + 1;
  column split{.header = header, .attribute = parts.front()};
  const auto is_channel = [&] { return part != parts.end() && names(format_.channels, *part); };
  if (part != parts.end() && is_locale(*part) && !is_channel()) split.locale = *part++;
  if (is_channel() || (part != parts.end() && !split.locale.empty() && !is_currency(*part) && !part->empty()))
    split.channel = *part++;
  if (part != parts.end() && is_currency(*part)) split.currency = *part++;
  return part == parts.end() && !split.attribute.empty() ? split : out;
}

result<csv_columns> csv_columns::from_header(const std::vector<std::string>& header, const csv_format& format,
                                             const std::string& where) {
  csv_columns out(format);
  std::vector<std::string> names;
  for (const auto& cell : header) names.push_back(boost::trim_copy(cell));
  for (const auto& name : names) {
    if (name.size() > longest_header) return bad_data(where, "header_invalid", "a column's name is too long");
    out.columns_.push_back(out.column_of(name, names));
  }
  auto& all = out.columns_;
  const auto same = [](const column& a, const column& b) {
    if (a.is != b.is || a.is == meaning::none) return false;
    if (a.is != meaning::value) return a.header == b.header;
    const bool apart = !a.currency.empty() && !b.currency.empty() && a.currency != b.currency;
    return a.attribute == b.attribute && a.locale == b.locale && a.channel == b.channel && !apart;
  };
  for (auto one = all.begin(); one != all.end(); ++one) {
    const auto twin = std::find_if(all.begin(), one, [&](const column& other) { return same(*one, other); });
    if (twin != one)
      return bad_data(where, "header_invalid",
                      fmt::format("the columns '{}' and '{}' give the same value", twin->header, one->header));
    const auto unit = std::ranges::find(names, one->header + "-unit");
    if (one->is == meaning::value && unit != names.end()) one->unit = static_cast<std::size_t>(unit - names.begin());
    out.has_variants_ = out.has_variants_ || one->is == meaning::variant;
  }
  if (std::ranges::none_of(all, [](const column& one) { return one.is == meaning::key; }))
    return bad_data(where, "header_invalid",
                    fmt::format("the header has no column 'key'; it has {}, separated by '{}', the first is '{}'",
                                all.size(),
                                format.separator == '\t' ? std::string("tab") : std::string(1, format.separator),
                                all.empty() ? "" : all.front().header));
  return out;
}

json::array csv_columns::list_in(const std::string& cell) const {
  std::vector<std::string> parts;
  boost::split(parts, cell, [this](char c) { return c == format_.list_separator; });
  json::array out;
  for (auto& part : parts)
    if (boost::trim(part); !part.empty()) out.emplace_back(std::move(part));
  return out;
}

json::value csv_columns::data_of(const column& of, const std::vector<std::string>& cells,
                                 const std::string& cell) const {
  if (names(format_.media_columns, of.attribute)) {
    auto list = list_in(cell);
    for (auto& one : list) one = json::object{{"media", std::move(one)}};
    return list.size() == 1 ? std::move(list.front()) : json::value(std::move(list));
  }
  if (names(format_.list_columns, of.attribute)) return list_in(cell);
  if (of.unit && !cells[*of.unit].empty()) return json::object{{"amount", cell}, {"unit", cells[*of.unit]}};
  return json::value(cell);
}

void csv_columns::add_value(const column& of, const std::vector<std::string>& cells, const std::string& cell,
                            json::object& values) const {
  auto& entries = values[of.attribute];
  if (!entries.is_array()) entries.emplace_array();
  const auto locale = text_or_null(of.locale), channel = text_or_null(of.channel);
  if (of.currency.empty()) {
    entries.get_array().push_back(
        json::object{{"locale", locale}, {"scope", channel}, {"data", data_of(of, cells, cell)}});
    return;
  }
  const auto price = json::object{{"amount", cell}, {"currency", of.currency}};
  for (auto& entry : entries.get_array()) {
    auto& known = entry.get_object();
    if (known["locale"] != locale || known["scope"] != channel) continue;
    known["data"].get_array().push_back(price);
    return;
  }
  json::array prices;
  prices.push_back(price);
  entries.get_array().push_back(json::object{{"locale", locale}, {"scope", channel}, {"data", std::move(prices)}});
}

csv_cells csv_columns::read(const std::vector<std::string>& cells) const {
  csv_cells out;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto& column = columns_[i];
    const auto& cell = cells[i];
    if (cell.empty()) continue;
    const auto text = boost::trim_copy(cell);
    const auto truth = [&] {
      const auto read = flag(text);
      if (!read && !text.empty()) out.problem = fmt::format("{} must be 1 or 0", column.header);
      return read;
    };
    switch (column.is) {
    case meaning::key:
      out.key = text;
      break;
    case meaning::variant:
      out.variant = text;
      break;
    case meaning::family:
      out.family = text;
      break;
    case meaning::categories:
      out.categories = list_in(cell);
      break;
    case meaning::axes:
      out.axes = list_in(cell);
      break;
    case meaning::enabled:
      out.enabled = truth();
      break;
    case meaning::deleted:
      out.deleted = truth().value_or(false);
      break;
    case meaning::value:
      add_value(column, cells, cell, out.values);
      break;
    case meaning::unit: // read with its amount
      break;
    case meaning::none:
      out.problem = fmt::format("cell {} has a text but its column has no name", i + 1);
      break;
    }
  }
  return out;
}

} // namespace listingd::pim
