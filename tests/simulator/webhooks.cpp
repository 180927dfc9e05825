#include "simulator/webhooks.hpp"

#include "simulator/gateway.hpp"
#include "simulator/signature.hpp"

#include <algorithm>
#include <array>
#include <regex>

namespace listingd::simulator {

namespace {

struct topic {
  int type;
  std::string_view event_type;
};

// The 17 event types of the Event API with the numbers of their topic pages.
constexpr std::array topics{
    topic{1, "ORDER_STATUS_CHANGE"},
    topic{2, "REVERSE_STATUS_UPDATE"},
    topic{3, "RECIPIENT_ADDRESS_UPDATE"},
    topic{4, "PACKAGE_UPDATE"},
    topic{5, "PRODUCT_STATUS_CHANGE"},
    topic{6, "SELLER_DEAUTHORIZATION"},
    topic{7, "UPCOMING_AUTHORIZATION_EXPIRATION"},
    topic{11, "CANCELLATION_STATUS_CHANGE"},
    topic{12, "RETURN_STATUS_CHANGE"},
    topic{13, "NEW_CONVERSATION"},
    topic{14, "NEW_MESSAGE"},
    topic{15, "PRODUCT_INFORMATION_CHANGE"},
    topic{16, "PRODUCT_CREATION"},
    topic{18, "PRODUCT_CATEGORY_CHANGE"},
    topic{33, "NEW_MESSAGE_LISTENER"},
    topic{36, "INVOICE_STATUS_CHANGE"},
    topic{37, "PRODUCT_AUDIT_STATUS_CHANGE"},
};

std::string place(const std::string& app_key, const std::string& shop_id, std::string_view event_type) {
  return app_key + " " + shop_id + " " + std::string(event_type);
}

std::string known_event(const call& asked) {
  auto event = text(asked.body, "event_type");
  if (std::ranges::find(topics, event, &topic::event_type) == topics.end()) {
    throw refusal{36009004, "Invalid request parameter `event_type`.", 400};
  }
  return event;
}

void check_address(const call& asked, const std::string& address) {
  static const std::regex form("https://([^/:?#]+)(:[0-9]+)?(/[^\\s]*)?");
  static const std::regex number_address("[0-9.]+|\\[.*\\]");
  std::smatch parts;
  const bool valid =
      address.size() <= 255 && std::regex_match(address, parts, form) &&
      (asked.state.setting.allow_port || (parts[2].length() == 0 && !std::regex_match(parts[1].str(), number_address)));
  if (!valid) throw refusal{36009004, "Invalid request parameter `address`: https, a domain name, no port.", 400};
}

std::int64_t id_number(const product& about) {
  return std::stoll(about.id);
}

} // namespace

std::string subscribed_address(const world& state, const std::string& app_key, const std::string& shop_id, int type) {
  const auto found = std::ranges::find(topics, type, &topic::type);
  if (found == topics.end()) return "";
  const auto subscribed = state.subscriptions.find(place(app_key, shop_id, found->event_type));
  return subscribed == state.subscriptions.end() ? "" : subscribed->second.address;
}

void queue_delivery(world& state, const application& app, const std::string& shop_id, const std::string& address,
                    int type, std::string body, bool bad_signature) {
  delivery made;
  made.notification_id = std::to_string(7'400'000'000'000'000'000ULL + state.deliveries.size());
  made.app_key = app.key;
  made.shop_id = shop_id;
  made.address = address;
  made.type = type;
  made.signature = sign_webhook(app.key, app.secrets.front() + (bad_signature ? "x" : ""), body);
  made.body = std::move(body);
  state.waiting_deliveries.insert(state.deliveries.size());
  state.deliveries.push_back(std::move(made));
}

void notify(world& state, const std::string& shop_id, int type, const json::object& data) {
  if (!state.setting.webhooks) return;
  const auto id = std::to_string(7'400'000'000'000'000'001ULL + 2 * ++state.last_id);
  for (const auto& app : state.applications) {
    const auto address = subscribed_address(state, app.key, shop_id, type);
    if (address.empty()) continue;
    const json::object body{{"type", type},
                            {"tts_notification_id", id},
                            {"shop_id", shop_id},
                            {"timestamp", state.platform_seconds()},
                            {"data", data}};
    queue_delivery(state, app, shop_id, address, type, json::serialize(body), false);
    state.deliveries.back().notification_id = id;
  }
}

void notify_creation(world& state, const product& about) {
  notify(state, about.shop_id, 16,
         {{"product_id", id_number(about)}, {"product_types", json::array{}}, {"update_time", now_seconds()}});
}

void notify_status(world& state, const product& about, const std::string& what) {
  notify(
      state, about.shop_id, 5,
      {{"product_id", id_number(about)}, {"status", what}, {"suspended_reason", ""}, {"update_time", now_seconds()}});
}

void notify_audit(world& state, const product& about) {
  json::object audit{{"status", about.audit}};
  if (!about.pre_approved_reasons.empty()) audit["pre_approved_reasons"] = about.pre_approved_reasons;
  notify(state, about.shop_id, 37,
         {{"product_id", id_number(about)}, {"audit", std::move(audit)}, {"update_time", now_seconds()}});
}

void notify_information(world& state, const product& about, const std::vector<std::string>& fields,
                        const std::string& source) {
  json::array changed;
  for (const auto& each : fields) changed.emplace_back(each);
  notify(state, about.shop_id, 15,
         {{"product_id", about.id},
          {"change_source", source},
          {"changed_fields", std::move(changed)},
          {"update_time", now_seconds()}});
}

void notify_category(world& state, const product& about, const std::string& previous) {
  notify(state, about.shop_id, 18,
         {{"product_id", about.id},
          {"previous_category_id", previous},
          {"current_category_id", text(about.base, "category_id")},
          {"update_time", now_seconds()}});
}

std::vector<std::pair<std::size_t, delivery>> take_due(world& state, std::int64_t now) {
  std::vector<std::pair<std::size_t, delivery>> due;
  for (const auto number : state.waiting_deliveries) {
    if (state.deliveries[number].due_ms <= now) due.emplace_back(number, state.deliveries[number]);
  }
  for (const auto& [number, each] : due) {
    state.waiting_deliveries.erase(number);
    state.deliveries[number].state = "sending";
  }
  return due;
}

void settle_delivery(world& state, std::size_t number, unsigned status, bool empty_body, const std::string& problem) {
  static constexpr std::array<std::int64_t, 4> delays_ms = {120'000, 1'800'000, 10'800'000, 43'200'000};
  auto& sent = state.deliveries[number];
  ++sent.attempts;
  sent.last_status = status;
  sent.last_problem = status != 0 && !empty_body ? "the answer has a body" : problem;
  if (empty_body && (status == 200 || status == 401)) {
    sent.state = status == 200 ? "delivered" : "denied";
    return;
  }
  const auto retry = static_cast<std::size_t>(sent.attempts - 1);
  if (retry >= delays_ms.size()) {
    sent.state = "dropped";
    return;
  }
  sent.state = "waiting";
  sent.due_ms = now_ms() + static_cast<std::int64_t>(static_cast<double>(delays_ms[retry]) / state.setting.time_scale);
  state.waiting_deliveries.insert(number);
}

json::value get_webhooks(call& asked) {
  json::array rows;
  const auto prefix = place(asked.app->key, asked.seller->id, "");
  for (const auto& [name, each] : asked.state.subscriptions) {
    if (!name.starts_with(prefix)) continue;
    rows.push_back(json::object{{"event_type", name.substr(prefix.size())},
                                {"address", each.address},
                                {"create_time", each.created_at},
                                {"update_time", each.updated_at}});
  }
  const auto count = rows.size();
  return json::object{{"total_count", count}, {"webhooks", std::move(rows)}};
}

json::value put_webhook(call& asked) {
  const auto event = known_event(asked);
  const auto address = text(asked.body, "address");
  check_address(asked, address);
  auto& stored = asked.state.subscriptions[place(asked.app->key, asked.seller->id, event)];
  stored = {address, stored.created_at == 0 ? now_seconds() : stored.created_at, now_seconds()};
  return json::object{};
}

json::value delete_webhook(call& asked) {
  asked.state.subscriptions.erase(place(asked.app->key, asked.seller->id, known_event(asked)));
  return json::object{};
}

} // namespace listingd::simulator
