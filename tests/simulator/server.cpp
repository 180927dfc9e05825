#include "simulator/server.hpp"

#include "simulator/control.hpp"
#include "simulator/deliver.hpp"
#include "simulator/gateway.hpp"
#include "simulator/recorder.hpp"
#include "simulator/review.hpp"
#include "simulator/webhooks.hpp"

#include <array>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast.hpp>
#include <boost/beast/ssl.hpp>
#include <thread>

namespace listingd::simulator {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using namespace std::chrono_literals;

namespace {

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::uint64_t body_limit = 128UL * 1024 * 1024;
constexpr std::size_t threads = 4;

request take(http::request<http::string_body> message) {
  std::map<std::string, std::string> headers;
  for (const auto& field : message) headers[std::string(field.name_string())] = std::string(field.value());
  return make_request(std::string(message.method_string()), std::string(message.target()), headers,
                      std::move(message.body()));
}

http::response<http::string_body> give(reply answered, unsigned version, bool keep_alive) {
  http::response<http::string_body> message(static_cast<http::status>(answered.status), version);
  message.set(http::field::server, "simulated");
  message.set(http::field::content_type, answered.content_type);
  for (const auto& [name, value] : answered.headers) message.set(name, value);
  message.keep_alive(keep_alive);
  message.body() = std::move(answered.body);
  message.prepare_payload();
  return message;
}

std::string in_words(const request& asked, const reply& answered, const std::string& fault) {
  auto line = asked.method + " " + asked.path + " " + std::to_string(answered.status);
  const auto code = answered.body.find("\"code\":");
  if (code != std::string::npos) line += " " + answered.body.substr(code, answered.body.find(',', code) - code);
  return fault.empty() ? line : line + " fault=" + fault;
}

} // namespace

struct server::state {
  world& all;
  server_options options;
  recorder record;
  asio::io_context loop{static_cast<int>(threads)};
  asio::ssl::context tls{asio::ssl::context::tls_server};
  asio::ssl::context trust{asio::ssl::context::tls_client};
  tcp::acceptor acceptor{loop};

  state(world& given, server_options wanted) : all(given), options(std::move(wanted)), record(options.record_file) {
    if (encrypted()) {
      tls.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
      tls.use_certificate_chain_file(options.certificate_file);
      tls.use_private_key_file(options.private_key_file, asio::ssl::context::pem);
    }
    if (options.trust_file.empty())
      trust.set_default_verify_paths();
    else
      trust.load_verify_file(options.trust_file);
    const tcp::endpoint where(asio::ip::make_address(options.address), options.port);
    acceptor.open(where.protocol());
    acceptor.set_option(asio::socket_base::reuse_address(true));
    acceptor.bind(where);
    acceptor.listen();
  }

  bool encrypted() const { return !options.certificate_file.empty(); }

  void log(const std::string& line) const {
    if (options.log) options.log(line);
  }

  reply route(const request& asked) {
    if (is_control(asked)) return handle_control(all, asked);
    if (is_oauth(asked)) return handle_oauth(all, asked);
    std::string endpoint;
    return handle_api(all, asked, endpoint);
  }

  reply respond(const request& asked, const std::optional<fault>& wanted) {
    const std::string kind = wanted ? wanted->kind : "";
    const auto perform = [&] {
      const std::scoped_lock lock(all.mutex);
      const auto refreshes = all.oauth.refreshes;
      auto result = route(asked);
      if (loses_reply(kind)) all.oauth.refreshes_lost += all.oauth.refreshes - refreshes;
      if (kind == "hold") {
        ++all.held;
        result.waits_for = all.releases + 1;
      }
      return result;
    };
    auto answered = wanted && kind != "latency" ? apply_fault(*wanted, perform) : perform();
    if (!is_control(asked)) record.record(asked, answered, kind);
    log(in_words(asked, answered, kind));
    return answered;
  }

  std::optional<fault> fault_for(const request& asked) {
    const std::scoped_lock lock(all.mutex);
    return is_control(asked) ? std::nullopt : take_fault(all, asked);
  }

  asio::awaitable<void> pause(std::chrono::milliseconds length) {
    asio::steady_timer timer(loop, length);
    co_await timer.async_wait(no_throw);
  }

  /// A release may come from any thread and without a request, so it is looked for, like all that is due (tick).
  bool held(const reply& answered) {
    const std::scoped_lock lock(all.mutex);
    return all.releases < answered.waits_for;
  }

  void date(reply& answered) {
    const std::scoped_lock lock(all.mutex);
    const auto& kind = all.setting.date_header;
    const auto error = kind == "wrong" ? 3 * 3600 : 0;
    if (kind != "none") answered.headers["Date"] = http_date(all.platform_seconds() + error);
  }

  /// Everything between a request's arrival and the first byte of its reply. What is counted as in flight ends here and
  /// not after the reply, of which the peer knows earlier than we do.
  asio::awaitable<reply> attend(const request& asked) {
    const refresh_in_flight counted(all, asked);
    const auto wanted = fault_for(asked);
    if (wanted && wanted->ms > 0) co_await pause(std::chrono::milliseconds(wanted->ms));
    auto answered = respond(asked, wanted);
    while (held(answered)) co_await pause(5ms);
    date(answered);
    co_return answered;
  }

  /// Serves one connection until the peer closes it, a minute passes in silence, or a fault drops it.
  template <class Stream>
  asio::awaitable<void> converse(Stream& stream) {
    auto& lowest = beast::get_lowest_layer(stream);
    beast::flat_buffer buffer;
    for (bool keep_alive = true; keep_alive;) {
      http::request_parser<http::string_body> parser;
      parser.body_limit(body_limit);
      lowest.expires_after(60s);
      const auto [problem, size] = co_await http::async_read(stream, buffer, parser, no_throw);
      if (problem) break;
      auto message = parser.release();
      keep_alive = message.keep_alive();
      const auto version = message.version();
      const auto asked = take(std::move(message));
      lowest.expires_never();
      auto answered = co_await attend(asked);
      if (answered.end != ending::answered) {
        boost::system::error_code gone;
        lowest.socket().set_option(asio::socket_base::linger(true, 0), gone); // the peer sees a reset
        lowest.close();
        co_return;
      }
      auto outgoing = give(std::move(answered), version, keep_alive);
      lowest.expires_after(60s);
      const auto [failure, sent] = co_await http::async_write(stream, outgoing, no_throw);
      if (failure) break;
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    if (!encrypted()) {
      beast::tcp_stream stream(std::move(socket));
      co_await converse(stream);
      co_return;
    }
    asio::ssl::stream<beast::tcp_stream> stream(beast::tcp_stream(std::move(socket)), tls);
    beast::get_lowest_layer(stream).expires_after(10s);
    const auto [problem] = co_await stream.async_handshake(asio::ssl::stream_base::server, no_throw);
    if (problem) co_return;
    co_await converse(stream);
    if (!beast::get_lowest_layer(stream).socket().is_open()) co_return;
    beast::get_lowest_layer(stream).expires_after(2s);
    co_await stream.async_shutdown(no_throw);
  }

  asio::awaitable<void> accept() {
    for (;;) {
      auto [problem, socket] = co_await acceptor.async_accept(asio::make_strand(loop), no_throw);
      if (problem == asio::error::operation_aborted) co_return;
      if (problem) continue;
      boost::system::error_code gone; // the peer may have left already
      socket.set_option(tcp::no_delay(true), gone);
      const auto strand = socket.get_executor();
      asio::co_spawn(strand, serve(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> send(std::size_t number, delivery each) {
    auto sending = deliver(trust, each);
    const auto outcome = co_await std::move(sending);
    {
      const std::scoped_lock lock(all.mutex);
      settle_delivery(all, number, outcome.status, outcome.empty_body, outcome.problem);
    }
    log("webhook type=" + std::to_string(each.type) + " " + each.address + " " + std::to_string(outcome.status) + " " +
        outcome.problem);
  }

  /// The time of this world: verdicts and deliveries that are due.
  asio::awaitable<void> tick() {
    asio::steady_timer timer(loop);
    for (;;) {
      timer.expires_after(20ms);
      const auto [problem] = co_await timer.async_wait(no_throw);
      if (problem) co_return;
      std::vector<std::pair<std::size_t, delivery>> due;
      {
        const std::scoped_lock lock(all.mutex);
        settle_reviews(all, now_ms());
        due = take_due(all, now_ms());
      }
      for (auto& [number, each] : due) {
        asio::co_spawn(asio::make_strand(loop), send(number, std::move(each)), asio::detached);
      }
    }
  }
};

server::server(world& state, server_options options)
    : inner(std::make_unique<struct server::state>(state, std::move(options))) {}

server::~server() {
  shift_time(0);
}

std::uint16_t server::port() const {
  return inner->acceptor.local_endpoint().port();
}

void server::run(bool with_signals) {
  asio::signal_set signals(inner->loop);
  if (with_signals) {
    signals.add(SIGTERM);
    signals.add(SIGINT);
    signals.async_wait([this](const auto& problem, int) {
      if (!problem) inner->loop.stop();
    });
  }
  asio::co_spawn(inner->loop, inner->accept(), asio::detached);
  asio::co_spawn(inner->loop, inner->tick(), asio::detached);
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back([this] { inner->loop.run(); });
  inner->loop.run();
}

void server::stop() {
  inner->loop.stop();
}

} // namespace listingd::simulator
