#include "tiktok/shop_client.hpp"

#include "model/json.hpp"
#include "tiktok/classify.hpp"
#include "tiktok/webhook_event.hpp"

namespace listingd::tiktok {

namespace {

constexpr int deauthorization_type = 6;
constexpr int expiration_type = 7;

/// Unix seconds, as a string in the documentation; nothing when they cannot be the end of a consent.
std::optional<instant> end_of_consent(const json::value& data) {
  constexpr std::int64_t year_2001 = 1'000'000'000, year_2286 = 10'000'000'000;
  const auto seconds = integer_at(data, "expiration_time");
  if (!seconds || *seconds < year_2001 || *seconds > year_2286) return std::nullopt;
  return instant(std::chrono::seconds(*seconds));
}

} // namespace

task<result<api_answer>> shop_client::call(shop_access access, api_call asked) {
  return gateway_.call(std::move(access.app), std::move(access.cipher), std::move(access.access_token),
                       std::move(asked));
}

task<result<json::value>> shop_client::data_of(shop_access access, api_call asked) {
  auto answer = co_await call(std::move(access), std::move(asked));
  if (!answer) co_return std::unexpected(std::move(answer.error()));
  co_return std::move(answer->data);
}

task<result<std::vector<sync::webhook_subscription>>> shop_client::webhooks(shop_access access) {
  api_call asked{.path = "/event/202309/webhooks"};
  const auto answer = co_await call(std::move(access), std::move(asked));
  if (!answer) co_return std::unexpected(answer.error());
  std::vector<sync::webhook_subscription> out;
  for (const auto& one : items_at(answer->data, "webhooks"))
    out.push_back({.event_type = text_at(one, "event_type"), .address = text_at(one, "address")});
  co_return out;
}

task<result<void>> shop_client::subscribe(shop_access access, sync::webhook_subscription wanted) {
  const json::object body{{"address", wanted.address}, {"event_type", wanted.event_type}};
  api_call asked{.method = "PUT", .path = "/event/202309/webhooks", .body = json::serialize(body)};
  const auto answer = co_await call(std::move(access), std::move(asked));
  if (!answer) co_return std::unexpected(answer.error());
  co_return result<void>{};
}

std::vector<std::string> shop_client::webhook_topics() const {
  std::vector<std::string> out;
  for (const auto& one : wanted_topics()) out.emplace_back(one.event_type);
  return out;
}

result<sync::shop_event> shop_client::read_event(std::string_view body) const {
  auto read = parse_webhook(body);
  if (!read) return std::unexpected(std::move(read.error()));
  sync::shop_event out{.kind = sync::event_kind::other,
                       .type = read->type,
                       .name = {},
                       .shop = std::move(read->shop),
                       .listings = std::move(read->products),
                       .message = std::move(read->message),
                       .sent_at = read->sent_at,
                       .ends_at = {}};
  for (const auto& topic : wanted_topics())
    if (topic.type == read->type) out.name = topic.event_type;
  if (read->type == deauthorization_type) {
    out.kind = sync::event_kind::deauthorized;
  } else if (read->type == expiration_type) {
    out.kind = sync::event_kind::consent_ends;
    out.ends_at = end_of_consent(read->data);
  } else if (!out.listings.empty()) {
    out.kind = sync::event_kind::product;
  }
  return out;
}

code_advice shop_client::advice(std::string_view code) const {
  return advice_of(code);
}

std::unique_ptr<sync::shop> make_shop(net::transport& wire, client_options options, app_book& apps,
                                      platform_clock& time) {
  return std::make_unique<shop_client>(wire, std::move(options), apps, time);
}

} // namespace listingd::tiktok
