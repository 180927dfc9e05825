// From an item's values, as Akeneo shows them, to a record's: only locale, scope and data, pictures and documents as
// {"media": reference}, assets as the media that they hold. And the labels that a record's values need.
#pragma once

#include "pim/akeneo_reference.hpp"

#include <boost/json/object.hpp>
#include <map>
#include <set>
#include <string>

namespace listingd::pim {

class akeneo_values {
public:
  akeneo_values(akeneo_reference& reference, const akeneo_options& options)
      : reference_(reference), options_(options) {}

  /// The values of a product or model. Those of other channels and locales than the options name are left out, also
  /// when the PIM showed them. An identifier that stands beside the values is put among them. What has another shape
  /// stays as it is: parse_record() says where.
  task<result<boost::json::value>> of(boost::json::value item);

  /// Which options occur in values, by select attribute; added to `found`.
  using options_by_attribute = std::map<std::string, std::set<std::string>>;
  task<result<void>> find_options(const boost::json::value& values, options_by_attribute& found);
  /// {attribute: {option: {locale: label}}}.
  task<result<boost::json::object>> labels(options_by_attribute options);

private:
  task<result<boost::json::value>> entry(boost::json::value from, akeneo_attribute attribute);
  task<result<boost::json::array>> assets(boost::json::value codes, std::string family, std::string locale,
                                          std::string scope);
  [[nodiscard]] bool wanted(const boost::json::value& entry) const;

  akeneo_reference& reference_;
  const akeneo_options& options_;
};

} // namespace listingd::pim
