// The dry run: the same preparing and the same decision as the reconciler's, nothing performed and nothing written.
// Asked by the operator listener for `listingd plan`.
#pragma once

#include "sync/preparation.hpp"

namespace listingd::sync {

struct planned {
  listing_ref ref;
  bool live_mode = false; ///< false: the shop only observes, and the step would be taken once it is live
  review::step step;
  std::vector<violation> violations;
  std::vector<drift> changes; ///< field, wanted, found (empty where TikTok has nothing yet)
};

class planner {
public:
  planner(services& with, token_keeper& tokens, preparation& preparing)
      : with_(with), tokens_(tokens), preparing_(preparing) {}

  /// What the next step of a listing would be, as if its shop were live. Reads taxonomy and media; refused with
  /// listing_unknown, shop_not_connected, or whatever stood in the way of preparing.
  task<result<planned>> plan(listing_ref ref);

private:
  /// The product that would be adopted, as TikTok shows it; nothing when there is none or it cannot be read.
  task<std::optional<observed_product>> adopted(const listing_ref& ref, const draft& wanted);
  services& with_;
  token_keeper& tokens_;
  preparation& preparing_;
};

} // namespace listingd::sync
