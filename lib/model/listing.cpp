#include "model/listing.hpp"

#include <array>
#include <utility>

namespace listingd {

namespace {

constexpr std::array<std::pair<listing_status, std::string_view>, 9> statuses{{
    {listing_status::draft, "DRAFT"},
    {listing_status::pending, "PENDING"},
    {listing_status::failed, "FAILED"},
    {listing_status::activate, "ACTIVATE"},
    {listing_status::seller_deactivated, "SELLER_DEACTIVATED"},
    {listing_status::platform_deactivated, "PLATFORM_DEACTIVATED"},
    {listing_status::freeze, "FREEZE"},
    {listing_status::deleted, "DELETED"},
    {listing_status::none, ""},
}};

constexpr std::array<std::pair<review_state, std::string_view>, 5> states{{
    {review_state::none, "NONE"},
    {review_state::auditing, "AUDITING"},
    {review_state::failed, "FAILED"},
    {review_state::pre_approved, "PRE_APPROVED"},
    {review_state::approved, "APPROVED"},
}};

template <class Table, class Enum>
std::string_view look_up_name(const Table& table, Enum wanted) {
  for (const auto& [value, name] : table)
    if (value == wanted) return name;
  return "UNKNOWN";
}

template <class Table, class Enum>
Enum look_up_value(const Table& table, std::string_view raw, Enum otherwise) {
  for (const auto& [value, name] : table)
    if (name == raw) return value;
  return otherwise;
}

} // namespace

std::string_view name_of(listing_status status) {
  return look_up_name(statuses, status);
}
std::string_view name_of(review_state state) {
  return look_up_name(states, state);
}
listing_status listing_status_from(std::string_view raw) {
  return look_up_value(statuses, raw, listing_status::unknown);
}
review_state review_state_from(std::string_view raw) {
  return raw.empty() ? review_state::none : look_up_value(states, raw, review_state::unknown);
}

} // namespace listingd
