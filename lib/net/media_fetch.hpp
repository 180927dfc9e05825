// Fetching a picture from a URL that a PIM's data names, without becoming a door into the operator's network: only
// allowed hosts, no private address, the checked address is the one connected to, every redirect checked again.
#pragma once

#include "net/transport.hpp"

#include <functional>
#include <string>
#include <vector>

namespace listingd::net {

struct media_guard {
  std::vector<std::string> hosts; ///< host names allowed beside the source's own origin; exact, any letter case
  std::string
      origin; ///< "https://pim.example.com"; credentials go only there; may be loopback when it is itself; "" = none
  header_list origin_headers; ///< credentials, sent to the origin (scheme, host and port) only
  std::uint64_t body_limit = 20'000'000;
  duration timeout{20'000}; ///< for all of it, redirects included
  int redirects = 3;
  std::string ca_file;
};

/// True for loopback, private, link-local, unique-local, multicast, unspecified, shared (100.64/10), documentation and
/// mapped forms, and for text that is no address.
[[nodiscard]] bool is_forbidden_address(std::string_view address);

/// How names become addresses, and which of those are out of bounds. Tests put their own in; everyone else has the
/// default.
struct address_rules {
  std::function<task<result<std::vector<std::string>>>(std::string host)> resolve; ///< empty = the system's
  std::function<bool(std::string_view address)> forbidden = is_forbidden_address;
};

/// GET with If-None-Match when `validator` is not empty; 304 gives an empty body with status 304. Refusals of the guard
/// (also a body above the limit, 401 and 403) are fix_data/media_refused, 404, 410 and other 4xx are
/// fix_data/media_missing, 429 and 5xx are retry/status. Ports other than 80, 443 and the origin's are refused. Errors
/// of the network as transport::send.
[[nodiscard]] task<result<http_response>> fetch_media(std::string url, std::string validator, media_guard guard,
                                                      address_rules rules = {});

} // namespace listingd::net
