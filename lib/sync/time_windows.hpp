// A search shows a limited number of products (12052180): the time that it covers is cut in halves until each part
// fits. Pure; used by the shop keeper.
#pragma once

#include "model/clock.hpp"

#include <optional>
#include <vector>

namespace listingd::sync {

/// Whole seconds, both ends included; nothing = open.
struct time_window {
  std::optional<instant> since, until;
};

class time_windows {
public:
  /// `beginning` and `now` stand for open ends when a window is cut.
  time_windows(time_window all, instant beginning, instant now) : left_{all}, beginning_(beginning), now_(now) {}

  [[nodiscard]] bool done() const { return left_.empty(); }
  /// The earliest that is left.
  [[nodiscard]] const time_window& front() const { return left_.back(); }
  void pass() { left_.pop_back(); }
  /// The front holds too much. False when it cannot be cut any more.
  [[nodiscard]] bool cut() {
    using std::chrono::seconds;
    const auto whole = left_.back();
    const auto from = std::chrono::floor<seconds>(whole.since.value_or(beginning_));
    const auto to = std::chrono::floor<seconds>(whole.until.value_or(now_));
    if (to <= from) return false;
    const auto middle = from + (to - from) / 2;
    left_.back() = {middle + seconds(1), whole.until};
    left_.push_back({whole.since, middle});
    return true;
  }

private:
  std::vector<time_window> left_; // the earliest last
  instant beginning_, now_;
};

} // namespace listingd::sync
