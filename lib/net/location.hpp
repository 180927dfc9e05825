// An absolute http(s) URL taken apart: where to connect and what to ask for there. For the client and the media
// fetcher.
#pragma once

#include "model/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace listingd::net {

struct location {
  bool encrypted = true; ///< https
  std::string host;      ///< lower case; an IPv6 address without brackets
  std::uint16_t port = 443;
  std::string path;  ///< encoded, "/" when the URL has none
  std::string query; ///< encoded, with its "?"; may hold secrets

  [[nodiscard]] std::string target() const { return path + query; }
  /// "host" or "host:port" when the port is not the scheme's own: for the Host header and for messages.
  [[nodiscard]] std::string authority() const;
  /// "https://host/path": what errors may show.
  [[nodiscard]] std::string shown() const;
  /// Scheme, host and port.
  [[nodiscard]] bool same_origin(const location& other) const;
};

/// Code bad_url (kind fix_data) for another scheme, no host, credentials inside, or text that is no URL. The message
/// never quotes the URL.
[[nodiscard]] result<location> parse_location(std::string_view url);

/// Where a redirect leads: an absolute or relative reference, seen from `base`.
[[nodiscard]] result<location> resolve_reference(const location& base, std::string_view reference);

} // namespace listingd::net
