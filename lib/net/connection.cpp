#include "net/connection.hpp"

#include <algorithm>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <sys/socket.h>

namespace listingd::net {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

using request_message = http::request<http::span_body<const char>>; // the body stays where the caller has it

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::uint32_t answer_header_limit = 65'536;
constexpr duration next_address_after{3'000}; // an address that is silent for so long gives way to the next

request_message to_message(const http_request& request, const location& to, std::string_view agent) {
  constexpr unsigned http_1_1 = 11;
  request_message out;
  out.version(http_1_1);
  out.method_string(request.method);
  out.target(to.target());
  out.set(http::field::host, to.authority());
  out.set(http::field::user_agent, beast::string_view(agent.data(), agent.size()));
  for (const auto& [name, value] : request.headers) out.set(name, value);
  out.body() = {request.body.data(), request.body.size()};
  const bool body_is_usual = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (!request.body.empty() || body_is_usual) out.content_length(request.body.size());
  return out;
}

http_response from_message(http::response<http::string_body> message) {
  http_response out{.status = static_cast<int>(message.result_int()), .headers = {}, .body = {}};
  for (const auto& field : message) out.headers.emplace_back(field.name_string(), field.value());
  out.body = std::move(message.body());
  return out;
}

std::unexpected<error> broken_answer(const error_code& problem, const http_request& request) {
  if (problem == asio::error::operation_aborted) return called_off();
  if (problem == http::error::body_limit)
    return try_again("", "too_large", "the answer is larger than " + std::to_string(request.body_limit) + " bytes");
  if (problem == http::error::header_limit) return try_again("", "too_large", "the answer's headers are too large");
  const bool ended = problem == http::error::end_of_stream || problem == http::error::partial_message;
  static const auto* const http_words = &http::make_error_code(http::error::bad_line_ending).category();
  if (problem.category() == *http_words && !ended)
    return try_again("", "malformed", "the answer is not HTTP: " + problem.message());
  return try_again("", "closed", "the connection ended before the answer was complete: " + problem.message());
}

bool informational(int status) {
  return status >= 100 && status < 200 && status != 101;
}

/// The peer is still there and has said nothing that we did not ask for.
bool silent_and_open(tcp::socket& socket) {
  char byte = 0;
  const auto got = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

template <class Stream>
class live_connection final : public connection {
public:
  template <class... Parts>
  explicit live_connection(Parts&&... parts) : stream_(std::forward<Parts>(parts)...) {}

  Stream& stream() { return stream_; }

  bool usable() override {
    return reusable_ && buffer_.size() == 0 && silent_and_open(beast::get_lowest_layer(stream_));
  }

  task<result<http_response>> exchange(const http_request& request, const location& to, std::string_view agent,
                                       progress& seen) override {
    reusable_ = false;
    const auto message = to_message(request, to, agent);
    seen.sent = true; // from here on only an answer tells what became of it
    const auto [unsent, size] = co_await http::async_write(stream_, message, no_throw);
    if (unsent == asio::error::operation_aborted) co_return called_off();
    // A server may refuse and close before it has read everything, and then its answer counts more than our broken
    // write.
    auto answer = co_await receive(request, seen);
    if (unsent) reusable_ = false;
    co_return answer;
  }

private:
  task<result<http_response>> receive(const http_request& request, progress& seen) {
    for (;;) {
      http::response_parser<http::string_body> parser;
      parser.body_limit(request.body_limit);
      parser.header_limit(answer_header_limit);
      parser.skip(request.method == "HEAD");
      const auto [problem, size] = co_await http::async_read(stream_, buffer_, parser, no_throw);
      seen.answered = seen.answered || parser.got_some() || buffer_.size() > 0;
      if (problem) co_return broken_answer(problem, request);
      if (informational(static_cast<int>(parser.get().result_int()))) continue;
      reusable_ = parser.get().keep_alive() && !parser.get().need_eof();
      co_return from_message(parser.release());
    }
  }

  Stream stream_;
  beast::flat_buffer buffer_;
  bool reusable_ = false;
};

using plain_connection = live_connection<tcp::socket>;
using tls_connection = live_connection<ssl::stream<tcp::socket>>;

task<error_code> connect_one(tcp::socket& socket, tcp::endpoint address) {
  const auto [problem] = co_await socket.async_connect(address, no_throw);
  co_return problem;
}

/// Tries the addresses in their order; the last error tells why none answered.
task<error_code> connect_any(tcp::socket& socket, const endpoints& addresses) {
  constexpr duration unlimited = std::chrono::hours(1); // the last address has what is left of the caller's deadline
  error_code last = asio::error::host_not_found;
  for (const auto& address : addresses) {
    error_code ignored;
    socket.close(ignored);
    const bool more = &address != &addresses.back();
    const auto outcome = co_await async::within(more ? next_address_after : unlimited, connect_one(socket, address));
    last = outcome.value_or(asio::error::timed_out);
    if (!last || last == asio::error::operation_aborted) break;
  }
  if (!last) socket.set_option(tcp::no_delay(true), last);
  co_return last;
}

/// The peer must prove that it is `host`; asked for by name when it has one.
void expect_host(SSL* session, const std::string& host) {
  error_code is_a_name;
  asio::ip::make_address(host, is_a_name);
  auto* rules = SSL_get0_param(session);
  if (!is_a_name) {
    X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str());
    return;
  }
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  X509_VERIFY_PARAM_set1_host(rules, host.c_str(), host.size());
  SSL_set_tlsext_host_name(session, host.c_str());
}

std::unexpected<error> handshake_failed(SSL* session, const location& to, const error_code& problem) {
  if (problem == asio::error::operation_aborted) return called_off();
  const auto verdict = SSL_get_verify_result(session);
  if (verdict != X509_V_OK)
    return our_bug("", "tls_untrusted",
                   "the certificate of " + to.authority() +
                       " is not trusted: " + X509_verify_cert_error_string(verdict));
  return try_again("", "tls", "no TLS with " + to.authority() + ": " + problem.message());
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return c > ' ' && c < 127 &&
           std::string_view("()<>@,;:\\\"/[]?={}").find(static_cast<char>(c)) == std::string_view::npos;
  });
}

bool is_header_value(std::string_view text) {
  return std::ranges::none_of(text, [](unsigned char c) { return (c < ' ' && c != '\t') || c == 127; });
}

} // namespace

result<void> check_request(const http_request& request) {
  if (!is_token(request.method)) return our_bug("", "bad_request", "the method is not one");
  for (const auto& [name, value] : request.headers)
    if (!is_token(name) || !is_header_value(value))
      return our_bug("", "bad_request", "a header cannot be sent: " + (is_token(name) ? name : "bad name"));
  return {};
}

std::unexpected<error> timed_out(duration limit) {
  return try_again("", "timeout", "no complete answer within " + std::to_string(limit.count()) + " ms");
}

std::unexpected<error> called_off() {
  return try_again("", "cancelled", "called off");
}

task<result<std::unique_ptr<connection>>> open_connection(const location& to, const endpoints& addresses,
                                                          const std::shared_ptr<ssl::context>& trust) {
  tcp::socket socket(co_await asio::this_coro::executor);
  const auto problem = co_await connect_any(socket, addresses);
  if (problem == asio::error::operation_aborted) co_return called_off();
  if (problem) co_return try_again("", "connect", "cannot connect to " + to.authority() + ": " + problem.message());
  if (!to.encrypted) co_return std::make_unique<plain_connection>(std::move(socket));
  auto secured = std::make_unique<tls_connection>(std::move(socket), *trust);
  auto* session = secured->stream().native_handle();
  expect_host(session, to.host);
  const auto [failure] = co_await secured->stream().async_handshake(ssl::stream_base::client, no_throw);
  if (failure) co_return handshake_failed(session, to, failure);
  co_return std::move(secured);
}

} // namespace listingd::net
