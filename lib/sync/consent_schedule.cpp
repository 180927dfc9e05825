#include "sync/consent_schedule.hpp"

#include <algorithm>

namespace listingd::sync {

namespace {

constexpr duration soonest{1'000};
constexpr duration after_dead{60'000}; // a token that came dead (our clock, theirs) is not renewed in a tight loop
constexpr duration longest_grace{6 * 3'600'000};
constexpr duration longest_call{60'000};
constexpr duration day{24 * 3'600'000};

} // namespace

instant renewal_due(instant now, instant access_expires, double chance) {
  const auto life = access_expires - now;
  if (life <= duration{0}) return now + after_dead;
  const auto wait = std::chrono::duration_cast<duration>(life * (0.45 + 0.1 * chance));
  return now + std::max(wait, soonest);
}

instant renewal_overdue_from(instant renewal_due, instant access_expires) {
  return renewal_due + std::clamp((access_expires - renewal_due) / 4, duration{0}, longest_grace);
}

instant last_use(instant renewal_due, instant access_expires) {
  return access_expires - std::clamp((access_expires - renewal_due) / 5, duration{0}, longest_call);
}

std::optional<int> countdown_level(instant now, instant consent_ends) {
  std::optional<int> level;
  for (const int days : countdown_days)
    if (now >= consent_ends - days * day) level = days;
  return now >= consent_ends ? 0 : level;
}

int days_left(instant now, instant end) {
  return end <= now ? 0 : static_cast<int>((end - now + day - duration{1}) / day);
}

} // namespace listingd::sync
