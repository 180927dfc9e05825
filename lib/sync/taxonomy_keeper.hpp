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
  task<result<std::shared_ptr<const std::vector<warehouse>>>> warehouses(connected_shop shop);

  /// The version that goes into categories, rules, attributes and writes of this shop.
  [[nodiscard]] static std::string version_of(const connected_shop& shop);

private:
  /// What was parsed last, so that a step costs no look at the snapshots; and who reads it now.
  template <class T>
  struct remembered {
    std::shared_ptr<const T> value;
    instant looked_at{};
    bool being_read = false;
  };
  template <class T>
  using shelf = std::map<std::string, std::shared_ptr<remembered<T>>>;

  using reading = std::function<task<result<boost::json::value>>(shop_access)>;
  /// The snapshot when it is young enough, else what TikTok says now (stored), else the old snapshot when TikTok cannot
  /// be reached.
  task<result<stored_snapshot>> fresh(shop_id shop, std::string kind, std::string subject, reading read);
  task<result<category_tree>> read_tree(connected_shop shop);
  task<result<leaf_rules>> read_leaf(connected_shop shop, category_id id);
  task<result<std::vector<warehouse>>> read_warehouses(connected_shop shop);

  /// From the shelf, or read by one step while the others that want the same wait.
  template <class T>
  task<result<std::shared_ptr<const T>>> once(shelf<T>& all, std::string key, std::function<task<result<T>>()> read);

  services& with_;
  token_keeper& tokens_;
  shelf<category_tree> trees_;
  shelf<leaf_rules> leaves_;
  shelf<std::vector<warehouse>> warehouses_;
  std::shared_ptr<async::signal> read_; ///< something was read; made at first use
};

} // namespace listingd::sync
