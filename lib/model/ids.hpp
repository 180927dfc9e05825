// Ids that cannot be mixed up: each is text of its own type. TikTok's ids have up to 19 digits (beyond 2^53) and are
// never numbers here.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace listingd {

template <class Tag>
class text_id {
public:
  text_id() = default;
  explicit text_id(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  auto operator<=>(const text_id&) const = default;

private:
  std::string text_;
};

using source_name = text_id<struct source_name_tag>; ///< name of a [[source]]
using product_key = text_id<struct product_key_tag>; ///< the source's stable id of a product
using variant_key = text_id<struct variant_key_tag>; ///< the source's stable id of a variant
using shop_id = text_id<struct shop_id_tag>;         ///< TikTok's shops[].id
using listing_id = text_id<struct listing_id_tag>;   ///< TikTok's product id
using sku_id = text_id<struct sku_id_tag>;           ///< TikTok's SKU id
using seller_sku = text_id<struct seller_sku_tag>;   ///< the seller's own SKU code
using category_id = text_id<struct category_id_tag>; ///< a node of TikTok's category tree
using app_name = text_id<struct app_name_tag>;       ///< name of an [[app]]

} // namespace listingd

template <class Tag>
struct std::hash<listingd::text_id<Tag>> {
  std::size_t operator()(const listingd::text_id<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.text());
  }
};
