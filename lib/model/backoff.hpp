// How long to wait before trying again: exponential with full jitter, a pure function of (attempt, random number).
#pragma once

#include "model/clock.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace listingd {

struct backoff {
  duration first{1000};
  duration most{60'000};

  /// The wait before attempt n+1 (n counts from 1). `random` is uniform in [0, 1). What the other side asked for
  /// (Retry-After) is the floor.
  [[nodiscard]] duration wait(int attempt, double random, std::optional<duration> asked = std::nullopt) const {
    const double ceiling = std::min(static_cast<double>(most.count()),
                                    static_cast<double>(first.count()) * std::pow(2.0, std::clamp(attempt - 1, 0, 30)));
    const duration jittered{static_cast<duration::rep>(ceiling * (0.25 + 0.75 * random))};
    return asked ? std::max(*asked, jittered) : jittered;
  }
};

} // namespace listingd
