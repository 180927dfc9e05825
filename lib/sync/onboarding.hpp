// A seller's consent becomes a connected shop: link, code, tokens, shops. Everything that can be wrong with it has a
// code and a sentence for the seller's page.
#pragma once

#include "sync/services.hpp"

namespace listingd::sync {

struct connected {
  app_name app;
  std::string seller_name, seller_region;
  std::vector<authorized_shop> shops; ///< that this consent serves now
  std::vector<std::string> scopes;
  std::vector<missing_scope> missing;        ///< of those that listingd needs
  std::vector<shop_conflict> held_elsewhere; ///< shops of the consent that stay with another authorization
  std::vector<std::string> not_configured;   ///< shop ids without a [[shop]] entry: they stay idle
};

class onboarding {
public:
  explicit onboarding(services& with) : with_(with) {}

  /// A consent link with a single-use state that lives 30 minutes.
  task<std::string> link(app_name app);
  /// The redirect's code and state. `app_key` as the redirect gave it, or empty. Refused: state_unknown (not ours, used
  /// or expired), other_app, not_a_seller, missing_scope, no_shop, shop_conflict, and whatever TikTok refuses.
  task<result<connected>> finish(std::string state, std::string code, std::string app_key);
  /// For machines without a browser: the code by hand, the app named.
  task<result<connected>> exchange(app_name app, std::string code);

  /// An install that came without a state, from TikTok's App Store: kept with its tokens, unused, until an operator
  /// confirms it; returns its number. Refused: app_unknown, busy (one is exchanged at a time, fewer while they are
  /// wrong), and as above.
  task<result<std::int64_t>> install(std::string app_key, std::string code);
  /// The operator's word on it. Refused with install_unknown.
  task<result<connected>> confirm(std::int64_t install);
  task<result<void>> decline(std::int64_t install);

private:
  struct consented {
    token_grant grant;
    std::vector<authorized_shop> shops;
  };
  task<result<consented>> redeem(app_name app, std::string code);
  task<result<connected>> keep(app_name app, consented what);
  task<void> tell_conflicts(const connected& done);
  services& with_;
  instant next_install_at_{}; ///< no code of an install is tried before
  int wrong_installs_ = 0;    ///< in a row
};

} // namespace listingd::sync
