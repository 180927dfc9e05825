#include "net/media_fetch.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

namespace listingd::net {

namespace {

using asio::ip::address_v4;
using asio::ip::address_v6;

/// IANA's special-purpose registry (RFC 6890 and its updates): what is not a public host.
constexpr std::array special_v4 = {
    "0.0.0.0/8",       // this network, unspecified
    "10.0.0.0/8",      // private
    "100.64.0.0/10",   // shared, carrier-grade NAT
    "127.0.0.0/8",     // loopback
    "169.254.0.0/16",  // link-local; cloud metadata lives here
    "172.16.0.0/12",   // private
    "192.0.0.0/24",    // protocol assignments
    "192.0.2.0/24",    // documentation
    "192.88.99.0/24",  // 6to4 relay
    "192.168.0.0/16",  // private
    "198.18.0.0/15",   // benchmarks
    "198.51.100.0/24", // documentation
    "203.0.113.0/24",  // documentation
    "224.0.0.0/4",     // multicast
    "240.0.0.0/4",     // reserved, broadcast
};

/// Beyond 2000::/3 nothing is public, except NAT64's well-known prefix in front of a public IPv4 address.
constexpr auto public_v6 = "2000::/3";
constexpr auto nat64 = "64:ff9b::/96";
constexpr std::array special_v6 = {
    "2001::/23",     // protocol assignments, Teredo
    "2001:db8::/32", // documentation
    "2002::/16",     // 6to4: an IPv4 address in disguise
    "3fff::/20",     // documentation
};

bool within_network(const address_v4& address, const char* network) {
  const auto range = asio::ip::make_network_v4(network);
  return (address.to_uint() & range.netmask().to_uint()) == range.network().to_uint();
}

bool within_network(const address_v6& address, const char* network) {
  const auto range = asio::ip::make_network_v6(network);
  return asio::ip::make_network_v6(address, range.prefix_length()).canonical().address() == range.address();
}

bool forbidden(const address_v4& address) {
  return std::ranges::any_of(special_v4, [&](const char* one) { return within_network(address, one); });
}

bool forbidden(const address_v6& address) {
  if (address.scope_id() != 0) return true;
  if (within_network(address, nat64)) {
    const auto bytes = address.to_bytes();
    return forbidden(address_v4({bytes[12], bytes[13], bytes[14], bytes[15]}));
  }
  if (!within_network(address, public_v6)) return true;
  return std::ranges::any_of(special_v6, [&](const char* one) { return within_network(address, one); });
}

} // namespace

bool is_forbidden_address(std::string_view address) {
  boost::system::error_code no_address;
  const auto parsed = asio::ip::make_address(std::string(address), no_address);
  if (no_address) return true;
  return parsed.is_v4() ? forbidden(parsed.to_v4()) : forbidden(parsed.to_v6());
}

} // namespace listingd::net
