// A draft: the complete TikTok product we want, ready to submit, split into facets so that writes stay small. Made by
// lib/mapping from a record, a profile and the leaf's rules; judged by lib/review; put on the wire by lib/tiktok.
#pragma once

#include "model/clock.hpp"
#include "model/ids.hpp"
#include "model/media.hpp"

#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace listingd {

/// A picture or document of a draft. `ref` is the source's own (relative path or URL). Filled in stages: mapping gives
/// ref and use; the studio the original's hash and the operations that make it fit; the upload TikTok's uri (or file
/// id).
struct draft_media {
  std::string ref;
  media_use use = media_use::main_image;
  std::string original_sha256;
  std::vector<std::string> operations; ///< e.g. "orient", "srgb", "flatten", "scale 800x800", "pad 900x1200", "jpeg 90"
  std::string uri;                     ///< image uri, or id of an uploaded document
  std::string name;                    ///< file name, for documents

  /// Identity for digests and for the upload cache: original hash and operations, never the corrected bytes.
  [[nodiscard]] std::string content_key() const;
};

struct draft_value {
  std::string id;   ///< a value of TikTok's list; wins over name
  std::string name; ///< a custom value
  auto operator<=>(const draft_value&) const = default;
};

struct draft_attribute {
  std::string id;
  std::string name; ///< for messages
  std::vector<draft_value> values;
};

struct draft_sales_attribute {
  std::string id; ///< TikTok's sales attribute, or empty for a custom one
  std::string name;
  draft_value value;
};

struct draft_sku {
  variant_key key;
  listingd::seller_sku seller_sku;
  std::vector<draft_sales_attribute> sales_attributes;
  std::optional<draft_media> image; ///< of the one axis that carries images
  std::string price;                ///< decimal text, in the draft's currency
  std::int64_t stock = 0;
  std::string identifier_type; ///< GTIN, EAN, UPC, ISBN, JAN or empty
  std::string identifier_code;
};

struct draft_certificate {
  std::string id;
  std::string name;
  std::vector<draft_media> media; ///< images, or documents (PDF)
  std::optional<instant> expires;
};

/// The parts of a draft that are written apart.
enum class facet {
  details,    ///< title, description, brand, attributes, package
  structure,  ///< category and the set of SKUs with their sales attributes and identifiers
  media,      ///< pictures
  offers,     ///< prices
  stock,      ///< quantities
  compliance, ///< certificates
};
inline constexpr facet all_facets[] = {facet::details, facet::structure, facet::media,
                                       facet::offers,  facet::stock,     facet::compliance};
[[nodiscard]] std::string_view name_of(facet one);

/// facet name -> digest; what was wanted, accepted or refused.
using facet_digests = std::map<std::string, std::string>;

struct draft {
  product_key product;
  std::string external_product_id; ///< "source:key", travels with the create and proves that a product is ours
  std::string category_version;    ///< v1 | v2 | empty
  listingd::category_id category_id;
  std::string title;
  std::string description; ///< HTML
  std::string brand_id;
  std::vector<draft_attribute> attributes;
  std::vector<draft_media> main_images;
  std::vector<draft_sku> skus;
  std::string currency;
  std::string warehouse_id;
  bool follow_stock = false; ///< stock is sent again when the source's own number changes
  std::string weight, weight_unit;
  std::string length, width, height, dimension_unit;
  std::vector<draft_certificate> certificates;
  std::optional<draft_media> size_chart;

  /// Digest of each facet. Media enter as content keys, so they are only final once the studio has seen them.
  [[nodiscard]] facet_digests digests() const;
  /// The draft as JSON, for `plan`, notes and field diffs.
  [[nodiscard]] boost::json::object to_json() const;
  /// Every picture and document, in a stable order; for preparing and uploading them in place.
  [[nodiscard]] std::vector<draft_media*> media();
};

/// The facets whose digests differ, or are missing on one side.
[[nodiscard]] std::vector<facet> differing(const facet_digests& wanted, const facet_digests& accepted);

/// A change made by a rule to clear a violation; applied while mapping and preparing. Void when `input` no longer
/// matches what it was made for.
struct repair {
  std::string rule;           ///< image_geometry | attach_certificate
  boost::json::object change; ///< e.g. {"min_short_side": 800} or {"certificate_id": "..."}
  std::string input;          ///< digest of the input it was made for
};

} // namespace listingd
