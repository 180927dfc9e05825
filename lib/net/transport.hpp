// One HTTP exchange, as the clients of lib/tiktok, lib/pim and lib/notify see it. Decorators (record, log, limit) wrap
// the same interface. No Beast or SSL type appears here, so users compile fast.
#pragma once

#include "async/run.hpp"
#include "model/error.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace listingd::net {

using header_list = std::vector<std::pair<std::string, std::string>>;

/// The value of a header, any letter case; empty when absent.
[[nodiscard]] std::string_view header(const header_list& headers, std::string_view name);

struct http_request {
  std::string method = "GET";
  std::string url; ///< absolute, already percent-encoded; may hold secrets: never logged as it is
  header_list headers;
  std::string body;
  duration timeout{30'000}; ///< for the whole exchange: waiting for a connection, resolve and handshake included
  std::uint64_t body_limit = 64'000'000; ///< bytes of the answer's body
};

struct http_response {
  int status = 0;
  header_list headers;
  std::string body;
};

class transport {
public:
  virtual ~transport() = default;
  /// Sends and waits for the whole answer. Errors are of kind retry (codes: resolve, connect, tls, timeout, closed,
  /// malformed (the answer is not HTTP), too_large, cancelled); maybe_done is set when any byte of the request may have
  /// reached the other side. A TLS verification failure is kind bug, code tls_untrusted; a request that cannot be sent
  /// (URL, plain http beyond loopback, header with a line break) is kind bug, code bad_request. The error names host
  /// and path, never the query. A cancelled coroutine gets its answer (code cancelled) as soon as the socket is closed.
  virtual task<result<http_response>> send(http_request request) = 0;
};

struct client_options {
  std::string ca_file;                   ///< PEM, trusted beside the system's; empty = none
  std::size_t connections_per_host = 16; ///< further requests wait their turn, within their own timeout
  duration idle_limit{30'000};           ///< a pooled connection unused for longer is not used again
  std::string user_agent = "listingd";
};

/// A pooled HTTP/1.1 client for https:// and, to loopback only, http://. Verifies certificate and host name (SNI).
/// A request on a reused connection that the peer had already closed is sent again once on a new connection when no
/// byte of an answer came and the method is safe (GET, HEAD); other methods report closed with maybe_done.
/// Must outlive its requests; used from one io_context. Throws std::runtime_error naming a ca_file that cannot be read.
[[nodiscard]] std::unique_ptr<transport> make_client(client_options options);

/// Percent-encodes everything but unreserved characters.
[[nodiscard]] std::string percent_encode(std::string_view text);
/// Decodes %XX; what is not a valid escape stays as it is, and so does '+'.
[[nodiscard]] std::string percent_decode(std::string_view text);
/// The value of a query parameter of a target or URL, decoded as a form ('+' is a space); empty when absent.
[[nodiscard]] std::string query_value(std::string_view target, std::string_view name);

} // namespace listingd::net
