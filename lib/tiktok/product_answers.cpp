#include "tiktok/product_answers.hpp"

#include "model/json.hpp"

namespace listingd::tiktok {

namespace {

std::vector<std::string> texts_at(const json::value& from, std::string_view path) {
  std::vector<std::string> out;
  for (const auto& one : items_at(from, path)) out.push_back(text_of(one));
  return out;
}

/// `status` is left out for Indonesian products that are not on TIKTOK_SHOP; the next best word is taken then.
std::string status_of(const json::value& data) {
  auto status = text_at(data, "status");
  if (status.empty()) status = text_at(data, "product_status");
  if (const auto platforms = items_at(data, "integrated_platform_statuses"); status.empty() && !platforms.empty())
    status = text_at(platforms.front(), "status");
  return status;
}

listing_status status_from(const std::string& raw) {
  return raw.empty() ? listing_status::unknown : listing_status_from(raw);
}

} // namespace

std::vector<observed_sku> skus_from(const json::value& data) {
  std::vector<observed_sku> out;
  for (const auto& sku : items_at(data, "skus"))
    out.push_back({.id = sku_id(text_at(sku, "id")),
                   .seller_sku = seller_sku(text_at(sku, "seller_sku")),
                   .external_sku_id = text_at(sku, "external_sku_id")});
  return out;
}

observed_product observed_from(const json::value& data) {
  observed_product out;
  out.id = listing_id(text_at(data, "id"));
  out.raw_status = status_of(data);
  out.status = status_from(out.raw_status);
  out.raw_review = text_at(data, "audit.status");
  out.review = review_state_from(out.raw_review);
  out.pre_approved_reasons = texts_at(data, "audit.pre_approved_reasons");
  for (const auto& one : items_at(data, "audit_failed_reasons"))
    out.reasons.push_back({.position = text_at(one, "position"),
                           .reasons = texts_at(one, "reasons"),
                           .suggestions = texts_at(one, "suggestions"),
                           .platform = text_at(one, "listing_platform")});
  out.external_product_id = text_at(data, "external_product_id");
  out.skus = skus_from(data);
  if (const auto* body = data.if_object()) out.body = *body;
  return out;
}

found_product found_from(const json::value& row) {
  found_product out{.id = listing_id(text_at(row, "id")),
                    .status = status_from(status_of(row)),
                    .title = text_at(row, "title"),
                    .skus = skus_from(row),
                    .updated = {}};
  if (const auto seconds = integer_at(row, "update_time")) out.updated = instant(std::chrono::seconds(*seconds));
  return out;
}

} // namespace listingd::tiktok
