// Looks after each connected shop: its listings exist, what it already holds is scanned, webhooks are registered,
// prerequisites are known, and changes that no webhook told are found by searching (the review watch).
#pragma once

#include "sync/token_keeper.hpp"

#include <functional>
#include <map>
#include <span>
#include <utility>

namespace listingd::sync {

class shop_keeper {
public:
  shop_keeper(services& with, token_keeper& tokens) : with_(with), tokens_(tokens) {}

  /// Every shop in its rhythm until the daemon stops.
  task<void> run();

  /// One round over all connected and configured shops. What fails is logged and tried again after a growing wait, and
  /// holds up neither the rest of its shop nor the other shops.
  task<void> round();

  /// Reads the whole shop once, so that existing products are adopted and never doubled.
  task<result<void>> scan(const connected_shop& shop);
  /// Wakes listings whose product changed at TikTok since the last look; covers webhooks that never came.
  task<result<void>> watch(const connected_shop& shop);
  task<result<void>> register_webhooks(const connected_shop& shop);
  task<result<void>> check_prerequisites(const connected_shop& shop);

private:
  struct rhythm {
    int failures = 0; ///< in a row
    instant next{};
  };
  struct duty;
  static std::span<const duty> duties();

  task<void> look_after(connected_shop shop);
  task<void> attend(const connected_shop& shop, const duty& one, rhythm& due);
  task<result<void>> list(const connected_shop& shop);
  /// Every page of one search; `take` is given each. On 12052180 nothing but that error.
  task<result<void>> every_page(shop_id shop, product_query query,
                                std::function<task<void>(std::vector<found_product>)> take);

  services& with_;
  token_keeper& tokens_;
  std::map<std::pair<std::string, const duty*>, rhythm> rhythms_;
};

} // namespace listingd::sync
