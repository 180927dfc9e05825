#include "net/message_rules.hpp"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <cstring>

namespace listingd::net {

std::string peer_of(const any_socket& socket) {
  boost::system::error_code gone;
  const auto remote = socket.remote_endpoint(gone);
  if (gone || (remote.protocol().family() != AF_INET && remote.protocol().family() != AF_INET6)) return {};
  asio::ip::tcp::endpoint address;
  address.resize(remote.size());
  std::memcpy(address.data(), remote.data(), remote.size());
  const auto host = address.address();
  if (host.is_v6() && host.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, host.to_v6()).to_string();
  return host.to_string();
}

std::string path_of(std::string_view target) {
  target = target.substr(0, target.find_first_of("?#"));
  const auto scheme = target.find("://");
  if (!target.starts_with('/') && scheme != std::string_view::npos) {
    const auto slash = target.find('/', scheme + 3);
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  return percent_decode(target);
}

bool sendable(const server_response& response) {
  constexpr int smallest = 200;
  constexpr int largest = 599;
  if (response.status < smallest || response.status > largest) return false;
  return std::ranges::none_of(response.headers, [](const auto& one) {
    return one.first.empty() || one.first.find_first_of("\r\n: ") != std::string::npos ||
           one.second.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos;
  });
}

} // namespace listingd::net
