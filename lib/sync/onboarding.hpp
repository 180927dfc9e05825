// A seller's consent becomes a connected shop: link, code, tokens, shops.
#pragma once

#include "sync/services.hpp"

namespace listingd::sync {

struct connected {
  std::string seller_name;
  std::vector<authorized_shop> shops;
  std::vector<std::string> scopes;
  std::vector<std::string> not_configured; ///< shop ids without a [[shop]] entry: they stay idle
};

class onboarding {
public:
  explicit onboarding(services& with) : with_(with) {}

  /// A consent link with a single-use state that lives 30 minutes.
  task<std::string> link(app_name app);
  /// The redirect's code and state. Refused with state_unknown when the state is not ours, used or expired.
  task<result<connected>> finish(std::string state, std::string code);
  /// For machines without a browser: the code by hand, the app named.
  task<result<connected>> exchange(app_name app, std::string code);

private:
  services& with_;
};

} // namespace listingd::sync
