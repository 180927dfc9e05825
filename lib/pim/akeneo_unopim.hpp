// UnoPim's items in Akeneo's shape. Pure; used by akeneo_client.
#pragma once

#include "pim/akeneo_listing.hpp"

namespace listingd::pim {

/// A product or configurable product; what is no object stays as it is. A configurable product's super_attributes
/// become `axes`, since UnoPim has no family variants.
[[nodiscard]] boost::json::value from_unopim(const boost::json::value& item, akeneo_kind kind);

/// Akeneo's name of an attribute's type; types that both write alike are `pim_catalog_text`.
[[nodiscard]] std::string type_from_unopim(const std::string& type);

} // namespace listingd::pim
