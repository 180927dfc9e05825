// What a person is told once, because the machine cannot settle it: opened and closed by evidence, never repeated while
// it is open. Raised by the use cases of lib/sync, kept by lib/store, shown by `listingd alerts`.
#pragma once

#include "model/clock.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace listingd {

enum class alert_kind {
  needs_reauth,      ///< an authorization, or one shop of it, is dead until the seller consents again
  consent_ends,      ///< the consent ends soon; `level` is the number of days that were left: 30, 14, 7, 3, 1
  renewal_overdue,   ///< a pair of tokens is past the time when it was to be renewed
  missing_scope,     ///< the seller granted less than listingd needs
  shop_conflict,     ///< a seller consented for a shop that another authorization serves
  install_waits,     ///< an install from TikTok's App Store waits for the operator's word
  clock_skew,        ///< this machine's clock and TikTok's differ
  source_failing,    ///< a source cannot be read
  source_suspicious, ///< a reading of changes brought suspiciously much
  sweep_brake,       ///< a listing lacks so many products that none is treated as deleted
};

inline constexpr alert_kind all_alert_kinds[] = {
    alert_kind::needs_reauth,      alert_kind::consent_ends,  alert_kind::renewal_overdue, alert_kind::missing_scope,
    alert_kind::shop_conflict,     alert_kind::install_waits, alert_kind::clock_skew,      alert_kind::source_failing,
    alert_kind::source_suspicious, alert_kind::sweep_brake};

[[nodiscard]] std::string_view name_of(alert_kind kind);
[[nodiscard]] std::optional<alert_kind> alert_kind_from(std::string_view name);

struct alert {
  alert_kind kind = alert_kind::needs_reauth;
  std::string subject; ///< "authorization 3", "shop 7494049642642441621": with kind and level what makes it the same
  int level = 0;
  bool critical = false; ///< work has stopped, or will unless somebody acts now
  std::string message;   ///< one sentence for a person
  std::string fix;       ///< what to do, a command where there is one
};

struct stored_alert : alert {
  std::int64_t id = 0;
  instant opened_at{};
  std::optional<instant> closed_at;
};

} // namespace listingd
