// A transport that answers from a list and remembers what was asked: the seam at which the client is tested without a
// network.
#pragma once

#include "catch.hpp"
#include "model/json.hpp"
#include "net/transport.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <deque>

namespace listingd::tiktok::test {

class scripted_transport final : public net::transport {
public:
  std::deque<result<net::http_response>> answers;
  std::vector<net::http_request> asked;

  void answer(int status, std::string body, net::header_list headers = {}) {
    answers.push_back(net::http_response{.status = status, .headers = std::move(headers), .body = std::move(body)});
  }
  void lose(std::string code, bool maybe_done, std::string message = "the connection was closed") {
    answers.push_back(std::unexpected(error{.kind = error_kind::retry,
                                            .code = std::move(code),
                                            .message = std::move(message),
                                            .where = "https://host/path",
                                            .maybe_done = maybe_done}));
  }

  task<result<net::http_response>> send(net::http_request request) override {
    asked.push_back(std::move(request));
    if (answers.empty()) throw std::logic_error("the script has no answer for " + asked.back().url);
    auto next = std::move(answers.front());
    answers.pop_front();
    co_return next;
  }

  [[nodiscard]] std::string parameter(std::string_view name) const { return net::query_value(asked.back().url, name); }
};

/// Runs a coroutine to its end.
template <class T>
T run(task<T> work) {
  asio::io_context loop;
  auto done = asio::co_spawn(loop, std::move(work), asio::use_future);
  loop.run();
  return done.get();
}

inline json::value parsed(std::string_view text) {
  return parse_json(text, "test").value();
}

} // namespace listingd::tiktok::test
