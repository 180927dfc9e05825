// A small HTTP/1.1 server for the daemon's two listeners: TLS or plain, TCP or Unix socket, or a socket passed by
// systemd. It owns limits and hygiene; what a request means is the handler's.
#pragma once

#include "async/run.hpp"
#include "net/transport.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>

namespace listingd::net {

struct server_request {
  std::string method;
  std::string target; ///< path and query as sent
  std::string path;   ///< decoded path without query
  header_list headers;
  std::string body; ///< raw bytes
  std::string peer; ///< remote address without port; "" for a Unix socket
};

struct server_response {
  int status = 200;
  header_list headers;
  std::string body;
};

/// Must not throw; an exception becomes 500 with an empty body and is reported. Cancelled when stop()'s grace is over.
using request_handler = std::function<task<server_response>(server_request)>;

/// What the operator may want to read, as an event ("handler_failed", "accept_failed") and its cause.
using problem_report = std::function<void(std::string_view event, std::string_view problem)>;

struct server_options {
  std::string
      listen; ///< "host:port" (port 0 = any free one), "[v6]:port", "unix:/path", "systemd" (first passed socket)
  std::string certificate_file, private_key_file; ///< PEM; both empty = plain HTTP
  std::uint64_t body_limit = 1'000'000;           ///< larger bodies get 413
  std::uint32_t header_limit = 16'384;            ///< larger headers get 431
  duration read_limit{10'000};                    ///< for the handshake, and for a whole request to arrive (then 408)
  duration idle_limit{60'000};                    ///< between requests of one connection, and for an answer to be taken
  std::size_t connections = 2048;                 ///< more are closed at once
  problem_report report = nullptr;                ///< empty = nobody wants to know
};

class server {
public:
  virtual ~server() = default;
  /// Accepts until stop(), or until it is cancelled. Returns when the last connection has ended.
  virtual task<void> run() = 0;
  /// No new connections or requests; those in flight get at most `grace` to finish. Call on the executor's thread.
  virtual void stop(duration grace) = 0;
  /// The bound TCP port, or 0 for a Unix socket.
  [[nodiscard]] virtual int port() const = 0;
  /// Reads certificate and key again for new connections; an error leaves the old ones in use.
  virtual result<void> reload_tls() = 0;
};

/// Binds at once; throws std::runtime_error naming the address or file when that fails. TLS 1.2 and newer. A Unix
/// socket gets mode 0660; one that nobody listens on any more is replaced. Header Date and Content-Length are the
/// server's own.
[[nodiscard]] std::unique_ptr<server> make_server(const boost::asio::any_io_executor& executor, server_options options,
                                                  request_handler handler);

} // namespace listingd::net
