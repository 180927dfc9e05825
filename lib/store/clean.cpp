#include "store/clean.hpp"

namespace listingd::store {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";
constexpr std::string_view nul_escape = "\\u0000";

std::size_t length_announced(unsigned first) {
  if (first == 0) return 0;
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/// Overlong forms, surrogates and what lies beyond U+10FFFF: the second byte tells.
bool out_of_range(unsigned first, unsigned second) {
  return (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) || (first == 0xf0 && second < 0x90) ||
         (first == 0xf4 && second > 0x8f);
}

/// Length of the character at the front; 0 when there is none that PostgreSQL takes.
std::size_t character(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const auto length = length_announced(byte(0));
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
  return length > 2 && out_of_range(byte(0), byte(1)) ? 0 : length;
}

} // namespace

std::string clean_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto length = character(text);
    out += length == 0 ? replacement : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string clean_json(std::string_view json) {
  auto out = clean_text(json);
  for (std::size_t at = 0; (at = out.find('\\', at)) != std::string::npos;) {
    if (std::string_view(out).substr(at).starts_with(nul_escape))
      out.replace(at, nul_escape.size(), replacement);
    else
      at += 2; // past the escaped character, which may be a backslash itself
  }
  return out;
}

} // namespace listingd::store
