#include "config/addresses.hpp"

#include <algorithm>
#include <boost/url/ipv4_address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

namespace listingd::config {

namespace {

namespace urls = boost::urls;

struct host_and_port {
  std::string_view host;
  int port = 0;
};

std::optional<host_and_port> split(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const auto host = text.substr(0, colon);
  const auto port = text.substr(colon + 1);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (!bracketed && host.find(':') != std::string_view::npos) return std::nullopt; // IPv6 needs its brackets
  int number = -1;
  const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (problem != std::errc{} || end != port.data() + port.size() || number < 0 || number > 65535) return std::nullopt;
  return host_and_port{host, number};
}

bool is_word(std::string_view text) { // for names in hosts
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
  });
}

} // namespace

bool is_loopback(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host == "localhost" || host == "::1") return true;
  const auto address = urls::parse_ipv4_address(host);
  return address && address->is_loopback();
}

bool is_host_name(std::string_view text) {
  return !text.empty() && is_word(text) && !text.starts_with('.') && !text.ends_with('.');
}

std::optional<std::string> public_listen_problem(const std::string& text) {
  if (text == "systemd") return std::nullopt;
  if (text.starts_with("unix:/") && text.size() > std::string_view("unix:/").size()) return std::nullopt;
  if (!text.starts_with("unix:") && split(text)) return std::nullopt;
  return "must be host:port (such as \"0.0.0.0:443\"), \"unix:/path\" or \"systemd\"";
}

std::optional<std::string> operator_listen_problem(const std::string& text) {
  const auto address = split(text);
  if (!address) return "must be host:port, such as \"127.0.0.1:8480\"";
  if (!is_loopback(address->host))
    return "must be a loopback address, such as \"127.0.0.1:8480\": this listener speaks plain HTTP";
  return std::nullopt;
}

std::optional<std::string> url_problem(const std::string& text) {
  const auto url = urls::parse_uri(text);
  if (!url || url->encoded_host().empty()) return "must be a URL, such as \"https://example.com\"";
  const bool http_allowed = is_loopback(url->host());
  if (url->scheme() != "https" && !(url->scheme() == "http" && http_allowed))
    return "must begin with https:// (http:// is for loopback only)";
  if (url->has_userinfo()) return "must not hold a user name or password";
  if (url->has_query() || url->has_fragment()) return "must not have a query or a fragment";
  if (url->has_port() && url->port_number() == 0) return "has a port that does not exist";
  return std::nullopt;
}

std::expected<std::string, std::string> base_url(const std::string& text) {
  if (auto problem = url_problem(text)) return std::unexpected(std::move(*problem));
  const auto url = *urls::parse_uri(text);
  if (!url.encoded_path().empty() && url.encoded_path() != "/") return std::unexpected("must not have a path");
  if (url.has_port() && !is_loopback(url.host()))
    return std::unexpected("must not have a port: TikTok calls webhooks on port 443 only");
  auto out = text;
  if (out.ends_with('/')) out.pop_back();
  return out;
}

std::string market_of(const std::string& consent_url) {
  const auto url = urls::parse_uri(consent_url);
  if (!url) return "row";
  auto host = "." + url->host() + ".";
  std::ranges::transform(host, host.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return host.ends_with(".tiktokshops.us.") || host.find(".us.") != std::string::npos ? "us" : "row";
}

std::string consent_page(std::string_view market) {
  return market == "us" ? "https://services.us.tiktokshop.com/open/authorize"
                        : "https://services.tiktokshop.com/open/authorize";
}

} // namespace listingd::config
