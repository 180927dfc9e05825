// Putting a record together from what was gathered. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <vector>

namespace listingd::pim {

/// A product or model as Akeneo shows it, and its values as akeneo_values makes them.
struct akeneo_part {
  std::string key;
  boost::json::value item;
  boost::json::value values;
};

/// The record of a simple product.
[[nodiscard]] boost::json::value record_of(const akeneo_part& product, boost::json::object labels);

/// The record of a root model: what all share in `values`, of each variant only what differs or lies below, since
/// Akeneo shows a variant with its models' values. Enabled when any variant is; in all categories of its parts; as new
/// as the newest of them. The variants in the order of their keys, so that equal products make equal records.
[[nodiscard]] boost::json::value record_of(const akeneo_part& root, std::vector<akeneo_part> variants,
                                           const std::vector<std::string>& axes, boost::json::object labels);

} // namespace listingd::pim
