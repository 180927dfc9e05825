// From the text of a configuration to a listening socket: TCP, Unix, or one that systemd has opened for us.
#pragma once

#include <string>

namespace listingd::net {

struct listening_socket {
  int descriptor = -1; ///< the caller's to close
  int family = 0;      ///< AF_INET, AF_INET6, AF_UNIX
  int port = 0;        ///< 0 for a Unix socket
  std::string path;    ///< the socket file that is ours to remove; empty otherwise
};

/// See server_options::listen. Throws std::runtime_error naming the text.
[[nodiscard]] listening_socket listen_on(const std::string& text);

} // namespace listingd::net
