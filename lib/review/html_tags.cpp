#include "review/html_tags.hpp"

#include <algorithm>

namespace listingd::review {

namespace {

constexpr std::string_view white = " \t\r\n\f";

bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

std::string_view take(std::string_view& from, std::size_t count) {
  const auto taken = from.substr(0, count);
  from.remove_prefix(taken.size());
  return taken;
}

std::string_view take_until(std::string_view& from, std::string_view stops) {
  return take(from, std::min(from.find_first_of(stops), from.size()));
}

void skip(std::string_view& from, std::string_view what) {
  from.remove_prefix(std::min(from.find_first_not_of(what), from.size()));
}

std::string take_value(std::string_view& from) {
  skip(from, white);
  if (from.empty() || (from[0] != '"' && from[0] != '\'')) return std::string(take_until(from, " \t\r\n\f>"));
  const char quote = take(from, 1)[0];
  std::string value(take_until(from, std::string_view(&quote, 1)));
  take(from, 1);
  return value;
}

/// `from` stands behind "<name"; it is left behind the ">".
void take_attributes(std::string_view& from, html_tag& tag) {
  for (skip(from, " \t\r\n\f/"); !from.empty() && from[0] != '>'; skip(from, " \t\r\n\f/")) {
    auto name = lower_ascii(take_until(from, "= \t\r\n\f/>"));
    if (name.empty()) take(from, 1); // a stray "="
    skip(from, white);
    std::string value;
    if (!from.empty() && from[0] == '=') {
      take(from, 1);
      value = take_value(from);
    }
    if (!name.empty()) tag.attributes.emplace(std::move(name), std::move(value));
  }
  take(from, 1);
}

} // namespace

std::vector<html_tag> tags_of(std::string_view html) {
  std::vector<html_tag> out;
  for (auto at = html.find('<'); at != std::string_view::npos; at = html.find('<')) {
    html.remove_prefix(at + 1);
    if (html.starts_with("!--")) {
      html.remove_prefix(std::min(html.find("-->"), html.size()));
      continue;
    }
    if (html.empty() || !letter(html[0])) continue;
    html_tag tag{.name = lower_ascii(take_until(html, " \t\r\n\f/>")), .attributes = {}};
    take_attributes(html, tag);
    out.push_back(std::move(tag));
  }
  return out;
}

} // namespace listingd::review
