#include "review/characters.hpp"

#include <algorithm>
#include <array>

namespace listingd::review {

namespace {

struct span {
  char32_t first, last;
};

constexpr std::array emoji{
    span{0x200D, 0x200D}, span{0x2600, 0x27BF},   span{0x2B1B, 0x2B1C},   span{0x2B50, 0x2B55},
    span{0xFE0F, 0xFE0F}, span{0x1F000, 0x1FAFF}, span{0xE0020, 0xE007F},
};
constexpr std::array chinese{
    span{0x3400, 0x4DBF},
    span{0x4E00, 0x9FFF},
    span{0xF900, 0xFAFF},
    span{0x20000, 0x2FA1F},
};
constexpr std::array symbols{
    span{0x00, 0x2F},     span{0x3A, 0x40},       span{0x5B, 0x60},     span{0x7B, 0xA9},     span{0xAB, 0xB4},
    span{0xB6, 0xB9},     span{0xBB, 0xBF},       span{0xD7, 0xD7},     span{0xF7, 0xF7},     span{0x2000, 0x206F},
    span{0x20A0, 0x20CF}, span{0x2190, 0x2BFF},   span{0x3000, 0x3004}, span{0x3008, 0x3020}, span{0xFE00, 0xFE0F},
    span{0xFF01, 0xFF0F}, span{0x1F000, 0x1FAFF},
};

template <std::size_t N>
bool within(const std::array<span, N>& spans, char32_t c) {
  return std::ranges::any_of(spans, [&](const span& one) { return c >= one.first && c <= one.last; });
}

struct lead {
  int following;
  char32_t bits;
};

lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {0, byte};
  if (byte >= 0xC2 && byte < 0xE0) return {1, static_cast<char32_t>(byte & 0x1F)};
  if (byte >= 0xE0 && byte < 0xF0) return {2, static_cast<char32_t>(byte & 0x0F)};
  if (byte >= 0xF0 && byte < 0xF5) return {3, static_cast<char32_t>(byte & 0x07)};
  return {-1, 0xFFFD};
}

void append_utf8(std::string& out, char32_t c) {
  const auto byte = [&](char32_t bits) { out += static_cast<char>(bits); };
  if (c < 0x80) return byte(c);
  if (c < 0x800) {
    byte(0xC0 | (c >> 6));
  } else if (c < 0x10000) {
    byte(0xE0 | (c >> 12));
    byte(0x80 | ((c >> 6) & 0x3F));
  } else {
    byte(0xF0 | (c >> 18));
    byte(0x80 | ((c >> 12) & 0x3F));
    byte(0x80 | ((c >> 6) & 0x3F));
  }
  byte(0x80 | (c & 0x3F));
}

char32_t lower(char32_t c) {
  if (c >= 'A' && c <= 'Z') return c + 32;
  if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;
  if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177) || (c >= 0x1E00 && c <= 0x1EFF)) return c | 1;
  if (c == 0x1A0 || c == 0x1AF) return c + 1; // Vietnamese O and U with horn
  if (c >= 0x391 && c <= 0x3A9) return c + 32;
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  return c;
}

bool space(char32_t c) {
  return c == ' ' || (c >= 9 && c <= 13) || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200B);
}

} // namespace

std::u32string code_points(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    auto [following, point] = lead_of(static_cast<unsigned char>(text[i++]));
    for (; following > 0; --following) {
      if (i >= text.size() || (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) {
        point = 0xFFFD;
        break;
      }
      point = (point << 6) | (static_cast<unsigned char>(text[i++]) & 0x3F);
    }
    out += point;
  }
  return out;
}

std::size_t length_of(std::string_view text) {
  return code_points(text).size();
}

bool has_emoji(std::string_view text) {
  return std::ranges::any_of(code_points(text), [](char32_t c) { return within(emoji, c); });
}

bool has_control(std::string_view text, bool one_line) {
  return std::ranges::any_of(code_points(text), [&](char32_t c) {
    if (c == '\n' || c == '\r' || c == '\t') return one_line;
    return c < 32 || (c >= 0x7F && c <= 0x9F);
  });
}

bool has_chinese(std::string_view text) {
  return std::ranges::any_of(code_points(text), [](char32_t c) { return within(chinese, c); });
}

bool has_entity(std::string_view text) {
  constexpr std::size_t longest = 10;
  for (auto at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
    const auto end = text.find(';', at);
    if (end == std::string_view::npos || end - at < 3 || end - at > longest) continue;
    const auto word = text.substr(at + 1, end - at - 1);
    const bool letters = word.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
                         std::string_view::npos;
    const bool number = word.size() > 1 && word[0] == '#' &&
                        word.find_first_not_of("0123456789abcdefABCDEFxX", 1) == std::string_view::npos;
    if (letters || number) return true;
  }
  return false;
}

bool only_symbols(std::string_view text) {
  return !text.empty() && std::ranges::all_of(code_points(text), [](char32_t c) { return within(symbols, c); });
}

std::string folded(std::string_view text) {
  std::string out;
  bool gap = false;
  for (const auto c : code_points(text)) {
    if (space(c)) {
      gap = !out.empty();
      continue;
    }
    if (gap) out += ' ';
    gap = false;
    append_utf8(out, lower(c));
  }
  return out;
}

} // namespace listingd::review
