#include "async/run.hpp"

#include "async/signal.hpp"
#include "catch.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <latch>
#include <stdexcept>
#include <string>
#include <thread>

using namespace listingd;

namespace {

constexpr duration soon{1};
constexpr duration far_away = std::chrono::hours(1);

task<int> immediate() {
  co_return 7;
}

task<int> failing() {
  co_await async::pause(soon);
  throw std::runtime_error("broken");
}

/// Never ends by itself; tells whether it was cancelled.
task<int> endless(bool& ended) {
  asio::steady_timer timer(co_await asio::this_coro::executor, far_away);
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  ended = true;
  co_return 7;
}

task<int> endless_that_throws() {
  asio::steady_timer timer(co_await asio::this_coro::executor, far_away);
  co_await timer.async_wait(asio::use_awaitable);
  co_return 7;
}

/// Runs work on a loop until nothing is left to do, and gives back what it threw.
std::exception_ptr run(asio::io_context& context, task<void> work) {
  std::exception_ptr out;
  asio::co_spawn(context, std::move(work), [&](std::exception_ptr problem) { out = std::move(problem); });
  context.run();
  return out;
}

/// As run(), and cancels the coroutine once it waits.
std::exception_ptr run_and_cancel(asio::io_context& context, task<void> work) {
  std::exception_ptr out;
  asio::cancellation_signal stop;
  asio::co_spawn(context, std::move(work), asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr problem) {
                   out = std::move(problem);
                 }));
  context.poll();
  stop.emit(asio::cancellation_type::terminal);
  context.run();
  return out;
}

} // namespace

TEST_CASE("within gives the value of an operation that is in time") {
  asio::io_context context;
  std::optional<int> got;
  CHECK_FALSE(run(context, [](auto& out) -> task<void> { out = co_await async::within(far_away, immediate()); }(got)));
  CHECK(got == 7);
}

TEST_CASE("within is empty when time runs out, after the operation has been cancelled and has ended") {
  asio::io_context context;
  std::optional<int> got = 1;
  bool ended = false;
  CHECK_FALSE(run(context, [](auto& out, bool& over) -> task<void> {
    out = co_await async::within(soon, endless(over));
    CHECK(over);
  }(got, ended)));
  CHECK_FALSE(got);
}

TEST_CASE("within lets an exception travel that came in time") {
  asio::io_context context;
  const auto problem = run(context, []() -> task<void> { co_await async::within(far_away, failing()); }());
  REQUIRE(problem);
  CHECK_THROWS_WITH(std::rethrow_exception(problem), "broken");
}

TEST_CASE("a caller of within who is cancelled gets the operation's own ending, not a timeout") {
  asio::io_context context;
  SECTION("a value") {
    std::optional<int> got;
    bool ended = false;
    run_and_cancel(context, [](auto& out, bool& over) -> task<void> {
      out = co_await async::within(far_away, endless(over));
    }(got, ended));
    CHECK(ended);
    CHECK(got == 7);
  }
  SECTION("an exception") {
    const auto problem =
        run_and_cancel(context, []() -> task<void> { co_await async::within(far_away, endless_that_throws()); }());
    REQUIRE(problem);
    CHECK_THROWS_AS(std::rethrow_exception(problem), boost::system::system_error);
  }
}

TEST_CASE("pause returns early and without throwing when it is cancelled") {
  asio::io_context context;
  bool returned = false;
  run_and_cancel(context, [](bool& out) -> task<void> {
    co_await async::pause(far_away);
    out = true;
  }(returned));
  CHECK(returned);
}

TEST_CASE("on_pool runs a function on another thread and comes back with its value") {
  asio::io_context context;
  asio::thread_pool pool(1);
  std::thread::id there, back;
  std::string got;
  CHECK_FALSE(run(context, [](auto& on, auto& worked, auto& after, auto& out) -> task<void> {
    out = co_await async::on_pool(on, [&worked] {
      worked = std::this_thread::get_id();
      return std::string("done");
    });
    after = std::this_thread::get_id();
  }(pool, there, back, got)));
  CHECK(got == "done");
  CHECK(there != std::this_thread::get_id());
  CHECK(back == std::this_thread::get_id());
}

TEST_CASE("on_pool carries an exception back") {
  asio::io_context context;
  asio::thread_pool pool(1);
  const auto problem = run(context, [](auto& on) -> task<void> {
    co_await async::on_pool(on, []() -> int { throw std::runtime_error("broken on the pool"); });
  }(pool));
  REQUIRE(problem);
  CHECK_THROWS_WITH(std::rethrow_exception(problem), "broken on the pool");
}

TEST_CASE("on_pool gives a cancelled caller the outcome when the function has ended") {
  asio::io_context context;
  asio::thread_pool pool(2); // a free thread, on which a cancellation carried over would race with the work
  std::latch cancelled(1);
  int got = 0;
  asio::cancellation_signal stop;
  asio::co_spawn(
      context,
      [](auto& on, auto& until, int& out) -> task<void> {
        out = co_await async::on_pool(on, [&until] {
          until.wait();
          return 7;
        });
      }(pool, cancelled, got),
      asio::bind_cancellation_slot(stop.slot(), asio::detached));
  context.poll();
  stop.emit(asio::cancellation_type::terminal);
  cancelled.count_down();
  context.run();
  CHECK(got == 7);
}

TEST_CASE("a signal given before anyone waits wakes the next one who does") {
  asio::io_context context;
  async::signal bell(context.get_executor());
  bell.notify();
  int woken = 0;
  asio::co_spawn(
      context,
      [](auto& on, int& out) -> task<void> {
        co_await on.wait(far_away);
        ++out;
        co_await on.wait(far_away);
        ++out;
      }(bell, woken),
      asio::detached);
  context.poll();
  CHECK(woken == 1); // and once only
}

TEST_CASE("a signal wakes all who wait, and leaves nothing behind") {
  asio::io_context context;
  async::signal bell(context.get_executor());
  int woken = 0;
  const auto waiter = [](auto& on, int& out) -> task<void> {
    co_await on.wait(far_away);
    ++out;
    co_await on.wait(far_away);
    ++out;
  };
  asio::co_spawn(context, waiter(bell, woken), asio::detached);
  asio::co_spawn(context, waiter(bell, woken), asio::detached);
  context.poll();
  CHECK(woken == 0); // one who comes does not wake the other
  bell.notify();
  context.poll();
  CHECK(woken == 2);
}

TEST_CASE("waiting for a signal ends by itself when the time is up") {
  asio::io_context context;
  async::signal bell(context.get_executor());
  bool returned = false;
  CHECK_FALSE(run(context, [](auto& on, bool& out) -> task<void> {
    co_await on.wait(soon);
    out = true;
  }(bell, returned)));
  CHECK(returned);
}

TEST_CASE("a coroutine that is cancelled or destroyed while it waits leaves the signal in order") {
  asio::io_context context;
  auto bell = std::make_unique<async::signal>(context.get_executor());
  run_and_cancel(context, [](auto& on) -> task<void> { co_await on.wait(far_away); }(*bell));
  bell->notify(); // nobody waits any more: kept for the next
  bool returned = false;
  context.restart();
  run(context, [](auto& on, bool& out) -> task<void> {
    co_await on.wait(far_away);
    out = true;
  }(*bell, returned));
  CHECK(returned);
  context.restart();
  asio::co_spawn(context, [](auto& on) -> task<void> { co_await on.wait(far_away); }(*bell), asio::detached);
  context.poll();
  bell.reset(); // the waiter goes with the context, after its signal
}
