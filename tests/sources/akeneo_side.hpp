// The Akeneo of tests as the conformance suite sees it, and its source. Unit tests of the kind use the same.
#pragma once

#include "net/transport.hpp"
#include "pim/akeneo.hpp"
#include "sources/akeneo_server.hpp"

#include <memory>

namespace listingd::sources {

/// The catalogue's structure that every test has: attributes name, rank, color, sku and more, the family `shirts` with
/// the variant by_color, German and English labels.
void furnish(akeneo_server& server);

/// The options that let a source read the server: its login, small pages, short timeouts.
[[nodiscard]] pim::akeneo_options options_for(const akeneo_server& server, int page);

/// Puts a product as the suite describes it; only parts that differ are saved, as in Akeneo.
void put_product(akeneo_server& server, const pim_product& product);

} // namespace listingd::sources
