#include "tiktok/webhook_event.hpp"

#include "model/digest.hpp"
#include "model/json.hpp"

#include <algorithm>
#include <array>

namespace listingd::tiktok {

namespace {

constexpr std::array topics{
    webhook_topic{5, "PRODUCT_STATUS_CHANGE"},
    webhook_topic{6, "SELLER_DEAUTHORIZATION"},
    webhook_topic{7, "UPCOMING_AUTHORIZATION_EXPIRATION"},
    webhook_topic{15, "PRODUCT_INFORMATION_CHANGE"},
    webhook_topic{16, "PRODUCT_CREATION"},
    webhook_topic{18, "PRODUCT_CATEGORY_CHANGE"},
    webhook_topic{37, "PRODUCT_AUDIT_STATUS_CHANGE"},
};

void add(std::vector<listing_id>& products, std::string id) {
  listing_id one(std::move(id));
  if (!one.empty() && std::ranges::find(products, one) == products.end()) products.push_back(std::move(one));
}

/// Topics name their product differently: product_id mostly, products[].id (42), source_product_id and
/// replicated_product.product_id (51), local_product_id[] (52).
std::vector<listing_id> products_of(const json::value& data) {
  std::vector<listing_id> out;
  add(out, text_at(data, "product_id"));
  for (const auto& one : items_at(data, "products")) add(out, text_at(one, "id"));
  add(out, text_at(data, "source_product_id"));
  for (const auto& one : items_at(data, "replicated_product")) add(out, text_at(one, "product_id"));
  for (const auto& one : items_at(data, "local_product_id")) add(out, text_of(one));
  return out;
}

} // namespace

result<webhook_event> parse_webhook(std::string_view body) {
  auto parsed = parse_json(body, "webhook");
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  const auto type = integer_at(*parsed, "type");
  if (!type) return bad_data("webhook", "webhook_invalid", "the body is no object with a type");
  webhook_event out{.type = static_cast<int>(*type),
                    .notification_id = text_at(*parsed, "tts_notification_id"),
                    .shop = shop_id(text_at(*parsed, "shop_id")),
                    .seller_open_id = text_at(*parsed, "seller_open_id")};
  if (out.notification_id.empty()) out.notification_id = sha256_hex(body);
  if (const auto seconds = integer_at(*parsed, "timestamp")) out.sent_at = instant(std::chrono::seconds(*seconds));
  if (const auto* data = find(*parsed, "data")) out.data = *data;
  out.products = products_of(out.data);
  out.message = text_at(out.data, "message");
  return out;
}

std::span<const webhook_topic> wanted_topics() {
  return topics;
}

} // namespace listingd::tiktok
