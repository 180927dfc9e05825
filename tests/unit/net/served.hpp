// A server of lib/net with a handler, running on a test's loop for as long as it lives.
#pragma once

#include "net/server.hpp"
#include "unit/net/loop.hpp"
#include "unit/net/tls_files.hpp"

namespace listingd::tests {

class served {
public:
  served(loop& on, net::server_options options, net::request_handler handler) : on_(on) {
    if (options.listen.empty()) options.listen = "127.0.0.1:0";
    server_ = net::make_server(on.executor(), std::move(options), std::move(handler));
    asio::co_spawn(on.context, server_->run(), [this](const std::exception_ptr&) { ended_ = true; });
  }
  served(loop& on, const tls_files& files, net::request_handler handler)
      : served(on,
               net::server_options{
                   .listen = "", .certificate_file = files.certificate(), .private_key_file = files.private_key()},
               std::move(handler)) {}
  served(const served&) = delete;
  served& operator=(const served&) = delete;
  ~served() {
    server_->stop(duration{0});
    if (!ended_) on_.until(ended_);
  }

  net::server& server() { return *server_; }
  [[nodiscard]] int port() const { return server_->port(); }
  [[nodiscard]] std::string authority() const { return "127.0.0.1:" + std::to_string(port()); }
  [[nodiscard]] const bool& ended() const { return ended_; }

private:
  loop& on_;
  std::unique_ptr<net::server> server_;
  bool ended_ = false;
};

/// Answers with what it was asked: "METHOD path body".
inline task<net::server_response> echo(net::server_request request) {
  net::server_response out;
  out.headers.emplace_back("Content-Type", "text/plain");
  out.body = request.method + " " + request.path + " " + request.body;
  co_return out;
}

} // namespace listingd::tests
