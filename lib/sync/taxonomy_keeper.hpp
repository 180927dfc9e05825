// A shop's taxonomy, read from TikTok when needed and kept as snapshots: the tree, a leaf's attributes and rules, the
// warehouses. The tree's version (v1 | v2) is probed: when TikTok says it is wrong for the shop it is flipped once and
// remembered.
#pragma once

#include "model/taxonomy.hpp"
#include "sync/token_keeper.hpp"

#include <memory>

namespace listingd::sync {

class taxonomy_keeper {
public:
  taxonomy_keeper(services& with, token_keeper& tokens) : with_(with), tokens_(tokens) {}

  task<result<std::shared_ptr<const category_tree>>> tree(connected_shop shop);
  task<result<std::shared_ptr<const leaf_rules>>> leaf(connected_shop shop, category_id id);
  task<result<std::vector<warehouse>>> warehouses(connected_shop shop);

  /// The version that goes into categories, rules, attributes and writes of this shop.
  [[nodiscard]] static std::string version_of(const connected_shop& shop);

private:
  using reading = std::function<task<result<boost::json::value>>(shop_access)>;
  /// The snapshot when it is young enough, else what TikTok says now (stored), else the old snapshot when TikTok cannot
  /// be reached.
  task<result<stored_snapshot>> fresh(shop_id shop, std::string kind, std::string subject, reading read);

  services& with_;
  token_keeper& tokens_;
  // parsed once a snapshot; keyed by shop, kind and subject
  std::map<std::string, std::pair<std::string, std::shared_ptr<const category_tree>>> trees_;
  std::map<std::string, std::pair<std::string, std::shared_ptr<const leaf_rules>>> leaves_;
};

} // namespace listingd::sync
