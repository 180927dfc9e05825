// For people and machines on this host: health, metrics, and the calls that the command line makes of the running
// daemon.
#pragma once

#include "async/abandonable.hpp"
#include "model/secret.hpp"
#include "net/server.hpp"
#include "public/public_site.hpp"
#include "sync/onboarding.hpp"
#include "sync/planner.hpp"
#include "sync/services.hpp"

#include <functional>
#include <memory>
#include <prometheus/registry.h>

namespace listingd::operator_site {

/// Reads the master keys again and names the newest.
using key_reader = std::function<result<std::string>()>;

class site {
public:
  site(sync::services& with, sync::onboarding& consents, sync::planner& planner, const public_site::site& receiver,
       secret token, key_reader reread_keys);

  /// GET /healthz and /metrics are open. With the bearer token: POST /api/connect {app, code}, /api/wake,
  /// /api/keys/reread, and /api/plan {shop, source, product}.
  task<net::server_response> handle(net::server_request request);

private:
  task<net::server_response> health();
  task<net::server_response> metrics();
  task<net::server_response> connect(const net::server_request& request);
  task<result<sync::connected>> connected(const boost::json::value& asked);
  task<net::server_response> plan(const net::server_request& request);
  task<net::server_response> reread_keys();
  [[nodiscard]] bool allowed(const net::server_request& request) const;
  sync::services& with_;
  sync::onboarding& consents_;
  sync::planner& planner_;
  const public_site::site& receiver_;
  secret token_;
  key_reader reread_keys_;
  async::abandonable reading_; ///< what was asked of the database and may hang there
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Gauge>& listings_;
  prometheus::Family<prometheus::Gauge>& webhooks_;
  prometheus::Family<prometheus::Gauge>& consent_left_;
  prometheus::Family<prometheus::Gauge>& access_left_;
  prometheus::Family<prometheus::Gauge>& renewal_overdue_;
  prometheus::Family<prometheus::Gauge>& authorized_;
  prometheus::Family<prometheus::Gauge>& source_products_;
  prometheus::Family<prometheus::Gauge>& source_failures_;
  prometheus::Family<prometheus::Gauge>& source_lag_;
  prometheus::Family<prometheus::Gauge>& source_window_;
  prometheus::Family<prometheus::Gauge>& source_total_;
  prometheus::Family<prometheus::Gauge>& alerts_;
  prometheus::Family<prometheus::Gauge>& clock_skew_;
};

} // namespace listingd::operator_site
