#include "net/session.hpp"

#include "net/http_date.hpp"
#include "net/message_rules.hpp"

#include <array>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

namespace listingd::net {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using boost::system::error_code;
using request_parser = http::request_parser<http::string_body>;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr duration farewell_limit{1'000}; // for a peer to take our last words
constexpr duration unlimited = std::chrono::hours(24 * 365);

struct refusal {
  http::error problem;
  int status; ///< 0 = the peer has gone, nobody to answer
};

constexpr std::array refusals = {
    refusal{http::error::end_of_stream, 0},
    refusal{http::error::partial_message, 0},
    refusal{http::error::header_limit, 431},
    refusal{http::error::buffer_overflow, 431},
    refusal{http::error::body_limit, 413},
    refusal{http::error::bad_version, 505},
    refusal{http::error::bad_transfer_encoding, 400},
};

int status_for(const error_code& problem) {
  for (const auto& one : refusals)
    if (problem == one.problem) return one.status;
  static const auto* const http_words = &http::make_error_code(http::error::bad_method).category();
  return problem.category() == *http_words ? 400 : 0;
}

server_request to_request(http::request<http::string_body> message, const std::string& peer) {
  server_request out{.method = std::string(message.method_string()),
                     .target = std::string(message.target()),
                     .path = {},
                     .headers = {},
                     .body = {},
                     .peer = peer};
  out.path = path_of(out.target);
  for (const auto& field : message) out.headers.emplace_back(field.name_string(), field.value());
  out.body = std::move(message.body());
  return out;
}

/// HTTP/1.1 demands a Host; a path with a zero byte is nobody's.
bool acceptable(const http::request<http::string_body>& message) {
  constexpr unsigned http_1_1 = 11;
  if (message.version() == http_1_1 && message.find(http::field::host) == message.end()) return false;
  return path_of(std::string_view(message.target().data(), message.target().size())).find('\0') == std::string::npos;
}

/// How the answer is framed: by the request it belongs to.
struct framing {
  unsigned version = 11;
  bool head = false;
  bool keep_alive = false;
};

template <class Body>
http::response<Body> start_of(const server_response& response, const framing& how) {
  http::response<Body> out(static_cast<http::status>(response.status), how.version);
  for (const auto& [name, value] : response.headers) out.insert(name, value);
  out.set(http::field::date, http_date(system_clock().now()));
  out.erase(http::field::transfer_encoding);
  const bool wants_close = beast::iequals(out[http::field::connection], "close");
  out.keep_alive(how.keep_alive && !wants_close);
  const bool never_a_body = response.status == 204 || response.status == 304;
  if (never_a_body)
    out.erase(http::field::content_length);
  else
    out.content_length(response.body.size());
  return out;
}

template <class Stream>
class conversation final : public session {
public:
  template <class... Parts>
  conversation(std::shared_ptr<const service> shared, any_socket socket, Parts&&... parts)
      : shared_(std::move(shared)), peer_(peer_of(socket)), limit_(socket.get_executor()),
        stream_(std::move(socket), std::forward<Parts>(parts)...) {}

  task<void> run() override {
    if (!co_await shake_hands()) co_return;
    for (bool first = true; !draining_; first = false) {
      if (buffer_.size() == 0 && !co_await request_begins(first)) break;
      busy_ = true;
      answered_last_ = !co_await serve_one();
      busy_ = false;
      if (answered_last_) break;
    }
    co_await say_goodbye();
  }

  void drain() override {
    draining_ = true;
    if (!busy_) limit_.cancel();
  }

  void cut() override {
    draining_ = cut_ = true;
    limit_.cancel();
  }

private:
  static constexpr bool encrypted = !std::is_same_v<Stream, any_socket>;

  /// One operation within its limit; empty when it was late or the session was told to end.
  template <class T>
  task<std::optional<T>> step(duration limit, task<T> operation) {
    if (cut_) co_return std::nullopt;
    limit_.expires_after(limit);
    auto [order, problem, value, ignored] =
        co_await asio::experimental::make_parallel_group(
            asio::co_spawn(limit_.get_executor(), std::move(operation), asio::deferred),
            limit_.async_wait(asio::deferred))
            .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    if (order[0] == 1 || problem) co_return std::nullopt;
    co_return std::optional<T>(std::move(value));
  }

  task<bool> shake_hands() {
    if constexpr (encrypted) {
      const auto problem = co_await step(shared_->options.read_limit, handshake());
      co_return problem && !*problem;
    }
    co_return true;
  }

  task<error_code> handshake()
    requires(encrypted)
  {
    const auto [problem] = co_await stream_.async_handshake(ssl::stream_base::server, no_throw);
    co_return problem;
  }

  /// Waits for the first byte of a request: the one time that a connection is idle.
  task<bool> request_begins(bool first) {
    const auto limit = first ? shared_->options.read_limit : shared_->options.idle_limit;
    const auto problem = co_await step(limit, read_some());
    co_return problem && !*problem;
  }

  task<error_code> read_some() {
    constexpr std::size_t piece = 4096;
    const auto [problem, size] = co_await stream_.async_read_some(buffer_.prepare(piece), no_throw);
    buffer_.commit(size);
    co_return problem;
  }

  /// False when the connection is to end.
  task<bool> serve_one() {
    request_parser parser;
    parser.header_limit(shared_->options.header_limit);
    parser.body_limit(shared_->options.body_limit);
    const auto problem = co_await step(shared_->options.read_limit, receive(parser));
    if (!problem) co_return co_await refuse(408);
    if (*problem) co_return co_await refuse(status_for(*problem));
    if (!acceptable(parser.get())) co_return co_await refuse(400);
    framing how{.version = parser.get().version(),
                .head = parser.get().method() == http::verb::head,
                .keep_alive = parser.get().keep_alive()};
    auto response = co_await step(unlimited, answer(to_request(parser.release(), peer_)));
    if (!response) co_return false;
    how.keep_alive = how.keep_alive && !draining_;
    co_return co_await send(std::move(*response), how);
  }

  task<error_code> receive(request_parser& parser) {
    const auto [broken, header_size] = co_await http::async_read_header(stream_, buffer_, parser, no_throw);
    if (broken) co_return broken;
    const bool asks_first = beast::iequals(parser.get()[http::field::expect], "100-continue");
    if (asks_first && !parser.is_done() && buffer_.size() == 0) {
      constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      const auto [unsent, sent] = co_await asio::async_write(stream_, asio::buffer(go_on), no_throw);
      if (unsent) co_return unsent;
    }
    const auto [problem, size] = co_await http::async_read(stream_, buffer_, parser, no_throw);
    co_return problem;
  }

  task<server_response> answer(server_request request) {
    try {
      auto response = co_await shared_->handler(std::move(request));
      if (sendable(response)) co_return response;
      shared_->report("handler_failed", "the answer's status or headers cannot be sent");
    } catch (const std::exception& problem) {
      if (!cut_) shared_->report("handler_failed", problem.what());
    } catch (...) {
      shared_->report("handler_failed", "unknown exception");
    }
    co_return server_response{.status = 500, .headers = {}, .body = {}};
  }

  task<bool> send(server_response response, framing how) {
    if (how.head || response.status == 204 || response.status == 304) {
      auto message = start_of<http::empty_body>(response, how);
      co_return co_await write(message, shared_->options.idle_limit);
    }
    auto message = start_of<http::string_body>(response, how);
    message.body() = std::move(response.body);
    co_return co_await write(message, shared_->options.idle_limit);
  }

  /// The last answer on this connection, for what was no proper request.
  task<bool> refuse(int status) {
    if (status == 0) co_return false;
    const framing how;
    auto message = start_of<http::empty_body>(server_response{.status = status, .headers = {}, .body = {}}, how);
    co_await write(message, farewell_limit);
    co_return false;
  }

  template <class Message>
  task<bool> write(Message& message, duration limit) {
    const auto problem = co_await step(limit, write_all(message));
    co_return problem && !*problem && message.keep_alive();
  }

  template <class Message>
  task<error_code> write_all(Message& message) {
    const auto [problem, size] = co_await http::async_write(stream_, message, no_throw);
    co_return problem;
  }

  task<void> say_goodbye() {
    if constexpr (encrypted) co_await step(farewell_limit, notify_close());
    if (answered_last_) co_await step(farewell_limit, let_read());
    error_code gone;
    beast::get_lowest_layer(stream_).close(gone);
  }

  /// Says that nothing follows, and does not wait for the same from the peer.
  task<error_code> notify_close()
    requires(encrypted)
  {
    SSL_set_shutdown(stream_.native_handle(), SSL_RECEIVED_SHUTDOWN);
    const auto [problem] = co_await stream_.async_shutdown(no_throw);
    co_return problem;
  }

  /// Closing with unread bytes would reset the connection and could take our answer from the peer: so read on a little.
  task<error_code> let_read() {
    auto& socket = beast::get_lowest_layer(stream_);
    error_code problem;
    socket.shutdown(asio::socket_base::shutdown_send, problem);
    std::array<char, 8192> unwanted{};
    while (!problem) {
      const auto [ended, size] = co_await socket.async_read_some(asio::buffer(unwanted), no_throw);
      problem = ended;
    }
    co_return problem;
  }

  std::shared_ptr<const service> shared_;
  std::string peer_;
  asio::steady_timer limit_; // of the step that is under way; cancelled to end it
  Stream stream_;
  beast::flat_buffer buffer_; // may hold the beginning of the next request
  bool busy_ = false;
  bool answered_last_ = false; // the connection ends with an answer of ours, perhaps not yet read
  bool draining_ = false;
  bool cut_ = false;
};

} // namespace

std::shared_ptr<session> make_session(any_socket socket, const std::shared_ptr<ssl::context>& tls,
                                      std::shared_ptr<const service> shared) {
  if (tls) return std::make_shared<conversation<ssl::stream<any_socket>>>(std::move(shared), std::move(socket), *tls);
  return std::make_shared<conversation<any_socket>>(std::move(shared), std::move(socket));
}

} // namespace listingd::net
