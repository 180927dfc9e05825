// Fetching a picture from a URL that a PIM's data names, without becoming a door into the operator's network: only allowed
// hosts, no private address, the checked address is the one connected to, every redirect checked again.
#pragma once

#include "net/transport.hpp"

#include <string>
#include <vector>

namespace listingd::net {

struct media_guard {
  std::vector<std::string> hosts;    ///< host names allowed beside the source's own origin
  std::string origin;                ///< "https://pim.example.com"; credentials go only there; may be loopback when it is itself
  header_list origin_headers;        ///< credentials, sent to the origin only
  std::uint64_t body_limit = 20'000'000;
  duration timeout{20'000};
  int redirects = 3;
  std::string ca_file;
};

/// True for loopback, private, link-local, unique-local, multicast, unspecified, shared (100.64/10) and mapped forms.
[[nodiscard]] bool is_forbidden_address(std::string_view address);

/// GET with If-None-Match when `validator` is not empty; 304 gives an empty body with status 304. Refusals of the guard are
/// fix_data/media_refused, 404 and 410 are fix_data/media_missing.
[[nodiscard]] task<result<http_response>> fetch_media(std::string url, std::string validator, media_guard guard);

} // namespace listingd::net
