// An event loop for tests that speak through real sockets: runs a coroutine to its end, and plays scripted peers.
#pragma once

#include "async/run.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace listingd::tests {

using tcp = asio::ip::tcp;
inline constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

class loop {
public:
  asio::io_context context{1};

  [[nodiscard]] asio::any_io_executor executor() { return context.get_executor(); }

  /// Starts something that goes on beside the test.
  void start(task<void> work) { asio::co_spawn(context, std::move(work), asio::detached); }

  template <class T>
  T run(task<T> work) {
    std::optional<T> value;
    run([](task<T> inner, std::optional<T>& out) -> task<void> { out = co_await std::move(inner); }(std::move(work),
                                                                                                    value));
    return std::move(*value);
  }

  void run(task<void> work) {
    std::exception_ptr problem;
    bool done = false;
    asio::co_spawn(context, std::move(work), [&](std::exception_ptr thrown) {
      problem = std::move(thrown);
      done = true;
    });
    until(done);
    if (problem) std::rethrow_exception(problem);
  }

  /// Turns the loop until something has come true.
  void until(const bool& come_true) {
    constexpr auto hanging = std::chrono::seconds(30); // a broken test ends, too
    context.restart();
    while (!come_true)
      if (context.run_one_for(hanging) == 0) throw std::runtime_error("the loop waits for nothing");
  }
};

/// A TCP server on loopback whose n-th connection plays the n-th script; the last script serves all that follow.
class scripted_peer {
public:
  using script = std::function<task<void>(tcp::socket&)>;

  scripted_peer(loop& on, std::vector<script> scripts)
      : play_(std::make_shared<play>(on.executor(), std::move(scripts))) {
    on.start(accept(play_));
  }
  scripted_peer(const scripted_peer&) = delete;
  scripted_peer& operator=(const scripted_peer&) = delete;
  ~scripted_peer() { play_->acceptor.close(); }

  [[nodiscard]] std::string authority() const { return "127.0.0.1:" + std::to_string(play_->port); }
  [[nodiscard]] std::size_t connections() const { return play_->connections; }

private:
  struct play {
    play(const asio::any_io_executor& executor, std::vector<script> given)
        : acceptor(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), scripts(std::move(given)),
          port(acceptor.local_endpoint().port()) {}
    tcp::acceptor acceptor;
    std::vector<script> scripts;
    int port;
    std::size_t connections = 0;
  };

  static task<void> accept(std::shared_ptr<play> all) {
    for (;;) {
      auto [problem, socket] = co_await all->acceptor.async_accept(no_throw);
      if (problem) co_return;
      const auto number = std::min(all->connections++, all->scripts.size() - 1);
      asio::co_spawn(all->acceptor.get_executor(), perform(all, number, std::move(socket)), asio::detached);
    }
  }

  static task<void> perform(std::shared_ptr<play> all, std::size_t number, tcp::socket socket) {
    co_await all->scripts[number](socket);
  }

  std::shared_ptr<play> play_;
};

/// What is read of one request: the head and, by Content-Length, the body. Empty when the peer has gone.
inline task<std::string> read_request(tcp::socket& socket) {
  std::string text;
  auto [problem, head] = co_await asio::async_read_until(socket, asio::dynamic_buffer(text), "\r\n\r\n", no_throw);
  if (problem) co_return std::string();
  const auto length = text.find("Content-Length: ");
  const auto body = length < head ? std::stoul(text.substr(length + 16)) : 0;
  if (text.size() < head + body)
    co_await asio::async_read(socket, asio::dynamic_buffer(text), asio::transfer_exactly(head + body - text.size()),
                              no_throw);
  co_return text;
}

inline task<void> say(tcp::socket& socket, std::string text) {
  co_await asio::async_write(socket, asio::buffer(text), no_throw);
}

/// Everything until the other side closes.
inline task<std::string> read_all(tcp::socket& socket) {
  std::string text;
  co_await asio::async_read(socket, asio::dynamic_buffer(text), asio::transfer_all(), no_throw);
  co_return text;
}

/// Closing this socket sends a reset.
inline void reset(tcp::socket& socket) {
  socket.set_option(asio::socket_base::linger(true, 0));
  socket.close();
}

inline task<tcp::socket> connect_to(int port) {
  tcp::socket socket(co_await asio::this_coro::executor);
  const tcp::endpoint where(asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port));
  co_await socket.async_connect(where, asio::use_awaitable);
  co_return std::move(socket);
}

/// Sends bytes as they are and gives everything that comes back until the server closes.
inline task<std::string> converse(int port, std::string text) {
  auto socket = co_await connect_to(port);
  co_await say(socket, std::move(text));
  co_return co_await read_all(socket);
}

} // namespace listingd::tests
