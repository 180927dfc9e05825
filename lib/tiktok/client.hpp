// TikTok Shop's API as the ports of lib/sync: what the daemon makes at start, one of each for all shops. Every call is
// one signed HTTP request over the transport given; the signature is stamped by the clock at each send.
#pragma once

#include "model/clock.hpp"
#include "net/transport.hpp"
#include "sync/shop.hpp"

#include <memory>
#include <string>
#include <vector>

namespace listingd::tiktok {

/// One [[app]] of the configuration.
struct app_credentials {
  app_name name;
  std::string app_key;
  secret app_secret; ///< the newest one
  std::string service_id;
  std::string consent_url; ///< e.g. https://services.tiktokshop.com/open/authorize
};

struct client_options {
  std::string api_url;  ///< https://open-api.tiktokglobalshop.com
  std::string auth_url; ///< https://auth.tiktok-shops.com
  std::vector<app_credentials> apps;
};

/// `wire` and `time` must outlive the port. A call for an app that is not configured is refused: bug, app_unknown.
[[nodiscard]] std::unique_ptr<sync::shop> make_shop(net::transport& wire, client_options options, const clock& time);
[[nodiscard]] std::unique_ptr<sync::consent> make_consent(net::transport& wire, client_options options,
                                                          const clock& time);

} // namespace listingd::tiktok
