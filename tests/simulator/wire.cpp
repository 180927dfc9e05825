#include "simulator/wire.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <ctime>
#include <regex>

namespace listingd::simulator {

namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::string request_id() {
  static std::atomic<std::uint64_t> counter{1};
  return "20261124" + std::to_string(1'000'000'000'000ULL + counter++) + "0A1B2C3D4E5F";
}

bool is_symbol(char32_t c) {
  return c < 128 && std::isalnum(static_cast<int>(c)) == 0;
}

bool is_emoji(char32_t c) {
  return (c >= 0x1F000 && c <= 0x1FAFF) || (c >= 0x2600 && c <= 0x27BF) || c == 0xFE0F || c == 0x200D;
}

} // namespace

const std::string* request::parameter(std::string_view name) const {
  const auto found = std::ranges::find_if(query, [&](const auto& pair) { return pair.first == name; });
  return found == query.end() ? nullptr : &found->second;
}

std::string request::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

std::string request::media_type() const {
  const std::string value = header("content-type");
  std::string type = lower(value.substr(0, value.find(';')));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  return type;
}

std::string percent_decode(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() &&
                        std::isxdigit(static_cast<unsigned char>(text[i + 1])) &&
                        std::isxdigit(static_cast<unsigned char>(text[i + 2]));
    if (escape) {
      result += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      result += text[i] == '+' ? ' ' : text[i];
    }
  }
  return result;
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  for (const unsigned char c : text) {
    if (std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~') {
      result += static_cast<char>(c);
    } else {
      result += {'%', digits[c >> 4], digits[c & 15]};
    }
  }
  return result;
}

std::string http_date(std::int64_t unix_seconds) {
  const std::time_t moment = unix_seconds;
  std::tm parts{};
  gmtime_r(&moment, &parts);
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

request make_request(std::string method, std::string target, const std::map<std::string, std::string>& headers,
                     std::string body) {
  request result{std::move(method), std::move(target), "", {}, {}, std::move(body)};
  for (const auto& [name, value] : headers) result.headers[lower(name)] = value;
  const auto question = result.target.find('?');
  result.path = percent_decode(result.target.substr(0, question));
  std::string_view rest;
  if (question != std::string::npos) rest = std::string_view(result.target).substr(question + 1);
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest = pair.size() == rest.size() ? std::string_view{} : rest.substr(pair.size() + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    result.query.emplace_back(percent_decode(pair.substr(0, equals)), percent_decode(value));
  }
  return result;
}

reply answer(json::value data) {
  const json::object envelope{
      {"code", 0}, {"message", "Success"}, {"request_id", request_id()}, {"data", std::move(data)}};
  return {200, json::serialize(envelope), "application/json", {}, ending::answered};
}

reply answer(const refusal& why) {
  const json::object envelope{
      {"code", why.code}, {"message", why.message}, {"request_id", request_id()}, {"data", json::object{}}};
  return {why.http, json::serialize(envelope), "application/json", {}, ending::answered};
}

reply document(const json::value& value, unsigned status) {
  return {status, json::serialize(value), "application/json", {}, ending::answered};
}

std::string text(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

bool flag(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_bool() && value->as_bool();
}

std::int64_t number(const json::object& object, std::string_view key, std::int64_t otherwise) {
  const auto* value = object.if_contains(key);
  if (!value) return otherwise;
  if (value->is_int64()) return value->as_int64();
  if (value->is_uint64()) return static_cast<std::int64_t>(value->as_uint64());
  return value->is_double() ? static_cast<std::int64_t>(value->as_double()) : otherwise;
}

const json::array& list(const json::object& object, std::string_view key) {
  static const json::array empty;
  const auto* value = object.if_contains(key);
  return value && value->is_array() ? value->as_array() : empty;
}

const json::object& as_object(const json::value& value) {
  static const json::object empty;
  return value.is_object() ? value.as_object() : empty;
}

const json::object& part(const json::object& object, std::string_view key) {
  static const json::value nothing;
  const auto* value = object.if_contains(key);
  return as_object(value ? *value : nothing);
}

std::vector<std::string> texts(const json::object& object, std::string_view key) {
  std::vector<std::string> result;
  for (const auto& value : list(object, key)) {
    if (value.is_string()) result.emplace_back(value.as_string());
  }
  return result;
}

bool has(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && !value->is_null();
}

std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> result;
  for (const unsigned char c : text) {
    if ((c & 0xC0) == 0x80 && !result.empty()) {
      result.back() = (result.back() << 6) | (c & 0x3F);
    } else {
      result.push_back(c < 0x80 ? c : c < 0xE0 ? (c & 0x1F) : c < 0xF0 ? (c & 0x0F) : (c & 0x07));
    }
  }
  return result;
}

bool has_chinese(std::string_view text) {
  return std::ranges::any_of(code_points(text), [](char32_t c) { return c >= 0x4E00 && c <= 0x9FFF; });
}

bool badly_formatted(std::string_view text) {
  const auto points = code_points(text);
  const auto control = [](char32_t c) { return (c < 32 && c != '\n' && c != '\r' && c != '\t') || c == 127; };
  return std::ranges::any_of(points, [&](char32_t c) { return control(c) || is_emoji(c); }) ||
         (!points.empty() && std::ranges::all_of(points, is_symbol));
}

bool has_html_entity(std::string_view text) {
  static const std::regex entity("&(#[0-9]+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});");
  return std::regex_search(text.begin(), text.end(), entity);
}

} // namespace listingd::simulator
