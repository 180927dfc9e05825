// Time as listingd sees it: milliseconds since the epoch, UTC. The clock comes in through constructors so that tests
// own it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace listingd {

using instant = std::chrono::sys_time<std::chrono::milliseconds>;
using duration = std::chrono::milliseconds;

class clock {
public:
  virtual ~clock() = default;
  [[nodiscard]] virtual instant now() const = 0;
};

class system_clock final : public clock {
public:
  [[nodiscard]] instant now() const override {
    return std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
  }
};

/// A clock that stands still until told otherwise; for tests and for replaying.
class manual_clock final : public clock {
public:
  explicit manual_clock(instant start) : now_(start) {}
  [[nodiscard]] instant now() const override { return now_; }
  void advance(duration by) { now_ += by; }

private:
  instant now_;
};

/// "2026-11-24T08:00:00Z" (milliseconds only when there are any).
[[nodiscard]] std::string to_text(instant at);

/// Reads ISO 8601 with Z or a numeric offset, date alone allowed; nothing when it is not one.
[[nodiscard]] std::optional<instant> instant_from_text(std::string_view text);

} // namespace listingd
