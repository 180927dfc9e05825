#include "simulator/world.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>

namespace listingd::simulator {

namespace {

// The scope keys of section 1.8 of the authorization reference that an app for local shops is usually granted.
const std::vector<std::string> usual_scopes = {"seller.authorization.info", "seller.product.basic",
                                               "seller.product.write",      "seller.product.delete",
                                               "serller.product.optimize",  "seller.logistics"};

std::atomic<std::int64_t> shift_ms{0};

std::string demanded(const json::object& object, std::string_view key, std::string_view where) {
  auto value = text(object, key);
  if (value.empty()) throw std::runtime_error(std::string(where) + ": '" + std::string(key) + "' is missing");
  return value;
}

void check_shops(const world& target, const std::vector<std::string>& ids) {
  for (const auto& id : ids) {
    if (!target.shop_by_id(id)) throw std::runtime_error("apps: shop " + id + " is not in the world");
  }
}

} // namespace

std::int64_t now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count() + shift_ms;
}

void shift_time(std::int64_t seconds) {
  shift_ms = seconds * 1000;
}

std::int64_t now_seconds() {
  return now_ms() / 1000;
}

const std::vector<std::string>* application::shops_of(const std::string& seller) const {
  if (seller.empty()) return &shop_ids;
  const auto found = sellers.find(seller);
  return found == sellers.end() ? nullptr : &found->second;
}

std::int64_t world::platform_seconds() const {
  return now_seconds() + setting.clock_offset_seconds;
}

void world::end_tokens(std::size_t consent, token_end how) {
  for (auto& [text, token] : tokens) {
    if (token.consent == consent && token.ended == token_end::none) token.ended = how;
  }
}

std::string world::next_id() {
  constexpr std::uint64_t first = 1'729'400'000'000'000'001ULL;
  return std::to_string(first + 2 * ++last_id * 53);
}

const application* world::app_by_key(std::string_view key) const {
  const auto found = std::ranges::find(applications, key, &application::key);
  return found == applications.end() ? nullptr : &*found;
}

const shop* world::shop_by_id(std::string_view id) const {
  const auto found = std::ranges::find(shops, id, &shop::id);
  return found == shops.end() ? nullptr : &*found;
}

const json::object* world::category(const std::string& id) const {
  const auto found = categories.find(id);
  return found == categories.end() ? nullptr : &found->second;
}

product* world::find_product(const std::string& id) {
  const auto found = products.find(id);
  return found == products.end() ? nullptr : &found->second;
}

void load_world(world& target, const json::value& description) {
  const auto& all = as_object(description);
  for (const auto& value : list(all, "shops")) {
    const auto& s = as_object(value);
    target.shops.push_back({demanded(s, "id", "shops"), text(s, "name"), demanded(s, "region", "shops"),
                            demanded(s, "seller_type", "shops"), demanded(s, "cipher", "shops"), text(s, "code")});
  }
  if (target.shops.empty()) throw std::runtime_error("the world has no shops");
  for (const auto& [region, version] : part(all, "category_version")) {
    target.category_version[region] = std::string(version.as_string());
  }
  for (const auto& value : list(all, "categories")) {
    const auto id = demanded(as_object(value), "id", "categories");
    target.category_order.push_back(id);
    target.categories[id] = as_object(value);
  }
  for (const auto& [id, value] : part(all, "attributes")) target.attributes[id] = value.as_array();
  for (const auto& [id, value] : part(all, "rules")) target.rules[id] = value.as_object();
  target.warehouses = list(all, "warehouses");
  target.brands = list(all, "brands");
  target.hidden_rules = list(part(all, "review"), "hidden_rules");
}

void load_applications(world& target, const json::value& description) {
  for (const auto& value : list(as_object(description), "apps")) {
    const auto& a = as_object(value);
    application app{.name = demanded(a, "name", "apps"),
                    .key = demanded(a, "app_key", "apps"),
                    .secrets = {demanded(a, "app_secret", "apps")},
                    .service_id = demanded(a, "service_id", "apps"),
                    .redirect_url = text(a, "redirect_url"),
                    .shop_ids = texts(a, "shop_ids"),
                    .granted_scopes = has(a, "granted_scopes") ? texts(a, "granted_scopes") : usual_scopes,
                    .sellers = {}};
    check_shops(target, app.shop_ids);
    for (const auto& [seller, ids] : part(a, "sellers")) {
      auto& shops = app.sellers[std::string(seller)] = texts(part(a, "sellers"), seller);
      check_shops(target, shops);
    }
    target.applications.push_back(std::move(app));
  }
  if (target.applications.empty()) throw std::runtime_error("no apps");
}

} // namespace listingd::simulator
