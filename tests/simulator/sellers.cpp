// The part of the control interface that concerns consents: what sellers, TikTok and Partner Center do to them.
#include "simulator/control.hpp"
#include "simulator/gateway.hpp"
#include "simulator/signature.hpp"
#include "simulator/webhooks.hpp"

#include <algorithm>

namespace listingd::simulator {

namespace {

application& app_named(world& state, const std::string& name) {
  const auto found = std::ranges::find(state.applications, name, &application::name);
  if (found == state.applications.end()) throw bad("there is no app " + name);
  return *found;
}

/// The shop that is meant; the first of the world where none is named.
shop& shop_meant(world& state, const json::object& body) {
  if (!has(body, "shop_id")) return state.shops.front();
  const auto found = std::ranges::find(state.shops, text(body, "shop_id"), &shop::id);
  if (found == state.shops.end()) throw bad("there is no shop " + text(body, "shop_id"));
  return *found;
}

/// With all that base64 has, because it travels in a query.
std::string new_cipher() {
  return "ROW_" + random_text(16) + "+/=";
}

std::string demanded(const json::object& body, std::string_view name) {
  auto value = text(body, name);
  if (value.empty()) throw bad(std::string(name) + " is missing");
  return value;
}

/// The id of a shop that is named, or given in full and opened where it is new.
std::string open_shop(world& state, const json::value& given) {
  const auto id = given.is_string() ? std::string(given.as_string()) : demanded(as_object(given), "id");
  if (state.shop_by_id(id)) return id;
  if (given.is_string()) throw bad("there is no shop " + id);
  const auto& row = given.as_object();
  state.shops.push_back({id, demanded(row, "name"), demanded(row, "region"), demanded(row, "seller_type"), new_cipher(),
                         "SIM" + random_text(4)});
  return id;
}

} // namespace

json::value set_seller(world& state, const json::object& body) {
  auto& app = app_named(state, text(body, "app"));
  std::vector<std::string> ids;
  json::array rows;
  for (const auto& each : list(body, "shop_ids")) {
    ids.push_back(open_shop(state, each));
    rows.emplace_back(shop_row(*state.shop_by_id(ids.back())));
  }
  const auto name = text(body, "name");
  (name.empty() ? app.shop_ids : app.sellers[name]) = std::move(ids);
  return json::object{{"shops", std::move(rows)}};
}

void set_secrets(world& state, const json::object& body) {
  auto& app = app_named(state, text(body, "app"));
  auto secrets = texts(body, "secrets");
  if (secrets.empty()) throw bad("an app has at least one secret");
  app.secrets = std::move(secrets);
}

void deauthorize(world& state, const json::object& body) {
  const auto shop_id = shop_meant(state, body).id;
  const bool only_shop = flag(body, "only_shop");
  notify(state, shop_id, 6, {{"message", "Shop_id " + shop_id + " is deauthorized from your APP by merchant."}});
  for (std::size_t number = 0; number < state.consents.size(); ++number) {
    auto& grant = state.consents[number];
    if (grant.shop_ids.erase(shop_id) == 0 || only_shop) continue;
    grant.alive = false;
    grant.shop_ids.clear();
    state.end_tokens(number, token_end::revoked);
  }
}

json::value rotate_cipher(world& state, const json::object& body) {
  auto& meant = shop_meant(state, body);
  meant.cipher = new_cipher();
  return json::object{{"cipher", meant.cipher}};
}

void warn_of_expiry(world& state, const json::object& body) {
  if (!has(body, "seconds")) throw bad("seconds is missing");
  const auto ends_at = state.platform_seconds() + number(body, "seconds");
  notify(state, shop_meant(state, body).id, 7,
         {{"message", "The authorization of the shop expires soon."}, {"expiration_time", std::to_string(ends_at)}});
}

} // namespace listingd::simulator
