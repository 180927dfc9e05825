#include "model/clock.hpp"

#include <charconv>
#include <spdlog/fmt/fmt.h>

namespace listingd {

std::string to_text(instant at) {
  const auto days = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{days};
  const std::chrono::hh_mm_ss time{at - days};
  auto out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                         static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                         time.minutes().count(), time.seconds().count());
  if (time.subseconds().count() != 0) out += fmt::format(".{:03}", time.subseconds().count());
  return out + "Z";
}

namespace {

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  const auto [end, problem] = std::from_chars(text.data() + at, text.data() + at + count, value);
  if (problem != std::errc{} || end != text.data() + at + count || value < 0) return std::nullopt;
  return value;
}

/// Minutes east of UTC; "Z" or nothing is 0.
std::optional<int> offset_minutes(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return 0;
  if (text[0] != '+' && text[0] != '-') return std::nullopt;
  const auto hours = digits(text, 1, 2);
  const bool colon = text.size() > 3 && text[3] == ':';
  const auto minutes = text.size() > 3 ? digits(text, colon ? 4 : 3, 2) : 0;
  if (!hours || !minutes) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
}

} // namespace

std::optional<instant> instant_from_text(std::string_view text) {
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  instant at{std::chrono::sys_days{date}};
  if (text.size() == 10) return at;
  if (text[10] != 'T' && text[10] != ' ') return std::nullopt;
  const auto hour = digits(text, 11, 2);
  const auto minute = digits(text, 14, 2);
  const auto second = digits(text, 17, 2);
  if (!hour || !minute || !second || *hour > 24 || *minute > 59 || *second > 60) return std::nullopt;
  at += std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second};
  std::size_t next = 19;
  if (next < text.size() && text[next] == '.') {
    int scale = 100;
    for (++next; next < text.size() && text[next] >= '0' && text[next] <= '9'; ++next, scale /= 10)
      at += std::chrono::milliseconds{(text[next] - '0') * scale};
  }
  const auto offset = offset_minutes(text.substr(next));
  if (!offset) return std::nullopt;
  return at - std::chrono::minutes{*offset};
}

} // namespace listingd
