// Tables for people: as wide as their cells where they go to a file, and no wider than the screen where a person reads.
#include "commands/commands.hpp"

#include "model/printable.hpp"

#include <algorithm>
#include <iostream>
#include <sys/ioctl.h>
#include <unistd.h>

namespace listingd::commands {

namespace {

using cells = std::vector<std::string>;

constexpr std::size_t narrowest_screen = 60, narrowest_column = 20;
constexpr std::size_t gap = 2;

bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

/// The bytes of the first `width` characters.
std::size_t bytes_of(std::string_view text, std::size_t width) {
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at)
    if (begins_character(text[at]) && ++seen > width) break;
  return at;
}

/// 0 when no person looks on, or the terminal does not say.
std::size_t screen_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 0;
  return std::max<std::size_t>(size.ws_col, narrowest_screen);
}

/// Lines of at most `width` characters, broken at spaces where there are some.
cells wrapped(std::string_view text, std::size_t width) {
  cells lines(1);
  while (!text.empty()) {
    const auto space = text.find(' ');
    auto word = text.substr(0, space);
    text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
    if (!lines.back().empty() && width_of(lines.back()) + 1 + width_of(word) > width) lines.emplace_back();
    for (; width_of(word) > width; lines.emplace_back()) {
      const auto fits = bytes_of(word, width);
      lines.back() = word.substr(0, fits);
      word.remove_prefix(fits);
    }
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
  }
  return lines;
}

void print_row(const cells& row, const std::vector<std::size_t>& widths, std::size_t screen) {
  std::string line;
  std::size_t start = 0; // of the last column
  for (std::size_t i = 0; i + 1 < row.size(); ++i) {
    line += row[i] + std::string(widths[i] - width_of(row[i]) + gap, ' ');
    start += widths[i] + gap;
  }
  const auto room = std::max(screen - std::min(screen, start), narrowest_column);
  const auto last = screen == 0 ? cells{row.back()} : wrapped(row.back(), room);
  for (std::size_t i = 0; i < last.size(); ++i)
    std::cout << (i == 0 ? line : std::string(start, ' ')) << last[i] << '\n';
}

} // namespace

void print_table(const cells& head, const std::vector<cells>& rows) {
  std::vector<cells> flat{head};
  std::ranges::copy(rows, std::back_inserter(flat));
  std::vector<std::size_t> widths(head.size(), 0);
  for (auto& row : flat)
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = printable(row[i]);
      widths[i] = std::max(widths[i], width_of(row[i]));
    }
  const auto screen = screen_width();
  for (const auto& row : flat) print_row(row, widths, screen);
}

void print_table_by_shop(cells head, std::vector<cells> rows) {
  const bool one_shop = std::ranges::all_of(rows, [&](const cells& row) { return row[0] == rows[0][0]; });
  if (one_shop) {
    head.erase(head.begin());
    for (auto& row : rows) row.erase(row.begin());
  }
  print_table(head, rows);
}

std::string counted(std::size_t number, std::string_view what) {
  return std::to_string(number) + ' ' + std::string(what) + (number == 1 ? "" : "s");
}

} // namespace listingd::commands
