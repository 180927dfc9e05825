// What the world can reach: TikTok's webhooks and the seller's return from the consent page. An event is durable in the
// inbox before the 200 goes out; everything else happens after it.
#pragma once

#include "model/secret.hpp"
#include "net/server.hpp"
#include "sync/onboarding.hpp"
#include "sync/services.hpp"

#include <map>
#include <vector>

namespace listingd::public_site {

/// What a signature is checked with.
struct app_keys {
  std::string app_key;
  std::vector<secret> secrets; ///< newest first; older ones still verify
};

struct counters {
  std::uint64_t stored = 0, repeated = 0, bad_signature = 0, failed = 0;
};

class site {
public:
  site(sync::services& with, sync::onboarding& consents, std::map<std::string, app_keys> apps)
      : with_(with), consents_(consents), apps_(std::move(apps)) {}

  /// POST /webhooks/{app}/{event_type}, POST /webhooks/{app}, GET /oauth/callback, GET and HEAD /.
  task<net::server_response> handle(net::server_request request);

  [[nodiscard]] const counters& counted() const { return counted_; }

private:
  task<net::server_response> webhook(const net::server_request& request);
  task<net::server_response> callback(const net::server_request& request);
  sync::services& with_;
  sync::onboarding& consents_;
  std::map<std::string, app_keys> apps_;
  counters counted_;
};

} // namespace listingd::public_site
