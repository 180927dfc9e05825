// The few Asio helpers of the house: a deadline for one operation, a pause, and work on a pool. Everything that waits
// in listingd waits through these.
#pragma once

#include "model/clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <type_traits>
#include <utility>

namespace listingd {

namespace asio = boost::asio;
template <class T>
using task = asio::awaitable<T>;

} // namespace listingd

namespace listingd::async {

/// Sleeps on the loop. Returns early, without throwing, when the coroutine is cancelled: the caller's loop condition
/// tells why it woke.
inline task<void> pause(duration wait) {
  asio::steady_timer timer(co_await asio::this_coro::executor, wait);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

/// Runs a blocking function on a pool and comes back to the caller's executor; exceptions travel too. Cannot be
/// interrupted: a cancelled caller gets the outcome when the function has ended. (Asio would carry the cancellation to
/// the pool, where it races with the work and can end the process: hence the empty slot.)
template <class Work>
task<std::invoke_result_t<Work>> on_pool(asio::thread_pool& pool, Work work) {
  using answer = std::invoke_result_t<Work>;
  auto job = [](Work inner) -> task<answer> { co_return inner(); };
  co_return co_await asio::co_spawn(pool, job(std::move(work)),
                                    asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable));
}

/// Runs a coroutine until the deadline; empty when time ran out first (it has then been cancelled and has ended).
/// Exceptions of the coroutine travel. When the caller is cancelled the coroutine is too, and its own ending, value or
/// exception, is the outcome: cancelled is not late. T has a default constructor.
template <class T>
task<std::optional<T>> within(duration limit, task<T> operation) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, limit);
  auto [order, problem, value, timer_problem] =
      co_await asio::experimental::make_parallel_group(asio::co_spawn(executor, std::move(operation), asio::deferred),
                                                       timer.async_wait(asio::deferred))
          .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  const bool late = order[0] == 1 && !timer_problem;
  if (late) co_return std::nullopt;
  if (problem) std::rethrow_exception(problem);
  co_return std::optional<T>(std::move(value));
}

} // namespace listingd::async
