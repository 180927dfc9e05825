// A listing as TikTok has it: two axes that are never merged (listing_status, review_state), raw values kept, and what
// a Get Product said in the terms of a draft.
#pragma once

#include "model/clock.hpp"
#include "model/ids.hpp"

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace listingd {

/// Get Product's `status`. `unknown` holds whatever a newer API says; the raw text is kept beside it.
enum class listing_status {
  none, ///< no product at TikTok yet
  draft,
  pending,
  failed,
  activate,
  seller_deactivated,
  platform_deactivated,
  freeze,
  deleted,
  unknown
};

/// Get Product's `audit.status`.
enum class review_state { none, auditing, failed, pre_approved, approved, unknown };

[[nodiscard]] std::string_view name_of(listing_status status); ///< TikTok's spelling; "" for none
[[nodiscard]] std::string_view name_of(review_state state);
[[nodiscard]] listing_status listing_status_from(std::string_view raw);
[[nodiscard]] review_state review_state_from(std::string_view raw);

/// One entry of audit_failed_reasons: free text in the shop's language, kept verbatim.
struct audit_reason {
  std::string position;
  std::vector<std::string> reasons;
  std::vector<std::string> suggestions;
  std::string platform;
};

struct observed_sku {
  sku_id id;
  listingd::seller_sku seller_sku;
  std::string external_sku_id;
};

/// What Get Product answered.
struct observed_product {
  listing_id id;
  listing_status status = listing_status::unknown;
  review_state review = review_state::unknown;
  std::string raw_status, raw_review;
  std::vector<std::string> pre_approved_reasons;
  std::vector<audit_reason> reasons;
  std::string external_product_id;
  std::vector<observed_sku> skus;
  boost::json::object body; ///< `data` as TikTok sent it; read-back compares with it field by field
};

/// One row of a product search: what adopt and uncertain outcomes need.
struct found_product {
  listing_id id;
  listing_status status = listing_status::unknown;
  std::string title;
  std::vector<observed_sku> skus;
  std::optional<instant> updated;
};

} // namespace listingd
