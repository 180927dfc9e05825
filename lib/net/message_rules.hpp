// Small readings and checks of the server that need no Beast: whom it talks to, what a target names, what may be sent.
#pragma once

#include "net/session.hpp"

namespace listingd::net {

/// The remote address without port; empty for a Unix socket.
[[nodiscard]] std::string peer_of(const any_socket& socket);

/// The decoded path of "/path?query" or "http://host/path?query".
[[nodiscard]] std::string path_of(std::string_view target);

/// A final status, and headers without line breaks.
[[nodiscard]] bool sendable(const server_response& response);

} // namespace listingd::net
