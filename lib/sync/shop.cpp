#include "sync/shop.hpp"

#include <array>

namespace listingd::sync {

namespace {

constexpr std::array<std::pair<write_kind, std::string_view>, 7> kinds{{
    {write_kind::create, "create"},
    {write_kind::edit, "edit"},
    {write_kind::partial_edit, "partial_edit"},
    {write_kind::price, "price"},
    {write_kind::stock, "stock"},
    {write_kind::activate, "activate"},
    {write_kind::deactivate, "deactivate"},
}};

} // namespace

std::string_view name_of(write_kind kind) {
  for (const auto& [known, name] : kinds)
    if (known == kind) return name;
  return "create";
}

write_kind write_kind_from(std::string_view name) {
  for (const auto& [known, known_name] : kinds)
    if (known_name == name) return known;
  return write_kind::create;
}

} // namespace listingd::sync
