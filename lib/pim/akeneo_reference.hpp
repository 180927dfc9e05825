// The catalogue's structure as far as records need it: attribute types, labels of options, axes of family variants,
// media of assets. Read when it is asked for, believed for options.reference_every, bounded whatever the catalogue.
#pragma once

#include "pim/akeneo_cache.hpp"
#include "pim/akeneo_client.hpp"

#include <boost/json/object.hpp>
#include <set>
#include <string>
#include <vector>

namespace listingd::pim {

struct akeneo_attribute {
  std::string type;      ///< "pim_catalog_simpleselect"
  std::string reference; ///< of an asset collection: the asset family
};

/// A picture of an asset, as a record refers to it.
struct akeneo_asset_media {
  std::string locale, scope; ///< empty = of all
  std::string ref;
};

class akeneo_reference {
public:
  akeneo_reference(akeneo_client& client, const clock& time);

  /// The code of the (main) identifier attribute, which holds the SKU.
  task<result<std::string>> identifier();
  /// The attribute; an empty type when the PIM has no such attribute (any more).
  task<result<akeneo_attribute>> attribute(std::string code);
  /// {option code: {locale: label}} of these options of a select attribute, as far as the PIM has them.
  task<result<boost::json::object>> labels(std::string attribute, std::set<std::string> options);
  /// The axes of all levels, in order. fix_data/family_variant_missing when there is no such family variant.
  task<result<std::vector<std::string>>> axes(std::string family, std::string variant);
  /// How many levels of models it has: 1 when variants are the root's direct children.
  task<result<int>> levels(std::string family, std::string variant);
  /// The main media of an asset. An asset that is missing or has none gives a reference that names it, and that
  /// fetch_media() refuses as missing.
  task<result<std::vector<akeneo_asset_media>>> asset(std::string family, std::string code);

private:
  struct family_variant {
    std::vector<std::string> axes;
    int levels = 1;
  };
  struct main_media {
    std::string attribute;
    bool link = false;
    std::string prefix, suffix; ///< of a link
  };

  task<result<void>> list_attributes();
  task<result<void>> list_options(std::string attribute);
  task<result<boost::json::object>> label(std::string attribute, std::string option);
  task<result<family_variant>> variant_of(std::string family, std::string variant);
  task<result<main_media>> main_media_of(std::string family);
  void learn_attribute(const boost::json::value& from);

  akeneo_client& client_;
  const clock& time_;
  std::string identifier_;
  bool identifier_is_main_ = false;
  std::optional<instant> attributes_read_;
  akeneo_cache<akeneo_attribute> attributes_;
  akeneo_cache<boost::json::object> options_; ///< labels, by attribute and option
  akeneo_cache<bool> listed_options_;         ///< by attribute: whether the listing was complete
  akeneo_cache<family_variant> variants_;
  akeneo_cache<main_media> asset_families_;
  akeneo_cache<std::vector<akeneo_asset_media>> assets_;
};

} // namespace listingd::pim
