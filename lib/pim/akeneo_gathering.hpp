// From what a listing showed to records: every item is traced to its root, and a root product model is gathered with
// all its variants. One record for each root and simple product of a page, however many of its parts changed.
#pragma once

#include "pim/akeneo_values.hpp"
#include "pim/akeneo_zone.hpp"

#include <string>
#include <vector>

namespace listingd::pim {

struct akeneo_gathered {
  std::vector<sync::source_item> items;
  std::vector<error> rejected;

  /// A payload that intake will take; or else why it would not.
  void put(boost::json::value payload, std::string where);
  void put_tombstone(std::string key, std::string where);
  void put_aside(std::string where, std::string code, std::string message);
};

class akeneo_gathering {
public:
  akeneo_gathering(akeneo_client& client, akeneo_reference& reference, akeneo_zone& zone)
      : client_(client), reference_(reference), zone_(zone), options_(client.options()),
        values_(reference, client.options()) {}

  /// What to ask of a listing so that products() and models() have enough.
  [[nodiscard]] akeneo_listing everything(akeneo_kind kind) const;
  task<result<akeneo_listing>> changed(akeneo_kind kind, std::vector<std::string> updated);

  /// The records of a page of products. Of `changes` what the filters do not select (any more) is a tombstone; a
  /// listing of everything shows only what they do, and no variants.
  task<result<akeneo_gathered>> products(boost::json::array items, std::string where, bool changes);
  /// The records of a page of models.
  task<result<akeneo_gathered>> models(boost::json::array items, std::string where, bool changes);
  /// Those of these root models that have a variant which the filters select; all, when there are no filters.
  task<result<std::vector<std::string>>> selected_roots(boost::json::array models);

private:
  using family = std::vector<std::vector<boost::json::value>>; ///< the variants of each root

  task<result<boost::json::array>> selected_now(std::vector<std::string> keys);
  task<result<std::vector<boost::json::value>>> roots_of(std::vector<std::string> codes, std::string where,
                                                         akeneo_gathered& out);
  task<result<void>> expand(std::vector<boost::json::value> roots, std::string where, bool changes,
                            akeneo_gathered& out);
  task<result<family>> variants_of(std::vector<boost::json::value> roots, bool only_keys);
  task<result<std::vector<boost::json::value>>> without_broken(std::vector<boost::json::value> roots, std::string where,
                                                               akeneo_gathered& out);
  task<result<void>> add_simple(boost::json::value item, std::string where, akeneo_gathered& out);
  task<result<void>> add_model(boost::json::value root, std::vector<boost::json::value> variants, std::string where,
                               akeneo_gathered& out);
  task<result<std::vector<std::string>>> axes_of(boost::json::value root);
  task<result<int>> levels_of(boost::json::value root);

  akeneo_client& client_;
  akeneo_reference& reference_;
  akeneo_zone& zone_;
  const akeneo_options& options_;
  akeneo_values values_;
};

} // namespace listingd::pim
