#include "net/location.hpp"

#include <algorithm>
#include <boost/url.hpp>
#include <charconv>

namespace listingd::net {

namespace {

constexpr std::uint16_t https_port = 443;
constexpr std::uint16_t http_port = 80;

std::unexpected<error> refuse(std::string message) {
  return bad_data("", "bad_url", std::move(message));
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

result<location> take_apart(const boost::urls::url_view& url) {
  const auto scheme = url.scheme_id();
  if (scheme != boost::urls::scheme::https && scheme != boost::urls::scheme::http)
    return refuse("only https:// and http:// URLs can be fetched");
  if (url.has_userinfo()) return refuse("the URL carries a user name or password");
  location out{.encrypted = scheme == boost::urls::scheme::https};
  out.host = lower(url.host_address());
  constexpr std::string_view never_in_a_name("\0\r\n\t /@\\%", 9);
  if (out.host.empty() || out.host.find_first_of(never_in_a_name) != std::string::npos)
    return refuse("the URL has no usable host");
  out.port = out.encrypted ? https_port : http_port;
  if (url.has_port() && !url.port().empty()) {
    const auto digits = url.port();
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
    if (read.ec != std::errc() || out.port == 0) return refuse("the URL's port is not one");
  }
  out.path = std::string(url.encoded_path());
  if (out.path.empty()) out.path = "/";
  if (url.has_query()) out.query = "?" + std::string(url.encoded_query());
  return out;
}

} // namespace

std::string location::authority() const {
  const auto name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  const bool usual = port == (encrypted ? https_port : http_port);
  return usual ? name : name + ":" + std::to_string(port);
}

std::string location::shown() const {
  return (encrypted ? "https://" : "http://") + authority() + path;
}

bool location::same_origin(const location& other) const {
  return encrypted == other.encrypted && host == other.host && port == other.port;
}

result<location> parse_location(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(boost::core::string_view(url.data(), url.size()));
  if (!parsed) return refuse("not an absolute URL");
  return take_apart(*parsed);
}

result<location> resolve_reference(const location& base, std::string_view reference) {
  const auto whole = base.shown() + base.query; // the view below points into it
  const auto from = boost::urls::parse_uri(whole);
  const auto to = boost::urls::parse_uri_reference(boost::core::string_view(reference.data(), reference.size()));
  boost::urls::url resolved;
  if (!from || !to || !boost::urls::resolve(*from, *to, resolved)) return refuse("the redirect leads to no URL");
  return take_apart(resolved);
}

} // namespace listingd::net
