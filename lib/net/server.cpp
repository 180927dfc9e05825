#include "net/server.hpp"

#include "net/listen.hpp"
#include "net/session.hpp"
#include "net/tls.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <list>
#include <stdexcept>
#include <unistd.h>

namespace listingd::net {

namespace {

using boost::system::error_code;
using any_acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr duration breath{50}; // after a failed accept: descriptors or memory have run out, and only time helps

std::shared_ptr<asio::ssl::context> identity(const server_options& from) {
  if (from.certificate_file.empty() && from.private_key_file.empty()) return nullptr;
  return server_identity(from.certificate_file, from.private_key_file);
}

/// The listener and its connections. Shared with their coroutines, which may outlive the server object.
class listener : public std::enable_shared_from_this<listener> {
public:
  listener(const asio::any_io_executor& executor, server_options options, request_handler handler)
      : shared_(std::make_shared<const service>(std::move(options), std::move(handler))),
        tls_(identity(shared_->options)), acceptor_(executor), breath_(executor),
        ended_(executor, asio::steady_timer::time_point::max()), grace_(executor) {
    const auto made = listen_on(shared_->options.listen);
    port_ = made.port;
    path_ = made.path;
    acceptor_.assign(asio::generic::stream_protocol(made.family, made.family == AF_UNIX ? 0 : IPPROTO_TCP),
                     made.descriptor);
  }

  [[nodiscard]] int port() const { return port_; }
  void use(std::shared_ptr<asio::ssl::context> tls) { tls_ = std::move(tls); }
  [[nodiscard]] const server_options& options() const { return shared_->options; }

  static task<void> run(std::shared_ptr<listener> self) {
    co_await asio::this_coro::throw_if_cancelled(false); // being cancelled is a stop without grace
    while (!self->stopping_) co_await self->accept_one();
    while (!self->sessions_.empty()) co_await self->ended_.async_wait(no_throw);
  }

  void stop(duration grace) {
    if (!stopping_) close();
    stopping_ = true;
    for (const auto& one : sessions_) one->drain();
    if (sessions_.empty()) return;
    grace_.expires_after(grace);
    grace_.async_wait([self = shared_from_this()](const error_code& called_off) {
      if (called_off) return;
      for (const auto& one : self->sessions_) one->cut();
    });
  }

private:
  void close() {
    error_code ignored;
    acceptor_.close(ignored);
    breath_.cancel();
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  task<void> accept_one() {
    auto [problem, socket] = co_await acceptor_.async_accept(no_throw);
    if (stopping_) co_return;
    if (problem == asio::error::operation_aborted) {
      stop(duration{0});
      co_return;
    }
    if (problem) {
      if (!std::exchange(failing_, true)) shared_->report("accept_failed", problem.message());
      breath_.expires_after(breath);
      co_await breath_.async_wait(no_throw);
      co_return;
    }
    failing_ = false;
    if (sessions_.size() < shared_->options.connections) start(std::move(socket));
  }

  void start(any_socket socket) {
    error_code unix_has_none;
    socket.set_option(asio::ip::tcp::no_delay(true), unix_has_none);
    auto made = make_session(std::move(socket), tls_, shared_);
    const auto at = sessions_.insert(sessions_.end(), made);
    // The handler holds the session: if the loop is destroyed first, its coroutine still has all it refers to.
    asio::co_spawn(acceptor_.get_executor(), made->run(),
                   [self = shared_from_this(), made, at](const std::exception_ptr& problem) {
                     self->sessions_.erase(at);
                     if (problem) self->shared_->report("connection_failed", "unexpected exception");
                     if (!self->sessions_.empty()) return;
                     self->ended_.cancel();
                     self->grace_.cancel();
                   });
  }

  std::shared_ptr<const service> shared_;
  std::shared_ptr<asio::ssl::context> tls_;
  any_acceptor acceptor_;
  std::list<std::shared_ptr<session>> sessions_;
  asio::steady_timer breath_; // while accepting fails
  asio::steady_timer ended_;  // cancelled when the last session has gone
  asio::steady_timer grace_;  // after stop()
  int port_ = 0;
  std::string path_;
  bool stopping_ = false;
  bool failing_ = false;
};

class listening_server final : public server {
public:
  explicit listening_server(std::shared_ptr<listener> inner) : inner_(std::move(inner)) {}
  listening_server(const listening_server&) = delete;
  listening_server& operator=(const listening_server&) = delete;
  ~listening_server() override { inner_->stop(duration{0}); }

  task<void> run() override { return listener::run(inner_); }
  void stop(duration grace) override { inner_->stop(grace); }
  [[nodiscard]] int port() const override { return inner_->port(); }

  result<void> reload_tls() override {
    try {
      inner_->use(identity(inner_->options()));
      return {};
    } catch (const std::runtime_error& problem) {
      return bad_data(inner_->options().listen, "tls_files", problem.what());
    }
  }

private:
  std::shared_ptr<listener> inner_;
};

} // namespace

std::unique_ptr<server> make_server(const boost::asio::any_io_executor& executor, server_options options,
                                    request_handler handler) {
  return std::make_unique<listening_server>(
      std::make_shared<listener>(executor, std::move(options), std::move(handler)));
}

} // namespace listingd::net
