#include "commands/plan_lines.hpp"

#include "model/json.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace listingd::commands {

namespace {

constexpr std::size_t longest = 70; // bytes of a text that is shown
constexpr std::size_t before = 20;  // of them in front of the first difference

/// "attributes.0.values.0.name" is "attributes.0.values.0" and "name".
std::pair<std::string, std::string> split_last(const std::string& field) {
  const auto dot = field.rfind('.');
  if (dot == std::string::npos) return {"", field};
  return {field.substr(0, dot), field.substr(dot + 1)};
}

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

/// The attribute whose value this is; nothing when it is no value.
std::optional<std::string> owner_of(const std::string& path) {
  auto [rest, last] = split_last(path);
  if (last == "value") return rest;
  if (!is_number(last)) return std::nullopt;
  auto [owner, list] = split_last(rest);
  return list == "values" ? std::optional(owner) : std::nullopt;
}

using labels = std::map<std::string, std::string>; ///< path -> the name that stands there

/// "attributes.0" becomes "attributes.Material" wherever the number has a name.
std::string named(const std::string& path, const labels& names) {
  std::string out;
  for (std::size_t start = 0; start <= path.size();) {
    const auto end = std::min(path.find('.', start), path.size());
    const auto segment = path.substr(start, end - start);
    const auto name = is_number(segment) ? names.find(path.substr(0, end)) : names.end();
    out += (out.empty() ? "" : ".") + (name == names.end() ? segment : name->second);
    start = end + 1;
  }
  return out;
}

/// Attributes and the like by their name, SKUs by the seller's code; what has no name is called by its id.
labels names_in(const boost::json::array& changes) {
  labels names;
  for (const auto& one : changes) {
    const auto [path, last] = split_last(text_at(one, "field"));
    if (last == "name" || last == "seller_sku") names[path] = text_at(one, "wanted");
    if (last == "id" && !owner_of(path)) names.try_emplace(path, text_at(one, "wanted"));
  }
  return names;
}

/// The field as a person reads it; nothing for what tells a person nothing.
std::optional<std::string> shown_field(const std::string& field, const labels& names) {
  const auto [path, last] = split_last(field);
  if (last == "original") return std::nullopt;
  if (path.empty() || (last != "name" && last != "id")) return named(field, names);
  const auto owner = owner_of(path);
  if (!owner || (last == "id" && names.contains(path))) return std::nullopt;
  return named(*owner, names);
}

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

std::string part(const std::string& text, std::size_t from) {
  if (text.empty()) return "(nothing)";
  auto end = std::min(text.size(), from + longest);
  while (end < text.size() && end > from && continues_character(text[end])) --end;
  auto out = (from > 0 ? "..." : "") + text.substr(from, end - from) + (end < text.size() ? "..." : "");
  std::ranges::replace(out, '\n', ' ');
  return out;
}

std::string line(const std::string& field, const std::string& found, const std::string& wanted) {
  const auto differs = static_cast<std::size_t>(std::ranges::mismatch(found, wanted).in1 - found.begin());
  const bool fits = std::max(found.size(), wanted.size()) <= longest;
  auto from = fits || differs <= before ? 0 : differs - before;
  while (from > 0 && continues_character(found[from])) --from;
  return field + ": " + part(found, from) + " -> " + part(wanted, from);
}

} // namespace

std::vector<std::string> change_lines(const boost::json::array& changes) {
  const auto names = names_in(changes);
  std::vector<std::string> out;
  for (const auto& one : changes)
    if (const auto field = shown_field(text_at(one, "field"), names))
      out.push_back(line(*field, text_at(one, "found"), text_at(one, "wanted")));
  return out;
}

} // namespace listingd::commands
