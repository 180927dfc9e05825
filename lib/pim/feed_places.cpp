#include "pim/feed_places.hpp"

#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

namespace {

/// RFC 3986 resolution that leaves encoded characters as they are: net::resolve_reference() follows redirects and
/// decodes what it may, so that a key with %2F in it would become two parts of a path.
std::optional<net::location> seen_from(const net::location& base, std::string_view reference) {
  const std::string scheme = base.encrypted ? "https:" : "http:";
  auto folder = base.path.substr(0, base.path.rfind('/') + 1);
  std::string url;
  if (reference.substr(0, reference.find_first_of("/?")).find(':') != std::string_view::npos) {
    url = reference;
  } else if (reference.starts_with("//")) {
    url = scheme + std::string(reference);
  } else if (reference.starts_with('/')) {
    url = scheme + "//" + base.authority() + std::string(reference);
  } else {
    while (reference.starts_with("./") || reference.starts_with("../")) {
      if (reference.starts_with("../") && folder.size() > 1) folder.erase(folder.rfind('/', folder.size() - 2) + 1);
      reference.remove_prefix(reference.find('/') + 1);
    }
    url = scheme + "//" + base.authority() + folder + std::string(reference);
  }
  auto to = net::parse_location(url);
  if (!to) return std::nullopt;
  return std::move(*to);
}

std::optional<net::location> seen_from(const std::string& base, std::string_view reference) {
  const auto from = net::parse_location(base);
  return from ? seen_from(*from, reference) : std::nullopt;
}

} // namespace

net::location page_place(net::location to, const std::string& cursor, int limit) {
  to.query += fmt::format("{}limit={}", to.query.empty() ? "?" : "&", limit);
  if (!cursor.empty()) to.query += "&cursor=" + net::percent_encode(cursor);
  return to;
}

std::optional<net::location> keys_place(const feed_options& options) {
  if (options.keys_url.empty()) return std::nullopt;
  return seen_from(options.url, options.keys_url);
}

std::optional<net::location> record_place(const feed_options& options, const product_key& key) {
  constexpr std::string_view blank = "{key}";
  if (key.text() == "." || key.text() == "..") return std::nullopt;
  auto text = options.record_url;
  const auto encoded = net::percent_encode(key.text());
  if (const auto at = text.find(blank); at != std::string::npos)
    text.replace(at, blank.size(), encoded);
  else
    text += (text.ends_with('/') ? "" : "/") + encoded;
  return seen_from(options.url, text);
}

std::optional<net::location> media_place(const net::location& feed, const std::string& ref) {
  constexpr std::string_view never = "\"<>\\^`{|}";
  std::string text;
  for (const char c : ref) {
    const auto byte = static_cast<unsigned char>(c);
    const bool encode = byte <= 0x20 || byte >= 0x7f || never.find(c) != std::string_view::npos;
    text += encode ? net::percent_encode(std::string_view(&c, 1)) : std::string(1, c);
  }
  return seen_from(feed, text);
}

} // namespace listingd::pim
