#include "net/pool.hpp"
#include "net/tls.hpp"

namespace listingd::net {

namespace {

/// What one exchange works with; the pool and the trust outlive the client if they must.
struct means {
  client_options options;
  std::shared_ptr<asio::ssl::context> trust;
  pool lines;
};

/// Plain HTTP may not leave the machine, whatever a name resolves to.
bool all_loopback(const endpoints& addresses) {
  for (const auto& one : addresses)
    if (!one.address().is_loopback()) return false;
  return true;
}

task<result<std::unique_ptr<connection>>> open_new(const location& to, const means& with) {
  const auto addresses = co_await resolve(to);
  if (!addresses) co_return std::unexpected(addresses.error());
  if (!to.encrypted && !all_loopback(*addresses))
    co_return our_bug("", "bad_request", "http:// is for this machine only; use https:// for " + to.authority());
  co_return co_await open_connection(to, *addresses, with.trust);
}

/// The rule of make_client: the other side had closed before it read us, and asking again changes nothing there.
bool may_repeat(const error& problem, const http_request& request, const progress& seen) {
  const bool safe = request.method == "GET" || request.method == "HEAD";
  return safe && problem.code == "closed" && !seen.answered;
}

task<result<http_response>> attempt(const http_request& request, const location& to, std::shared_ptr<means> with,
                                    progress& seen) {
  auto turn = co_await host_lines::acquire(with->lines.lines_to(to));
  auto line = turn.take_idle();
  if (line) {
    auto answer = co_await line->exchange(request, to, with->options.user_agent, seen);
    if (answer || !may_repeat(answer.error(), request, seen)) {
      if (answer && line->usable()) turn.keep(std::move(line));
      co_return answer;
    }
  }
  auto opened = co_await open_new(to, *with);
  if (!opened) co_return std::unexpected(std::move(opened.error()));
  line = std::move(*opened);
  auto answer = co_await line->exchange(request, to, with->options.user_agent, seen);
  if (answer && line->usable()) turn.keep(std::move(line));
  co_return answer;
}

class pooled_client final : public transport {
public:
  explicit pooled_client(client_options options)
      : with_(std::make_shared<means>(means{.options = std::move(options), .trust = {}, .lines = {}})) {
    with_->trust = client_trust(with_->options.ca_file);
    with_->lines = pool(with_->options.connections_per_host, with_->options.idle_limit);
  }

  task<result<http_response>> send(http_request request) override {
    const auto to = parse_location(request.url);
    if (!to) co_return our_bug(request.method, "bad_request", to.error().message);
    const auto where = request.method + " " + to->shown();
    progress seen;
    auto answer = co_await exchange(request, *to, seen);
    if (answer) co_return answer;
    answer.error().where = where;
    answer.error().maybe_done = seen.sent;
    co_return answer;
  }

private:
  task<result<http_response>> exchange(const http_request& request, const location& to, progress& seen) {
    if (const auto sound = check_request(request); !sound) co_return std::unexpected(sound.error());
    try {
      auto answer = co_await async::within(request.timeout, attempt(request, to, with_, seen));
      if (!answer) co_return timed_out(request.timeout);
      co_return std::move(*answer);
    } catch (const boost::system::system_error& problem) {
      if (!is_cancellation(problem)) throw;
      co_return called_off();
    }
  }

  std::shared_ptr<means> with_;
};

} // namespace

std::unique_ptr<transport> make_client(client_options options) {
  return std::make_unique<pooled_client>(std::move(options));
}

} // namespace listingd::net
