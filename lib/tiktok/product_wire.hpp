// A product on the wire: a draft becomes the JSON bodies of create, edit, partial edit, price and stock; answers of Get
// and Search become what the house knows. Pure and deterministic: the same draft gives the same bytes. Field names and
// their limits are those of Create Product 202309 and Edit Product 202509.
#pragma once

#include "model/draft.hpp"
#include "model/listing.hpp"

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace listingd::tiktok {

[[nodiscard]] boost::json::object create_body(const draft& wanted, const std::string& idempotency_key);

/// The create body without what listing_check does not know.
[[nodiscard]] boost::json::object check_body(const draft& wanted);

enum class prices { leave_out, include };

/// Full replacement. SKUs keep the id that `live` has under their seller_sku; SKUs of `live` that the draft lacks are
/// deleted by their absence. Inventory goes only with new SKUs, prices with new SKUs and where asked (an omitted price
/// stays as it is). What the draft has no word for (manufacturers, delivery options, ...) is carried over, since a full
/// edit blanks what it does not name.
[[nodiscard]] boost::json::object edit_body(const draft& wanted, const observed_product& live, prices with);

/// The top-level properties of details, media (main images, size chart) and compliance; other facets add nothing.
/// Pictures of variants live inside `skus` and need a full edit.
[[nodiscard]] boost::json::object partial_edit_body(const draft& wanted, const std::vector<facet>& facets);

/// All SKUs that both sides know.
[[nodiscard]] boost::json::object price_body(const draft& wanted, const observed_product& live);

/// All SKUs that both sides know, each with every warehouse that it has at TikTok: the draft's warehouse (or the only
/// one) gets the wanted quantity, others keep what was observed.
[[nodiscard]] boost::json::object stock_body(const draft& wanted, const observed_product& live);

/// A file name that File Upload accepts: one dot, no spaces, a letter or digit first. Used for the upload and again
/// where the certificate names its file.
[[nodiscard]] std::string file_name_for_upload(std::string_view name);

/// The position in sales_attributes of the one that carries the variants' pictures: the first whose values each have
/// one picture throughout; nothing when no SKU has one.
[[nodiscard]] std::optional<std::size_t> picture_axis(const draft& wanted);

} // namespace listingd::tiktok
