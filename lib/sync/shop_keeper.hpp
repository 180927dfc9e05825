// Looks after each connected shop: its listings exist, what it already holds is scanned, webhooks are registered,
// prerequisites are known, and changes that no webhook told are found by searching (the review watch).
#pragma once

#include "sync/token_keeper.hpp"

#include <set>

namespace listingd::sync {

class shop_keeper {
public:
  shop_keeper(services& with, token_keeper& tokens) : with_(with), tokens_(tokens) {}

  /// Every shop in its rhythm until the daemon stops.
  task<void> run();

  /// One round over all connected and configured shops. Failures are logged; the next round tries again.
  task<void> round();

  /// Reads the whole shop once, so that existing products are adopted and never doubled.
  task<result<void>> scan(const connected_shop& shop);
  /// Wakes listings whose product changed at TikTok since the last look; covers webhooks that never came.
  task<result<int>> watch(const connected_shop& shop);
  task<result<void>> register_webhooks(const connected_shop& shop);
  task<result<void>> check_prerequisites(const connected_shop& shop);

private:
  task<void> look_after(connected_shop shop);
  services& with_;
  token_keeper& tokens_;
  std::map<std::string, instant> registered_, watched_, listed_;
};

} // namespace listingd::sync
