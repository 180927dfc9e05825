// What the world can reach: TikTok's webhooks and the seller's return from the consent page. An event is durable in the
// inbox before the 200 goes out; everything else happens after it.
#pragma once

#include "async/abandonable.hpp"
#include "net/server.hpp"
#include "sync/onboarding.hpp"
#include "sync/services.hpp"
#include "tiktok/app_book.hpp"

namespace listingd::public_site {

struct counters {
  std::uint64_t stored = 0, repeated = 0, bad_signature = 0, failed = 0;
};

class site {
public:
  /// `apps` must outlive this; it may be replaced meanwhile.
  site(sync::services& with, sync::onboarding& consents, const tiktok::app_book& apps)
      : with_(with), consents_(consents), apps_(apps), storing_(most_storing), connecting_(most_connecting) {}

  /// POST /webhooks/{app}/{event_type}, POST /webhooks/{app}, GET /oauth/callback, GET and HEAD /.
  task<net::server_response> handle(net::server_request request);

  [[nodiscard]] const counters& counted() const { return counted_; }

private:
  static constexpr std::size_t most_storing = 256; // bodies held while the database does not answer
  static constexpr std::size_t most_connecting = 16;

  task<net::server_response> webhook(const net::server_request& request);
  task<net::server_response> callback(const net::server_request& request);
  task<net::server_response> conclude(std::string code, std::string state, std::string app_key);
  net::server_response refused(const error& why);
  sync::services& with_;
  sync::onboarding& consents_;
  const tiktok::app_book& apps_;
  counters counted_;
  async::abandonable storing_;    ///< events on their way into the inbox
  async::abandonable connecting_; ///< sellers on their way back from TikTok's consent page
};

} // namespace listingd::public_site
