// Keeps authorizations alive: refreshes ahead of expiry, never twice at once (a row lease), and turns a dead consent
// into needs_reauth instead of a loop. Every call to TikTok in a shop's name goes through call().
#pragma once

#include "sync/services.hpp"

namespace listingd::sync {

class token_keeper {
public:
  explicit token_keeper(services& with) : with_(with) {}

  /// Refreshes whatever is due, until the daemon stops.
  task<void> run();

  /// One round: refreshes every authorization that is due; returns how many.
  task<int> refresh_due();

  /// Runs `operation` with the shop's access. On an expired token (105002) refreshes once, shared with everyone who
  /// meets the same, and runs it again. Any other refusal of the token ends the authorization: needs_reauth.
  template <class T>
  task<result<T>> call(shop_id shop, std::function<task<result<T>>(shop_access)> operation) {
    auto found = co_await with_.db.shop(shop);
    if (!found) co_return our_bug("shop " + shop.text(), "shop_not_connected", "the shop is not connected");
    auto answer = co_await operation(found->access());
    if (answer || answer.error().kind != error_kind::auth) co_return answer;
    if (answer.error().code == expired_code) {
      found = co_await renewed(*found);
      if (!found)
        co_return try_again("token refresh", "token_refresh", "the access token has expired and is not renewed yet");
      answer = co_await operation(found->access());
      if (answer || answer.error().kind != error_kind::auth) co_return answer;
    }
    store::lost_evidence evidence{.access_token = found->access_token, .lease_token = {}};
    co_await lost(found->authorization, std::move(evidence), answer.error());
    co_return answer;
  }

private:
  static constexpr std::string_view expired_code = "105002";

  /// The shop with a token that is not the stale one; nothing when the refresh did not work out in time.
  task<std::optional<connected_shop>> renewed(connected_shop stale);
  task<bool> refresh(store::refresh_job job);
  task<void> lost(std::int64_t authorization, store::lost_evidence evidence, error why);
  services& with_;
};

} // namespace listingd::sync
