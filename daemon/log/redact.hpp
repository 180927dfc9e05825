// What may stand in a log line: not too long, and no secret. The one place where secrets are redacted; log.cpp sends
// every field through it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace listingd::log {

inline constexpr std::size_t longest_field = 4096; ///< bytes

/// Replaces by "[redacted]" what stands behind app_secret, client_secret, access_token, refresh_token, auth_code,
/// password, authorization and bearer (in any letter case, as accessToken or access-token, also as the end of a longer
/// name), what stands behind the parameters sign, code and state of a URL, and whatever begins like one of TikTok's
/// tokens; in URLs, JSON, headers and key=value, percent-encoded or not. A quoted value ends with its quote, any other
/// before white space or one of "'&,}. Takes time and memory in proportion to the text, whatever it holds.
[[nodiscard]] std::string redacted(std::string_view text);

/// A field as it may be logged: cut after `longest_field` bytes (never inside a UTF-8 sequence; what is left out is
/// told), then redacted.
[[nodiscard]] std::string loggable(std::string_view field);
/// The same for a field whose name may announce a secret.
[[nodiscard]] std::string loggable(std::string_view name, std::string_view value);

} // namespace listingd::log
