// Calls to the PIM in the name of a connection or an app: login, renewal of the token, at most so many calls at once,
// and what a refusal means. Used by the other parts of the kind `akeneo`. The token lives in memory only.
#pragma once

#include "async/turns.hpp"
#include "pim/akeneo.hpp"

#include <cstdint>
#include <string>

namespace listingd::pim {

struct akeneo_call {
  std::string method = "GET";
  std::string target; ///< path below the PIM's address, with query; percent-encoded
  net::header_list headers;
  std::uint64_t body_limit = 64'000'000;
};

class akeneo_session {
public:
  akeneo_session(net::transport& wire, const akeneo_options& options);

  /// The answer when its status is 2xx or 304. Errors: as the network gave them; retry for 408, 429 (with what
  /// Retry-After asks) and 5xx; needs_human for every other refusal, with the PIM's own message: code not_found (404),
  /// forbidden (403), token_refused (401 with a token just renewed, or of an app), refused (400, 422), unexpected. A
  /// 401 makes it renew the token, by the refresh token or else by a new login, and ask again, once.
  task<result<net::http_response>> send(akeneo_call call);

private:
  task<result<net::http_response>> exchange(net::http_request request);
  task<result<void>> renew(std::uint64_t used);
  task<result<void>> log_in(bool by_refresh_token);
  [[nodiscard]] net::http_request login_request(bool by_refresh_token) const;
  [[nodiscard]] net::http_request authorized(const akeneo_call& call) const;
  [[nodiscard]] std::unexpected<error> refusal(const net::http_response& answer, std::string where) const;

  net::transport& wire_;
  const akeneo_options& options_;
  async::turns calls_;
  async::turns logins_{1};
  secret access_, refresh_;
  std::uint64_t number_ = 0; ///< of the access token: who failed with an older one need not renew
};

} // namespace listingd::pim
