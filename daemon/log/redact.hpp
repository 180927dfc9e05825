// What may stand in a log line: not too long, and no secret. The one place where secrets are redacted; log.cpp sends
// every field through it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace listingd::log {

inline constexpr std::size_t longest_field = 4096; ///< bytes

/// Replaces by "[redacted]" what stands behind app_secret, access_token, refresh_token, auth_code,
/// x-tts-access-token, authorization and password (any letter case), and behind the parameters sign and code of a URL;
/// in URLs, JSON, headers and key=value. A quoted value ends with its quote, any other before white space or one of
/// "'&,}. Takes time and memory in proportion to the text, whatever it holds.
[[nodiscard]] std::string redacted(std::string_view text);

/// A field as it may be logged: cut after `longest_field` bytes (never inside a UTF-8 sequence; what is left out is
/// told), then redacted.
[[nodiscard]] std::string loggable(std::string_view field);

} // namespace listingd::log
