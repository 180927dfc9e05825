// TikTok Shop's API as the ports of lib/sync: what the daemon makes at start, one of each for all shops. Every call is
// signed over the transport given; the signature is stamped at each send.
#pragma once

#include "net/transport.hpp"
#include "sync/shop.hpp"
#include "tiktok/app_book.hpp"
#include "tiktok/platform_clock.hpp"

#include <memory>
#include <string>

namespace listingd::tiktok {

struct client_options {
  std::string api_url;  ///< https://open-api.tiktokglobalshop.com
  std::string auth_url; ///< https://auth.tiktok-shops.com
};

/// `wire`, `apps` and `time` must outlive the port; both ports share them. A call for an app that is not configured is
/// refused: bug, app_unknown.
[[nodiscard]] std::unique_ptr<sync::shop> make_shop(net::transport& wire, client_options options, app_book& apps,
                                                    platform_clock& time);
[[nodiscard]] std::unique_ptr<sync::consent> make_consent(net::transport& wire, client_options options, app_book& apps,
                                                          platform_clock& time);

} // namespace listingd::tiktok
