// From a claimed listing to everything that decide() asks: the record mapped, its pictures judged, the local checks
// run. Reads TikTok only for taxonomy; writes nothing there. Used by the reconciler and by plan.
#pragma once

#include "review/remediation.hpp"
#include "sync/media_cabinet.hpp"
#include "sync/taxonomy_keeper.hpp"

namespace listingd::sync {

struct prepared {
  std::optional<draft> wanted;
  std::vector<violation> violations; ///< preflight; empty = may be submitted
  bool media_uploaded = false;
  int smallest_short_side = 0; ///< pixels, of the main images' originals
  std::shared_ptr<const leaf_rules> rules;
  std::vector<repair> repairs;            ///< in force
  std::vector<stored_remediation> voided; ///< their input has changed
  std::string fingerprint;                ///< of everything a refusal depends on
};

class preparation {
public:
  preparation(services& with, taxonomy_keeper& taxonomy, media_cabinet& media)
      : with_(with), taxonomy_(taxonomy), media_(media) {}

  /// Refused when something may work later or the shop cannot be asked; what the data lacks comes as violations.
  task<result<prepared>> prepare(const claimed_listing& held, const connected_shop& shop, const shop_setting& setting);

  /// The facts for decide(). `existing` and `sku_taken` are asked only while there is no listing yet.
  task<review::facts> facts_for(const claimed_listing& held, const connected_shop& shop, const shop_setting& setting,
                                const prepared& ready);

  /// Repairs that the open rejections allow and that were not tried yet.
  [[nodiscard]] std::vector<review::proposal> proposals(const claimed_listing& held, const shop_setting& setting,
                                                        const prepared& ready) const;

  /// The shop's consent is alive and covers reading.
  [[nodiscard]] bool may_ask(const connected_shop& shop) const;

private:
  [[nodiscard]] bool lacks(const connected_shop& shop, scope_need need) const;
  services& with_;
  taxonomy_keeper& taxonomy_;
  media_cabinet& media_;
};

/// Digest of what TikTok accepted, stock left out: what `verified` and `drift` refer to.
[[nodiscard]] std::string accepted_fingerprint(const facet_digests& accepted);
[[nodiscard]] std::vector<seller_sku> skus_of(const draft& wanted);

} // namespace listingd::sync
