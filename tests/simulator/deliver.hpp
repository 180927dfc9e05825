// Sends one webhook over HTTPS, the receiver's certificate and host name verified. Called by the server's clock.
#pragma once

#include "simulator/world.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>

namespace listingd::simulator {

struct delivered {
  unsigned status = 0; // 0: no answer within 3 seconds
  bool empty_body = true;
  std::string problem;
};

boost::asio::awaitable<delivered> deliver(boost::asio::ssl::context& trust, const delivery& what);

} // namespace listingd::simulator
