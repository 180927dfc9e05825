// The front of the simulated API: it finds the endpoint, checks app, time, signature, token, scope and shop_cipher in
// the order the real gateway was seen to use, and wraps what the endpoint says into the envelope. Called by the server
// for every request that is not for the token host or the control interface.
#pragma once

#include "simulator/world.hpp"

namespace listingd::simulator {

/// One authenticated call. An endpoint reads it and returns `data`, or throws a refusal.
struct call {
  world& state;
  const request& asked;
  std::vector<std::string> path_arguments;
  json::object body;
  const application* app = nullptr;
  const consent* grant = nullptr;
  const shop* seller = nullptr; // null where shop_cipher is not accepted

  std::string parameter(std::string_view name) const {
    const auto* value = asked.parameter(name);
    return value ? *value : "";
  }
};

/// Handles a request under the world's mutex, which the caller holds. `endpoint_name` gets "METHOD pattern".
reply handle_api(world& state, const request& asked, std::string& endpoint_name);

// oauth.cpp: the consent page and the token host, unsigned.
bool is_oauth(const request& asked);
reply handle_oauth(world& state, const request& asked);

/// Counts a refresh request for as long as it lives; any other request, or an unknown refresh token, is nothing to it.
/// Takes the world's mutex.
class refresh_in_flight {
public:
  refresh_in_flight(world& state, const request& asked);
  ~refresh_in_flight();
  refresh_in_flight(const refresh_in_flight&) = delete;
  refresh_in_flight& operator=(const refresh_in_flight&) = delete;

private:
  world& state;
  std::optional<std::size_t> consent;
};

// catalog.cpp
json::object shop_row(const shop& about);
json::value get_shops(call&);
json::value get_categories(call&);
json::value get_rules(call&);
json::value get_attributes(call&);
json::value recommend_category(call&);
json::value get_brands(call&);
json::value create_brand(call&);
json::value get_warehouses(call&);
json::value get_prerequisites(call&);
// media.cpp
json::value upload_image(call&);
json::value upload_file(call&);
// product_write.cpp
json::value check_listing(call&);
json::value create_product(call&);
json::value edit_product(call&);
json::value partially_edit_product(call&);
// product_read.cpp
json::value get_product(call&);
json::value search_products(call&);
// product_state.cpp
json::value activate_products(call&);
json::value deactivate_products(call&);
json::value delete_products(call&);
json::value recover_products(call&);
// product_offers.cpp
json::value update_prices(call&);
json::value update_inventory(call&);
// webhooks.cpp
json::value get_webhooks(call&);
json::value put_webhook(call&);
json::value delete_webhook(call&);

} // namespace listingd::simulator
