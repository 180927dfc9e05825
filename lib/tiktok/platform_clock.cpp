#include "tiktok/platform_clock.hpp"

#include "net/http_date.hpp"

#include <spdlog/fmt/fmt.h>

namespace listingd::tiktok {

namespace {

constexpr duration quick{2'000};
constexpr duration step{3 * 60'000}; // the window that TikTok takes is 5.5 minutes wide: no step leaps over it

/// "2 h 5 min", "7 min 3 s", "45 s".
std::string in_words(duration span) {
  const auto seconds = std::chrono::round<std::chrono::seconds>(std::chrono::abs(span)).count();
  if (seconds >= 172'800) return fmt::format("{} days", seconds / 86'400);
  if (seconds >= 3600) return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
  if (seconds >= 60) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} s", seconds);
}

/// A skew that would move a timestamp made with `used` the way TikTok asks. One that was tried and refused never would:
/// a proxy's Date is found out by that.
bool believable(stamp_fault fault, duration used, duration shown) {
  const auto change = shown - used;
  if (fault == stamp_fault::too_old) return change > platform_clock::uncertainty;
  if (fault == stamp_fault::too_new) return change < -platform_clock::uncertainty;
  return std::chrono::abs(change) > platform_clock::uncertainty;
}

} // namespace

std::optional<duration> platform_clock::observe(std::string_view date, instant sent) {
  const auto there = net::instant_from_http_date(date);
  if (!there) return std::nullopt;
  const auto way = std::chrono::abs(ours() - sent);
  const duration shown = *there - (sent + (ours() - sent) / 2);
  // A slow answer may have been anywhere for half of its way: it counts when it says more than that explains.
  if (!measured_ || way <= quick || std::chrono::abs(shown - *measured_) > way / 2 + std::chrono::seconds(1))
    measured_ = shown;
  return shown;
}

bool platform_clock::refused(stamp_fault fault, duration used, std::optional<duration> shown) {
  if (used != correction_) return true; // another call has learnt better meanwhile
  if (shown && believable(fault, used, *shown) && std::chrono::abs(*shown) <= most_correction) {
    correction_ = *shown;
    return true;
  }
  if (fault == stamp_fault::unclear) return false;
  const auto next = fault == stamp_fault::too_old ? used + step : used - step;
  if (std::chrono::abs(next) > most_correction) return false;
  correction_ = next;
  return true;
}

std::string clock_complaint(stamp_fault fault, duration used, std::optional<duration> shown) {
  std::string out = "this machine's clock ";
  if (shown && believable(fault, used, *shown))
    out += "is " + in_words(*shown) + (*shown > duration{0} ? " behind TikTok's" : " ahead of TikTok's");
  else if (fault == stamp_fault::too_old && used >= duration{0})
    out += "is more than " + in_words(used) + " behind TikTok's";
  else if (fault == stamp_fault::too_new && used <= duration{0})
    out += "is more than " + in_words(used) + " ahead of TikTok's";
  else
    out += "is not TikTok's, and no answer says how far it is off";
  return out + ": set it right (chrony or another NTP service)";
}

} // namespace listingd::tiktok
