// What a product is made of and how it is shown: ids given out, price and stock split off, the shapes of the answers,
// and the search index. Called by the product endpoints, the review and the control interface.
#pragma once

#include "simulator/world.hpp"

namespace listingd::simulator {

/// Gives ids to new SKUs and custom sales attributes, fills in names, and moves price and stock of the SKUs into the
/// product's offers. `content` is then comparable with other versions of the product.
void settle_content(world& state, product& target, json::object& content);

/// `data` of create and edit: product_id, skus.
json::object written(const product& shown, const json::object& content);

/// `data` of Get Product for one version of the product.
json::object view(const world& state, const product& shown, const json::object& content);

/// The version an edit starts from: the draft, else the one beside the live one, else the only one.
const json::object& working_version(const product& shown);

/// Stamps the update time and queues the product for the search index.
void touch(product& changed);

/// Puts a content into review: the first version, or one beside the live version.
void submit(world& state, product& changed, json::object content);

} // namespace listingd::simulator
