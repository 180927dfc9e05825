// Requests to a feed: credentials, compression, and what each status means. For feed.cpp.
#pragma once

#include "net/location.hpp"
#include "pim/feed.hpp"

#include <string>
#include <string_view>

namespace listingd::pim {

/// The headers that say who we are. An HMAC covers time, method, path and query.
[[nodiscard]] net::header_list feed_credentials(const feed_options& options, const net::location& to,
                                                std::string_view method, instant now);

/// An error that a person must look at.
[[nodiscard]] std::unexpected<error> for_a_person(std::string where, std::string code, std::string message);

struct feed_answer {
  int status = 200; ///< or 304 when an ETag was sent, 404, 410
  std::string body; ///< unpacked
  std::string etag; ///< "" when it is none that can be kept
};

class feed_client {
public:
  feed_client(const feed_options& options, net::transport& wire, const clock& time)
      : options_(options), wire_(wire), time_(time) {}

  /// GET, with If-None-Match when there is an ETag. Errors: of the network as they are; retry for 408, 425, 429 and 5xx
  /// (code status, with Retry-After); needs_human for 401 (unauthorized), 403 (forbidden), any other status (status),
  /// and an answer that cannot be unpacked or is larger than page_bytes (answer_invalid). `where` shows no query.
  task<result<feed_answer>> get(net::location to, std::string etag);

private:
  const feed_options& options_;
  net::transport& wire_;
  const clock& time_;
};

} // namespace listingd::pim
