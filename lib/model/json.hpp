// A tolerant reader for foreign JSON: asks for a path, takes text or number, object or array, and names the path when
// something is missing. For everything that TikTok, a PIM or a file hands us.
#pragma once

#include "model/error.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace listingd {

namespace json = boost::json;

/// Parses; the error names `where`, the byte offset and the reason. Depth is bounded.
[[nodiscard]] result<json::value> parse_json(std::string_view text, std::string where);

/// The value at a dotted path ("audit.status"), or nullptr. Null counts as absent.
[[nodiscard]] const json::value* find(const json::value& from, std::string_view path);

/// Text at the path: a string trimmed of outer white space, or an integer's digits. Empty when absent.
[[nodiscard]] std::string text_at(const json::value& from, std::string_view path);

/// An integer at the path, also when it was sent as text; never through a double.
[[nodiscard]] std::optional<std::int64_t> integer_at(const json::value& from, std::string_view path);

/// True for true, "true", 1 and "1".
[[nodiscard]] bool flag_at(const json::value& from, std::string_view path);

/// The elements at the path: an array's, or the value itself when a single object came instead; empty when absent.
[[nodiscard]] json::array items_at(const json::value& from, std::string_view path);

/// Text of a scalar as text_at() reads it.
[[nodiscard]] std::string text_of(const json::value& value);

} // namespace listingd
