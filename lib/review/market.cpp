#include "review/market.hpp"

#include <algorithm>
#include <array>

namespace listingd::review {

namespace {

constexpr std::string_view kg = "KILOGRAM", kg_lb = "KILOGRAM POUND", kg_g = "KILOGRAM GRAM";
constexpr std::string_view cm = "CENTIMETER", cm_in = "CENTIMETER INCH";

// clang-format off
constexpr std::array markets{
//       region title    SKUs currency least       most       whole  weight  size   optional sum
  market{"US",  1, 255,  300, "USD",       1,      760'000,   false, kg_lb,  cm_in, false,   0},
  market{"GB",  1, 255,  300, "GBP",       1,      560'000,   false, kg,     cm,    false,   0},
  market{"DE",  1, 255,  300, "EUR",       1,      630'000,   false, kg,     cm,    false,   0},
  market{"FR",  1, 255,  300, "EUR",       1,      630'000,   false, kg,     cm,    false,   0},
  market{"ES",  1, 255,  300, "EUR",       1,      630'000,   false, kg,     cm,    false,   0},
  market{"IT",  1, 255,  300, "EUR",       1,      630'000,   false, kg,     cm,    false,   0},
  market{"IE",  1, 255,  300, "EUR",       1,      630'000,   false, kg,     cm,    false,   0},
  market{"JP",  1, 255,  300, "JPY",     100,   50'000'000,   true,  kg_g,   cm,    false,   0},
  market{"MX",  1, 300,  300, "MXN",     100,    5'000'000,   false, kg_g,   cm,    false,   160},
  market{"BR",  1, 300,  300, "BRL",      50,    1'000'000,   false, kg_g,   cm,    false,   0},
  market{"ID", 25, 255,  100, "IDR",  10'000, 10'000'000'000, true,  kg,     cm,    true,    0},
  market{"MY", 25, 255,  100, "MYR",       1,   32'000'000,   false, kg,     cm,    false,   0},
  market{"PH", 25, 255,  100, "PHP",       1,   40'000'000,   false, kg,     cm,    false,   0},
  market{"SG", 25, 255,  100, "SGD",       1,    1'000'000,   false, kg,     cm,    false,   0},
  market{"TH", 25, 255,  100, "THB",   3'000,   26'000'000,   false, kg,     cm,    true,    0},
  market{"VN", 25, 255,  100, "VND",     100, 18'000'000'000, true,  kg,     cm,    true,    0},
};
constexpr market elsewhere
        {"",    1, 300,  300, "",          1, 99'999'999'999, false, "KILOGRAM GRAM POUND", cm_in, true, 0};
// clang-format on

} // namespace

const market& market_of(std::string_view region) {
  const auto found = std::ranges::find(markets, region, &market::region);
  return found == markets.end() ? elsewhere : *found;
}

bool lists(std::string_view words, std::string_view one) {
  while (!words.empty()) {
    const auto space = words.find(' ');
    if (words.substr(0, space) == one) return true;
    if (space == std::string_view::npos) return false;
    words.remove_prefix(space + 1);
  }
  return false;
}

std::optional<std::int64_t> scaled_decimal(std::string_view text, int places) {
  constexpr std::size_t longest = 15; // figures: far from the end of int64
  std::int64_t value = 0;
  int after = -1;
  std::size_t figures = 0;
  for (const char c : text) {
    if (c == '.' && after < 0 && figures > 0) {
      after = 0;
      continue;
    }
    if (c < '0' || c > '9' || ++figures > longest) return std::nullopt;
    value = value * 10 + (c - '0');
    if (after >= 0) ++after;
  }
  if (figures == 0 || after == 0 || after > places) return std::nullopt;
  for (int i = std::max(after, 0); i < places; ++i) value *= 10;
  return value;
}

std::string decimal_text(std::int64_t scaled, int places) {
  auto text = std::to_string(scaled);
  if (places == 0) return text;
  const auto width = static_cast<std::size_t>(places) + 1;
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  text.insert(text.size() - static_cast<std::size_t>(places), ".");
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

} // namespace listingd::review
