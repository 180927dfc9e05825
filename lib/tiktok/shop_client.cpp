#include "tiktok/shop_client.hpp"

#include "model/json.hpp"

namespace listingd::tiktok {

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

std::unique_ptr<sync::shop> make_shop(net::transport& wire, client_options options, const clock& time) {
  return std::make_unique<shop_client>(wire, std::move(options), time);
}

} // namespace listingd::tiktok
