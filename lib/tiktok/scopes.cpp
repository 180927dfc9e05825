#include "tiktok/scopes.hpp"

#include <algorithm>
#include <array>

namespace listingd::tiktok {

namespace {

using enum sync::scope_need;

// clang-format off
constexpr std::array wanted{
    scope{"seller.authorization.info", "Shop Authorized Information", "finding the shops of a consent, and webhooks", connecting},
    scope{"seller.product.basic", "Product Basic", "categories, uploads, reading products back, activating", reading},
    scope{"seller.product.write", "Product Modify", "creating and editing products, their prices and stock", writing},
    scope{"seller.logistics", "Logistics Basic", "the warehouses that every stock belongs to", writing},
    scope{"seller.product.delete", "Product Delete & Recover", "deleting and recovering products", sync::scope_need::optional},
    scope{"seller.product.optimize", "Product Optimization", "TikTok's advice on the quality of a listing", sync::scope_need::optional},
};
// clang-format on

/// Not needed, but known when they come in another spelling.
constexpr std::array others{
    std::string_view{"seller.global_product.info"},
    std::string_view{"seller.global_product.write"},
    std::string_view{"seller.global_product.delete"},
    std::string_view{"seller.global_product.category.info"},
    std::string_view{"seller.shop.info"},
};

/// Lower case, with one separator instead of three.
std::string evened(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z')
      out += static_cast<char>(c - 'A' + 'a');
    else
      out += c == '_' || c == '-' ? '.' : c;
  }
  if (out.starts_with("serller.")) out.erase(2, 1);
  return out;
}

/// Dotted words in lower case, two at least.
bool looks_like_a_key(std::string_view text) {
  const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'; };
  return text.contains('.') && !text.starts_with('.') && !text.ends_with('.') && std::ranges::all_of(text, good);
}

} // namespace

std::span<const scope> wanted_scopes() {
  return wanted;
}

std::string scope_key(std::string_view granted) {
  const auto even = evened(granted);
  for (const auto& one : wanted)
    if (evened(one.key) == even) return std::string(one.key);
  for (const auto& one : others)
    if (evened(one) == even) return std::string(one);
  return std::string(granted);
}

std::vector<sync::missing_scope> missing_scopes(const std::vector<std::string>& granted) {
  std::vector<std::string> keys;
  for (const auto& one : granted) keys.push_back(scope_key(one));
  if (std::ranges::none_of(keys, looks_like_a_key)) return {};
  std::vector<sync::missing_scope> out;
  for (const auto& one : wanted)
    if (std::ranges::find(keys, one.key) == keys.end())
      out.push_back({std::string(one.key), std::string(one.name), std::string(one.what_for), one.need});
  return out;
}

} // namespace listingd::tiktok
