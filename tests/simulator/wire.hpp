// What travels on the wire, reduced to what the simulator looks at: a request, a reply, a refusal, and tolerant readers
// of JSON. Every part of the simulator uses it; nothing here knows TikTok Shop beyond the shape of its envelope.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace listingd::simulator {

namespace json = boost::json;

/// A request as it came in. Header names are lower case; query values are decoded (a plus sign is a space).
struct request {
  std::string method;
  std::string target;
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
  std::map<std::string, std::string> headers;
  std::string body;

  /// The value of a query parameter, or nullptr.
  const std::string* parameter(std::string_view name) const;
  /// The value of a header, or "".
  std::string header(const std::string& name) const;
  /// The media type of Content-Type, lower case, without its parameters.
  std::string media_type() const;
};

/// What happens to the connection instead of (or after) a reply.
enum class ending { answered, dropped_before, dropped_after };

struct reply {
  unsigned status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers;
  ending end = ending::answered;
  std::int64_t waits_for = 0; // the release (counted from 1) before which it must not leave; 0 for none
};

/// A refusal of TikTok Shop: its code, its text and the HTTP status it was seen with (200 where nothing is known).
struct refusal {
  int code;
  std::string message;
  unsigned http = 200;
};

request make_request(std::string method, std::string target, const std::map<std::string, std::string>& headers,
                     std::string body);
std::string percent_encode(std::string_view text);
std::string percent_decode(std::string_view text);
/// The form of a Date header.
std::string http_date(std::int64_t unix_seconds);

/// {code, message, request_id, data} of section 5.1 of the authorization reference.
reply answer(json::value data);
reply answer(const refusal& why);
/// A plain JSON document, for the control interface.
reply document(const json::value& value, unsigned status = 200);

/// Readers that never fail: what is absent or of another type is the empty value.
std::string text(const json::object& object, std::string_view key);
bool flag(const json::object& object, std::string_view key);
std::int64_t number(const json::object& object, std::string_view key, std::int64_t otherwise = 0);
const json::array& list(const json::object& object, std::string_view key);
const json::object& part(const json::object& object, std::string_view key);
const json::object& as_object(const json::value& value);
std::vector<std::string> texts(const json::object& object, std::string_view key);
bool has(const json::object& object, std::string_view key);

/// Text rules of titles, descriptions and names; `text` is UTF-8.
std::vector<char32_t> code_points(std::string_view text);
bool has_chinese(std::string_view text);
/// Emoji or control characters, or nothing but symbols.
bool badly_formatted(std::string_view text);
bool has_html_entity(std::string_view text);

} // namespace listingd::simulator
