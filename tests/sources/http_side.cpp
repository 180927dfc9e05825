#include "sources/http_side.hpp"

#include "async/run.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <optional>
#include <spdlog/fmt/fmt.h>
#include <thread>

namespace listingd::sources {

namespace {

using asio::ip::tcp;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

/// What an answer takes at least: requests that a client sends together are then seen together.
constexpr duration thinking{1};

/// The request line and the headers up to the empty line.
http_asked parse_head(std::string_view head) {
  const auto next_line = [&head] {
    const auto line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(head.size(), line.size() + 2));
    return line;
  };
  const auto first = next_line();
  const auto space = first.find(' ');
  const auto second = first.find(' ', std::min(first.size(), space + 1));
  http_asked out{.method = std::string(first.substr(0, space)),
                 .target = std::string(first.substr(std::min(first.size(), space + 1), second - space - 1)),
                 .path = {},
                 .headers = {},
                 .body = {}};
  out.path = net::percent_decode(std::string_view(out.target).substr(0, out.target.find('?')));
  for (auto line = next_line(); !line.empty(); line = next_line()) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    auto value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.size(), value.find_first_not_of(' ')));
    out.headers.emplace_back(std::string(line.substr(0, colon)), std::string(value));
  }
  return out;
}

std::size_t body_length(const http_asked& asked) {
  const auto text = net::header(asked.headers, "Content-Length");
  std::size_t length = 0;
  std::from_chars(text.data(), text.data() + text.size(), length);
  return length;
}

std::string wire_text(const http_reply& reply) {
  std::string out = fmt::format("HTTP/1.1 {} Answer\r\n", reply.status);
  for (const auto& [name, value] : reply.headers) out += fmt::format("{}: {}\r\n", name, value);
  if (reply.status == 304 || reply.status == 204) return out + "\r\n";
  return out + fmt::format("Content-Length: {}\r\n\r\n", reply.body.size()) + reply.body;
}

/// Half of the body, or half of the head when there is no body.
std::string_view half(std::string_view wire, const http_reply& reply) {
  return wire.substr(0, reply.body.empty() ? wire.size() / 2 : wire.size() - (reply.body.size() + 1) / 2);
}

/// One more request is being answered as long as this lives.
class counted {
public:
  counted(std::atomic<int>& now, std::atomic<int>& most) : now_(now) { most = std::max(most.load(), ++now_); }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() { --now_; }

private:
  std::atomic<int>& now_;
};

} // namespace

class http_side::running {
public:
  explicit running(std::function<http_reply(const http_asked&)> answer)
      : answer_(std::move(answer)), acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    asio::co_spawn(context_, accept(), asio::detached);
    thread_ = std::thread([this] { context_.run(); });
  }
  running(const running&) = delete;
  running& operator=(const running&) = delete;
  ~running() {
    context_.stop();
    thread_.join();
  }

  [[nodiscard]] std::string url() const {
    return fmt::format("http://127.0.0.1:{}", acceptor_.local_endpoint().port());
  }
  [[nodiscard]] int most_at_once() const { return most_; }

private:
  task<void> accept() {
    for (;;) {
      auto [problem, socket] = co_await acceptor_.async_accept(no_throw);
      if (problem) co_return;
      socket.set_option(tcp::no_delay(true));
      asio::co_spawn(context_, converse(std::move(socket)), asio::detached);
    }
  }

  task<void> converse(tcp::socket socket) {
    std::string unread;
    for (bool go_on = true; go_on;) {
      const auto asked = co_await next_request(socket, unread);
      if (!asked) co_return;
      const counted one(now_, most_);
      co_await async::pause(thinking);
      go_on = co_await reply(socket, safe_answer(*asked));
      if (net::header(asked->headers, "Connection") == "close") go_on = false;
    }
  }

  /// Empty when the client has gone.
  static task<std::optional<http_asked>> next_request(tcp::socket& socket, std::string& unread) {
    const auto [problem, length] =
        co_await asio::async_read_until(socket, asio::dynamic_buffer(unread), "\r\n\r\n", no_throw);
    if (problem) co_return std::nullopt;
    auto asked = parse_head(std::string_view(unread).substr(0, length));
    unread.erase(0, length);
    const auto wanted = body_length(asked);
    if (unread.size() < wanted) {
      const auto [cut, got] = co_await asio::async_read(socket, asio::dynamic_buffer(unread),
                                                        asio::transfer_exactly(wanted - unread.size()), no_throw);
      if (cut) co_return std::nullopt;
    }
    asked.body = unread.substr(0, wanted);
    unread.erase(0, wanted);
    co_return asked;
  }

  http_reply safe_answer(const http_asked& asked) {
    try {
      return answer_(asked);
    } catch (const std::exception& problem) { // the test's own mistake: it shall see it in the client's error
      return {.status = 500, .headers = {}, .body = std::string("the test's answer threw: ") + problem.what()};
    }
  }

  /// False when the connection is not to be used again.
  static task<bool> reply(tcp::socket& socket, http_reply what) {
    const auto wire = wire_text(what);
    switch (what.how) {
    case http_reply::ending::whole: {
      const auto [problem, sent] = co_await asio::async_write(socket, asio::buffer(wire), no_throw);
      co_return !problem;
    }
    case http_reply::ending::cut_short:
      co_await asio::async_write(socket, asio::buffer(half(wire, what)), no_throw);
      co_return false;
    case http_reply::ending::reset:
      socket.set_option(asio::socket_base::linger(true, 0));
      co_return false;
    case http_reply::ending::never: {
      std::array<char, 256> ignored{};
      for (;;) {
        const auto [gone, got] = co_await socket.async_read_some(asio::buffer(ignored), no_throw);
        if (gone) co_return false;
      }
    }
    case http_reply::ending::byte_by_byte:
      for (const char& byte : wire) {
        const auto [problem, sent] = co_await asio::async_write(socket, asio::buffer(&byte, 1), no_throw);
        if (problem) co_return false;
      }
      co_return true;
    }
    co_return false;
  }

  std::function<http_reply(const http_asked&)> answer_;
  std::atomic<int> now_ = 0;
  std::atomic<int> most_ = 0;
  asio::io_context context_; // destroys the coroutines, which use what stands above
  tcp::acceptor acceptor_;
  std::thread thread_;
};

http_side::http_side(std::function<http_reply(const http_asked&)> answer)
    : running_(std::make_unique<running>(std::move(answer))) {}
http_side::~http_side() = default;

std::string http_side::url() const {
  return running_->url();
}
int http_side::most_at_once() const {
  return running_->most_at_once();
}

} // namespace listingd::sources
