#include "net/media_fetch.hpp"

#include "net/connection.hpp"
#include "net/tls.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>

namespace listingd::net {

namespace {

std::unexpected<error> refused(std::string message) {
  return bad_data("", "media_refused", std::move(message));
}
std::unexpected<error> missing(std::string message) {
  return bad_data("", "media_missing", std::move(message));
}

/// One fetch with all its hops.
struct errand {
  media_guard guard;
  address_rules rules;
  std::optional<location> origin;
  std::string validator;
  std::shared_ptr<asio::ssl::context> trust;
  std::string at; ///< the hop it has come to, for the error
  progress seen;
};

bool at_origin(const errand& on, const location& to) {
  return on.origin && to.same_origin(*on.origin);
}

/// Scheme, host and port, before anything is resolved.
result<void> check_place(const errand& on, const location& to) {
  if (at_origin(on, to)) return {};
  const bool known = std::ranges::any_of(on.guard.hosts, [&](const std::string& name) {
    return std::ranges::equal(name, to.host, {}, [](unsigned char c) { return std::tolower(c); });
  });
  if (!known) return refused("host " + to.host + " is neither the source's own nor one of media_hosts");
  const bool usual = to.port == (to.encrypted ? 443 : 80) || (on.origin && to.port == on.origin->port);
  if (!usual) return refused("port " + std::to_string(to.port) + " of " + to.host + " is not allowed");
  return {};
}

task<result<endpoints>> addresses_of(const errand& on, const location& to) {
  if (!on.rules.resolve) co_return co_await resolve(to);
  const auto found = co_await on.rules.resolve(to.host);
  if (!found) co_return std::unexpected(found.error());
  endpoints out;
  for (const auto& one : *found) out.emplace_back(asio::ip::make_address(one), to.port);
  co_return out;
}

/// The addresses that may be connected to. One bad address spoils the name: who mixes them in is not to be trusted.
task<result<endpoints>> checked_addresses(const errand& on, const location& to) {
  auto found = co_await addresses_of(on, to);
  if (!found || at_origin(on, to)) co_return found;
  for (const auto& one : *found)
    if (on.rules.forbidden(one.address().to_string()))
      co_return refused(to.host + " resolves to " + one.address().to_string() + ", which is not a public address");
  co_return found;
}

http_request request_for(const errand& on, const location& to) {
  http_request out{.body_limit = on.guard.body_limit};
  if (at_origin(on, to)) out.headers = on.guard.origin_headers;
  if (!on.validator.empty()) out.headers.emplace_back("If-None-Match", on.validator);
  return out;
}

task<result<http_response>> hop(errand& on, const location& to) {
  on.at = to.shown();
  if (const auto allowed = check_place(on, to); !allowed) co_return std::unexpected(allowed.error());
  const auto addresses = co_await checked_addresses(on, to);
  if (!addresses) co_return std::unexpected(addresses.error());
  const auto request = request_for(on, to);
  if (const auto sound = check_request(request); !sound) co_return std::unexpected(sound.error());
  auto line = co_await open_connection(to, *addresses, on.trust); // exactly the checked addresses
  if (!line) co_return std::unexpected(std::move(line.error()));
  auto answer = co_await (*line)->exchange(request, to, "listingd", on.seen);
  if (!answer && answer.error().code == "too_large")
    co_return refused("larger than " + std::to_string(on.guard.body_limit) + " bytes");
  co_return answer;
}

bool is_redirect(int status) {
  constexpr std::array statuses = {301, 302, 303, 307, 308};
  return std::ranges::find(statuses, status) != statuses.end();
}

result<location> follow(const location& from, const http_response& answer) {
  const auto reference = header(answer.headers, "Location");
  if (reference.empty()) return refused("a redirect without a Location");
  auto to = resolve_reference(from, reference);
  if (!to) return refused("redirected: " + to.error().message);
  if (from.encrypted && !to->encrypted) return refused("redirected from https to http (" + to->authority() + ")");
  return to;
}

result<http_response> judge(http_response answer, const std::string& validator) {
  const auto named = "answered with status " + std::to_string(answer.status);
  if (answer.status >= 200 && answer.status < 300) return answer;
  if (answer.status == 304 && !validator.empty()) {
    answer.body.clear();
    return answer;
  }
  if (answer.status == 401 || answer.status == 403) return refused(named);
  if (answer.status == 429 || answer.status >= 500) return try_again("", "status", named);
  return answer.status >= 400 ? result<http_response>(missing(named)) : refused(named);
}

task<result<http_response>> travel(errand& on, location to) {
  for (int left = on.guard.redirects;; --left) {
    auto answer = co_await hop(on, to);
    if (!answer) co_return answer;
    if (!is_redirect(answer->status)) co_return judge(std::move(*answer), on.validator);
    if (left <= 0) co_return refused("redirected more than " + std::to_string(on.guard.redirects) + " times");
    auto next = follow(to, *answer);
    if (!next) co_return std::unexpected(std::move(next.error()));
    to = std::move(*next);
  }
}

task<result<http_response>> in_time(errand& on, location to) {
  try {
    auto answer = co_await async::within(on.guard.timeout, travel(on, std::move(to)));
    if (!answer) co_return timed_out(on.guard.timeout);
    co_return std::move(*answer);
  } catch (const boost::system::system_error& problem) {
    if (!is_cancellation(problem)) throw;
    co_return called_off();
  }
}

} // namespace

task<result<http_response>> fetch_media(std::string url, std::string validator, media_guard guard,
                                        address_rules rules) {
  auto to = parse_location(url);
  if (!to) co_return refused(to.error().message);
  errand on{.guard = std::move(guard),
            .rules = std::move(rules),
            .origin = {},
            .validator = std::move(validator),
            .trust = {},
            .at = {},
            .seen = {}};
  try {
    on.trust = client_trust(on.guard.ca_file);
  } catch (const std::runtime_error& problem) {
    co_return our_bug("media", "bad_request", problem.what());
  }
  if (!on.guard.origin.empty()) {
    auto origin = parse_location(on.guard.origin);
    if (!origin) co_return our_bug("media origin", "bad_request", origin.error().message);
    on.origin = std::move(*origin);
  }
  auto answer = co_await in_time(on, std::move(*to));
  if (!answer) answer.error().where = on.at;
  co_return answer;
}

} // namespace listingd::net
