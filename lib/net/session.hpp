// One connection of the server, from handshake to farewell: requests in their order, limits, deadlines. For server.cpp.
#pragma once

#include "net/server.hpp"

#include <boost/asio/generic/stream_protocol.hpp>

namespace boost::asio::ssl {
class context;
}

namespace listingd::net {

using any_socket = asio::generic::stream_protocol::socket; // TCP and Unix alike

/// What all connections of a server share.
struct service {
  server_options options;
  request_handler handler;

  void report(std::string_view event, std::string_view problem) const {
    if (options.report) options.report(event, problem);
  }
};

class session {
public:
  virtual ~session() = default;
  /// Ends with the connection; does not throw. The session must stay until then.
  virtual task<void> run() = 0;
  /// Ends it at once between requests, else after the answer that is being worked on.
  virtual void drain() = 0;
  /// Ends it at once, whatever it does; a handler is cancelled.
  virtual void cut() = 0;
};

/// `tls` null = plain HTTP.
[[nodiscard]] std::shared_ptr<session> make_session(any_socket socket, const std::shared_ptr<asio::ssl::context>& tls,
                                                    std::shared_ptr<const service> shared);

} // namespace listingd::net
