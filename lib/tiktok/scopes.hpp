// The scopes of TikTok's Partner Center that listingd lives on, and what a seller's grant lacks of them. Source: the
// authorization reference, section 1.8.
#pragma once

#include "sync/shop.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace listingd::tiktok {

struct scope {
  std::string_view key;  ///< as granted_scopes has it
  std::string_view name; ///< as Partner Center has it
  std::string_view what_for;
  sync::scope_need need;
};

[[nodiscard]] std::span<const scope> wanted_scopes();

/// The key of a scope however it is written: in the older UPPER_SNAKE of granted_permissions, or misspelt "serller.".
/// What is no scope that we know stays as it is.
[[nodiscard]] std::string scope_key(std::string_view granted);

/// The wanted scopes that are not granted, in the order of the table. An empty list, or one in which nothing looks like
/// a scope, is not known: then nothing is missing.
[[nodiscard]] std::vector<sync::missing_scope> missing_scopes(const std::vector<std::string>& granted);

} // namespace listingd::tiktok
