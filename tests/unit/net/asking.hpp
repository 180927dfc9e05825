// What the tests of client and server ask, how the peers that they script answer, and how raw answers are read.
#pragma once

#include "catch.hpp"
#include "net/transport.hpp"
#include "unit/net/served.hpp"

namespace listingd::tests {

inline const std::string ok_answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Answers every request of the connection alike.
inline scripted_peer::script always(std::string answer) {
  return [answer = std::move(answer)](tcp::socket& socket) -> task<void> {
    for (;;) {
      const auto request = co_await read_request(socket);
      if (request.empty()) co_return;
      co_await say(socket, answer);
    }
  };
}

/// Reads one request, answers with these bytes and closes.
inline scripted_peer::script once(std::string answer) {
  return [answer = std::move(answer)](tcp::socket& socket) -> task<void> {
    co_await read_request(socket);
    co_await say(socket, answer);
  };
}

/// Never says anything; notes when the other side has closed.
inline scripted_peer::script silent(bool& peer_left) {
  return [&peer_left](tcp::socket& socket) -> task<void> {
    co_await read_all(socket);
    peer_left = true;
  };
}

inline net::http_request get(const std::string& url, duration timeout = duration{20'000}) {
  return {.method = "GET", .url = url, .headers = {}, .body = {}, .timeout = timeout};
}

inline net::http_request post(const std::string& url, std::string body = "data") {
  return {.method = "POST", .url = url, .headers = {}, .body = std::move(body), .timeout = duration{20'000}};
}

inline error problem_of(const result<net::http_response>& answer) {
  REQUIRE_FALSE(answer);
  return answer.error();
}

/// Reading of a server's raw answer.
inline int status_of(const std::string& answer) {
  return answer.starts_with("HTTP/1.") ? std::stoi(answer.substr(9, 3)) : 0;
}

inline std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// A deadline that a test waits out.
inline constexpr duration briefly{60};

} // namespace listingd::tests
