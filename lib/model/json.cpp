#include "model/json.hpp"

#include <charconv>

namespace listingd {

namespace {

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

} // namespace

result<json::value> parse_json(std::string_view text, std::string where) {
  json::stream_parser parser({}, json::parse_options{.max_depth = 64});
  boost::system::error_code problem;
  const auto used = parser.write_some(text.data(), text.size(), problem);
  if (!problem && used < text.size() && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos)
    return bad_data(std::move(where), "json_invalid",
                    "extra text after the JSON value at byte " + std::to_string(used));
  if (!problem) parser.finish(problem);
  if (problem)
    return bad_data(std::move(where), "json_invalid",
                    "not valid JSON at byte " + std::to_string(used) + ": " + problem.message());
  return parser.release();
}

const json::value* find(const json::value& from, std::string_view path) {
  const json::value* at = &from;
  while (!path.empty()) {
    const auto dot = path.find('.');
    const auto* object = at->if_object();
    if (object == nullptr) return nullptr;
    at = object->if_contains(path.substr(0, dot));
    if (at == nullptr || at->is_null()) return nullptr;
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return at;
}

std::string text_of(const json::value& value) {
  if (const auto* text = value.if_string()) return trimmed(*text);
  if (value.is_int64() || value.is_uint64() || value.is_bool()) return json::serialize(value);
  if (value.is_double()) return json::serialize(value);
  return {};
}

std::string text_at(const json::value& from, std::string_view path) {
  const auto* value = find(from, path);
  return value == nullptr ? std::string{} : text_of(*value);
}

std::optional<std::int64_t> integer_at(const json::value& from, std::string_view path) {
  const auto text = text_at(from, path);
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool flag_at(const json::value& from, std::string_view path) {
  const auto text = text_at(from, path);
  return text == "true" || text == "1";
}

json::array items_at(const json::value& from, std::string_view path) {
  const auto* value = find(from, path);
  if (value == nullptr) return {};
  if (const auto* array = value->if_array()) return *array;
  return {*value};
}

} // namespace listingd
