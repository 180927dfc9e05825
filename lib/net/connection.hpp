// One connection to one HTTP server, plain or TLS, and the exchanges on it. Below the pooled client and the media
// fetcher; knows no pool, no redirect, no deadline: who awaits cancels, and destroying it closes the socket.
#pragma once

#include "net/location.hpp"
#include "net/transport.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/system_error.hpp>

namespace boost::asio::ssl {
class context;
}

namespace listingd::net {

/// What is known of an exchange when it is cut off in the middle.
struct progress {
  bool sent = false;     ///< a byte of the request may have left
  bool answered = false; ///< a byte of an answer came
};

class connection {
public:
  virtual ~connection() = default;
  /// One request and its whole answer. Codes: closed, malformed, too_large, cancelled.
  virtual task<result<http_response>> exchange(const http_request& request, const location& to, std::string_view agent,
                                               progress& seen) = 0;
  /// It may carry another exchange: the last one left it open, and the peer has neither closed nor spoken since.
  [[nodiscard]] virtual bool usable() = 0;
};

using endpoints = std::vector<asio::ip::tcp::endpoint>;

/// The addresses of a host. Returns at once when cancelled, though the system may be asking still. Code resolve.
[[nodiscard]] task<result<endpoints>> resolve(const location& to);

/// Connects to the first of the addresses that answers and shakes hands. Codes connect, tls, tls_untrusted, cancelled.
[[nodiscard]] task<result<std::unique_ptr<connection>>>
open_connection(const location& to, const endpoints& addresses, const std::shared_ptr<asio::ssl::context>& trust);

/// A request that may go on the wire: method and headers without line breaks or other smuggled bytes. Code bad_request.
[[nodiscard]] result<void> check_request(const http_request& request);

/// The error of an exchange that its own deadline cut off, or that was cancelled from outside.
[[nodiscard]] std::unexpected<error> timed_out(duration limit);
[[nodiscard]] std::unexpected<error> called_off();

/// What Asio throws at the next wait of a cancelled coroutine.
[[nodiscard]] inline bool is_cancellation(const boost::system::system_error& problem) {
  return problem.code() == asio::error::operation_aborted;
}

} // namespace listingd::net
