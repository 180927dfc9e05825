// Is this webhook from TikTok? Checked over the raw bytes of the body, in constant time, against every app and every
// secret that is still honoured. Called by the public listener before anything is parsed.
#pragma once

#include "model/ids.hpp"
#include "model/secret.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace listingd::tiktok {

/// What signs an app's webhooks: the newest secret first, older ones while a rotation lasts.
struct webhook_key {
  app_name app;
  std::string app_key;
  std::vector<secret> secrets;
};

/// The app whose key made the Authorization header, or nothing. The header is lower-case hex of
/// HMAC-SHA-256(app_secret, app_key + body); the path is no part of it. There is no timestamp in it: deliveries can be
/// replayed, so duplicates are told by the notification id.
[[nodiscard]] std::optional<app_name> signer_of(std::string_view body, std::string_view authorization,
                                                std::span<const webhook_key> keys);

} // namespace listingd::tiktok
