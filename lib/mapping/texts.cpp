#include "mapping/texts.hpp"

#include "mapping/nearest.hpp"

#include <algorithm>
#include <utility>

namespace listingd::mapping {

namespace {

bool blank(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
}

/// False for the second and later bytes of a UTF-8 sequence.
bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

} // namespace

std::string collapsed(std::string_view text) {
  std::string out;
  bool space = false;
  for (const char c : text) {
    if (blank(c)) {
      space = !out.empty();
      continue;
    }
    if (std::exchange(space, false)) out += ' ';
    out += c;
  }
  return out;
}

std::string cut_to(std::string_view text, std::size_t most) {
  if (most == 0) return std::string(text);
  std::size_t end = 0, characters = 0;
  for (; end < text.size(); ++end)
    if (starts_character(text[end]) && ++characters > most) break;
  if (end == text.size()) return std::string(text);
  auto head = text.substr(0, end);
  if (!blank(text[end]))
    if (const auto space = head.find_last_of(" \t\n"); space != std::string_view::npos && space > head.size() / 2)
      head = head.substr(0, space);
  while (!head.empty() && (blank(head.back()) || std::string_view(",;:-").find(head.back()) != std::string_view::npos))
    head.remove_suffix(1);
  return std::string(head);
}

std::string paragraphs(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = text.find_first_of("\r\n");
    const auto line = collapsed(text.substr(0, end));
    if (!line.empty()) out += "<p>" + escaped(line) + "</p>";
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return out;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string some_of(const std::vector<std::string>& words, std::size_t most) {
  if (words.size() <= most) return joined(words);
  const std::vector<std::string> first(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(most));
  return joined(first) + " and " + std::to_string(words.size() - most) + " more";
}

} // namespace listingd::mapping
