// Statements on the hot path, declared so that a test can look at the plan of exactly this text; each is defined beside
// the function that runs it.
#pragma once

#include <string>

namespace listingd::store::statements {

// queue.cpp
extern const std::string claim_due;          ///< $1 shops, $2 now, $3 lease token, $4 lease in ms, $5 holder
extern const std::string next_due;           ///< $1 shops
extern const std::string wake_by_listing_id; ///< $1 now, $2 shop, $3 listing id, $4 hint
extern const std::string wake_by_product;    ///< $1 now, $2 product key, $3 shop or ''
extern const std::string open_submission;    ///< $1..$3 listing
extern const std::string open_violations;    ///< $1..$3 listing
extern const std::string remediations_of;    ///< $1..$3 listing
// intake.cpp
extern const std::string upsert_products;   ///< $1 source, $2 keys, $3 payloads or '', $4 digests, $5 version
extern const std::string see_products;      ///< $1 source, $2 keys, $3 version
extern const std::string wake_products;     ///< $1 now, $2 source, $3 product keys
extern const std::string vanished_products; ///< $1 source, $2 since, $3 most
// submissions.cpp
extern const std::string existing_with; ///< $1 shop, $2 seller_skus
extern const std::string sku_taken;     ///< $1..$3 listing, $4 seller_skus
// reports.cpp
extern const std::string waiting_events; ///< $1 limit, $2 now
extern const std::string notes_about;    ///< $1 product key
extern const std::string notes_since;    ///< $1 since, $2 limit

} // namespace listingd::store::statements
