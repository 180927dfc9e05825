// A small HTTP/1.1 server on a thread of its own, for the PIM's side of tests: it answers what a function says, and can
// answer badly: cut, byte by byte, late or not at all. Plain HTTP on a free port of 127.0.0.1.
#pragma once

#include "net/transport.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace listingd::sources {

struct http_asked {
  std::string method, target, path; ///< path without the query, percent-decoded
  net::header_list headers;
  std::string body;
  [[nodiscard]] std::string query(std::string_view name) const { return net::query_value(target, name); }
};

struct http_reply {
  enum class ending { whole, cut_short, reset, never, byte_by_byte };
  int status = 200;
  net::header_list headers;
  std::string body;
  ending how = ending::whole;
};

class http_side {
public:
  /// `answer` runs on the server's thread, one request at a time. Throws when no port can be had.
  explicit http_side(std::function<http_reply(const http_asked&)> answer);
  ~http_side();
  http_side(const http_side&) = delete;
  http_side& operator=(const http_side&) = delete;

  /// "http://127.0.0.1:PORT"
  [[nodiscard]] std::string url() const;
  /// The most requests that were being answered at the same time (a client that keeps a limit stays below it).
  [[nodiscard]] int most_at_once() const;

private:
  class running;
  std::unique_ptr<running> running_;
};

} // namespace listingd::sources
