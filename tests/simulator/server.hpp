// The HTTPS listener of the simulator, with the clock that gives verdicts and sends webhooks. Used by main and the
// tests: construct, run() on a thread, stop() from any thread.
#pragma once

#include "simulator/world.hpp"

#include <functional>
#include <memory>

namespace listingd::simulator {

struct server_options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  std::string certificate_file, private_key_file; // PEM; plain HTTP when empty
  std::string trust_file;                         // PEM of the authorities webhook receivers are verified against
  std::string record_file;
  std::function<void(const std::string&)> log; // a line an event; may be empty
};

class server {
public:
  /// Listens at once. Throws boost::system::system_error or std::runtime_error.
  server(world& state, server_options options);
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  std::uint16_t port() const;
  /// Serves until stop() or, with signals, SIGTERM or SIGINT.
  void run(bool with_signals = false);
  void stop();

private:
  struct state;
  std::unique_ptr<state> inner;
};

} // namespace listingd::simulator
