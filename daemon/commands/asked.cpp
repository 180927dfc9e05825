// What a person asked about: whether it exists, and whether its shop can be worked for at all.
#include "commands/commands.hpp"

#include "mapping/nearest.hpp"

#include <algorithm>
#include <iostream>

namespace listingd::commands {

namespace {

bool absent(std::string_view what, const std::string& word, const std::vector<std::string>& known) {
  std::cerr << "listingd: no such " << what << " '" << word << "'" << mapping::did_you_mean(word, known) << '\n';
  return false;
}

std::vector<std::string> shops_known(const std::vector<sync::connected_shop>& connected,
                                     const config::settings& settings, const std::vector<sync::status_row>& listings) {
  std::vector<std::string> out;
  for (const auto& one : settings.shops) out.push_back(one.id.text());
  for (const auto& one : connected) out.push_back(one.info.id.text());
  for (const auto& one : listings) out.push_back(one.ref.shop.text());
  return out;
}

} // namespace

bool asked_exists(sync::store& db, const config::settings& settings, const options& asked) {
  if (asked.shop.empty() && asked.product.empty()) return true;
  const auto listings = run(db.status(std::nullopt));
  const auto shops = shops_known(run(db.shops()), settings, listings);
  if (!asked.shop.empty() && std::ranges::find(shops, asked.shop) == shops.end())
    return absent("shop", asked.shop, shops);
  if (asked.product.empty()) return true;
  std::vector<std::string> products;
  for (const auto& one : listings)
    if (asked.shop.empty() || asked.shop == one.ref.shop.text()) products.push_back(one.ref.product.text());
  if (std::ranges::find(products, asked.product) != products.end()) return true;
  // one without a listing yet has left notes
  if (asked.shop.empty() && !run(db.notes_about(product_key(asked.product))).empty()) return true;
  return absent("product", asked.product, products);
}

std::string shop_obstacle(const std::vector<sync::connected_shop>& connected, const config::settings& settings,
                          const shop_id& shop) {
  const auto configured = std::ranges::find(settings.shops, shop, &config::shop::id);
  if (configured == settings.shops.end()) return "the shop is not in the configuration";
  const auto remedy =
      "; run: listingd connect" + (configured->app.empty() ? std::string{} : " --app " + configured->app.text());
  const auto found = std::ranges::find(connected, shop, [](const auto& one) { return one.info.id; });
  if (found == connected.end()) return "the shop is not connected" + remedy;
  return found->authorization_state == "active" ? "" : "the seller must consent again" + remedy;
}

} // namespace listingd::commands
