// Keeps authorizations alive: refreshes ahead of expiry, never twice at once (a row lease with a fencing number), keeps
// what a lost reply may need, tells a person in time, and turns a dead consent into needs_reauth instead of a loop.
// Every call to TikTok in a shop's name goes through call().
#pragma once

#include "sync/services.hpp"

namespace listingd::sync {

class token_keeper {
public:
  explicit token_keeper(services& with) : with_(with) {}

  /// Refreshes whatever is due and watches every consent, until the daemon stops.
  task<void> run();

  /// Refreshes every authorization that is due; returns how many got new tokens.
  task<int> refresh_due();

  /// Looks at every consent and at the clock: alerts are raised, each once, and closed when their cause is gone.
  /// Returns when the next refresh is due.
  task<std::optional<instant>> watch();

  /// Runs `operation` with the shop's access, never with a token that has expired or is about to. When the token is
  /// refused refreshes once, shared with everyone who meets the same; when the shop is not known to TikTok reads the
  /// shops again; and runs it once more. A second refusal, or one of the refresh, ends the authorization. A shop
  /// without a living consent is refused (auth, needs_reauth) without a call.
  template <class T>
  task<result<T>> call(shop_id shop, std::function<task<result<T>>(shop_access)> operation) {
    auto found = co_await usable(shop);
    for (int attempt = 1; found; ++attempt) {
      auto answer = co_await operation(found->access());
      if (answer && !found->pair_proven) co_await with_.db.pair_worked(found->authorization, found->generation);
      if (answer || answer.error().kind != error_kind::auth) co_return answer;
      found = co_await cured(std::move(*found), answer.error(), attempt);
      if (!found && found.error().kind == error_kind::auth) co_return std::unexpected(answer.error());
    }
    co_return std::unexpected(found.error());
  }

  /// Webhook 6 says that the seller has taken a shop away: TikTok is asked what is left of the consent, and only that
  /// is lost which it no longer shows. Refused when it cannot be asked now.
  task<result<void>> deauthorized(connected_shop shop);

private:
  /// The shop with tokens that may be used now.
  task<result<connected_shop>> usable(shop_id id);
  /// The shop as it is worth another attempt after TikTok refused its token or its cipher; the refusal is of kind auth
  /// when nothing helps, retry when it may help later.
  task<result<connected_shop>> cured(connected_shop refused, error why, int attempt);
  task<result<connected_shop>> renewed(connected_shop stale);
  task<result<connected_shop>> reread(connected_shop stale);
  task<bool> refresh(refresh_job job);
  task<result<token_grant>> ask_for_tokens(refresh_job& job);
  task<void> accept(const refresh_job& job, const token_grant& grant);
  task<result<std::vector<authorized_shop>>> shown_shops(std::int64_t authorization, app_name app, secret token);
  task<void> not_refreshed(const refresh_job& job, const error& why);
  task<void> lost(std::int64_t authorization, lost_evidence evidence, std::string why);
  task<void> lost_shop(shop_id shop, std::string why);
  task<void> watch_clock();
  void told(const alert_changes& changes) const;
  services& with_;
};

/// How to get the seller's consent again: the command with its app.
[[nodiscard]] std::string reconnect_command(const app_name& app);

} // namespace listingd::sync
