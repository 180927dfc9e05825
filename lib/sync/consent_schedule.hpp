// When tokens are renewed and when people are told that a consent ends: pure functions of times, used by the token
// keeper and the commands that report.
#pragma once

#include "model/clock.hpp"

#include <array>
#include <optional>

namespace listingd::sync {

/// How long a consent link may be used, once.
inline constexpr std::chrono::minutes link_life{30};

/// Days before the end of a consent at which a person is told, each once.
inline constexpr std::array countdown_days{30, 14, 7, 3, 1};

/// When a pair of tokens issued now is to be renewed: about half of the access token's life, so that a refresh that
/// fails leaves time for many more. `chance` in [0, 1) spreads it by a tenth of the life, so that authorizations which
/// began together do not stay together.
[[nodiscard]] instant renewal_due(instant now, instant access_expires, double chance);

/// Past this a renewal that has not happened is an alarm: a quarter of the way from the renewal to the expiry, at most
/// six hours.
[[nodiscard]] instant renewal_overdue_from(instant renewal_due, instant access_expires);

/// From here on the access token is no longer used: a call that starts before ends before it expires.
[[nodiscard]] instant last_use(instant renewal_due, instant access_expires);

/// The tightest of countdown_days that is reached; 0 when the consent has ended; nothing while it is further away.
[[nodiscard]] std::optional<int> countdown_level(instant now, instant consent_ends);

/// Whole days left, rounded up; 0 when it has ended.
[[nodiscard]] int days_left(instant now, instant end);

} // namespace listingd::sync
