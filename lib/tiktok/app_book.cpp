#include "tiktok/app_book.hpp"

#include <algorithm>

namespace listingd::tiktok {

std::optional<app_credentials> app_book::find(const app_name& name) const {
  const auto found = std::ranges::find(apps_, name, &app_credentials::name);
  return found == apps_.end() ? std::nullopt : std::optional(*found);
}

std::optional<app_name> app_book::with_key(std::string_view app_key) const {
  const auto found = std::ranges::find(apps_, app_key, &app_credentials::app_key);
  return found == apps_.end() ? std::nullopt : std::optional(found->name);
}

void app_book::worked(const app_name& name, const secret& which) {
  const auto app = std::ranges::find(apps_, name, &app_credentials::name);
  if (app == apps_.end()) return;
  auto& secrets = app->app_secrets;
  const auto found = std::ranges::find(secrets, which);
  if (found != secrets.end()) std::rotate(secrets.begin(), found, found + 1);
}

} // namespace listingd::tiktok
