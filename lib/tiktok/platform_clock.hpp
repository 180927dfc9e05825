// TikTok's time, as far as it is known here: one object for all calls. A timestamp is taken from five minutes ago to
// thirty seconds ahead, so our own clock serves until TikTok refuses it; only then is it corrected. What the Date
// header of the answers says is kept beside it, for people: a proxy may have written it.
#pragma once

#include "model/clock.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace listingd::tiktok {

/// What TikTok dislikes about a timestamp.
enum class stamp_fault { too_old, too_new, unclear };

class platform_clock {
public:
  /// A correction, or a measured skew that is acted on, is never larger.
  static constexpr duration most_correction{3'600'000};
  /// What a Date header cannot tell: it has whole seconds, and the answer was some time on its way.
  static constexpr duration uncertainty{5'000};

  /// `ours` must outlive this.
  explicit platform_clock(const clock& ours) : ours_(ours) {}

  /// Our own clock, uncorrected.
  [[nodiscard]] instant ours() const { return ours_.now(); }
  /// The time for a signature.
  [[nodiscard]] instant now() const { return ours_.now() + correction_; }
  /// What now() adds to our clock.
  [[nodiscard]] duration correction() const { return correction_; }
  /// TikTok's clock minus ours by the last quick answer that had a Date, give or take two seconds; nothing before the
  /// first.
  [[nodiscard]] std::optional<duration> measured() const { return measured_; }

  /// Takes note of the Date header ("" = none) of an answer that has just come; the request left at `sent`, by ours().
  /// Returns the skew that this answer shows.
  std::optional<duration> observe(std::string_view date, instant sent);

  /// TikTok refused a timestamp made with the correction `used`; `shown` is the skew of that very answer. Corrects
  /// now() by it, or, where it is missing or not to be believed, by a step in the direction of the fault. False when
  /// nothing is left to try.
  bool refused(stamp_fault fault, duration used, std::optional<duration> shown);

private:
  const clock& ours_;
  duration correction_{0};
  std::optional<duration> measured_;
};

/// One sentence for a person when refused() was no help: how far our clock is off, and what to do.
[[nodiscard]] std::string clock_complaint(stamp_fault fault, duration used, std::optional<duration> shown);

} // namespace listingd::tiktok
