#include "net/connection.hpp"

namespace listingd::net {

namespace {

using asio::ip::tcp;

/// Shared with the system's resolver, which cannot be interrupted: an impatient caller leaves it behind.
struct lookup {
  explicit lookup(const asio::any_io_executor& executor)
      : names(executor), ended(executor, asio::steady_timer::time_point::max()) {}

  tcp::resolver names;
  asio::steady_timer ended; // cancelled when the answer is there
  bool answered = false;
  boost::system::error_code problem;
  endpoints found;
};

void ask(const std::shared_ptr<lookup>& asked, const location& to) {
  asked->names.async_resolve(to.host, std::to_string(to.port), tcp::resolver::numeric_service,
                             [asked](const boost::system::error_code& problem, const tcp::resolver::results_type& all) {
                               asked->answered = true;
                               asked->problem = problem;
                               for (const auto& one : all) asked->found.push_back(one.endpoint());
                               asked->ended.cancel();
                             });
}

} // namespace

task<result<endpoints>> resolve(const location& to) {
  boost::system::error_code is_a_name;
  const auto address = asio::ip::make_address(to.host, is_a_name);
  if (!is_a_name) co_return endpoints(1, tcp::endpoint(address, to.port));
  const auto executor = co_await asio::this_coro::executor;
  const auto asked = std::make_shared<lookup>(executor);
  ask(asked, to);
  co_await asked->ended.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!asked->answered) {
    asked->names.cancel();
    co_return called_off();
  }
  if (asked->problem) co_return try_again("", "resolve", "cannot resolve " + to.host + ": " + asked->problem.message());
  if (asked->found.empty()) co_return try_again("", "resolve", to.host + " has no address");
  co_return std::move(asked->found);
}

} // namespace listingd::net
