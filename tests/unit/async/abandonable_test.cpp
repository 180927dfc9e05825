#include "async/abandonable.hpp"

#include "catch.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <future>
#include <stdexcept>
#include <string>

using namespace listingd;

namespace {

constexpr duration at_once{0};
constexpr duration far_away = std::chrono::hours(1);

/// A call that hangs until it is let go, as one to a frozen database: no cancellation reaches it.
class frozen {
public:
  task<std::string> call(std::string said) {
    co_await async::on_pool(pool_, [this] { held_.wait(); });
    ++ended;
    co_return "heard " + said;
  }
  void thaw() { go_.set_value(); }

  int ended = 0;

private:
  asio::thread_pool pool_{1};
  std::promise<void> go_;
  std::shared_future<void> held_ = go_.get_future().share();
};

struct outcome {
  bool answered = false;
  std::optional<std::string> value;
  std::exception_ptr problem;
};

/// Asks, and tells when the answer is there.
void ask(asio::io_context& on, async::abandonable& works, duration limit, task<std::string> work, outcome& out,
         asio::cancellation_slot stop = {}) {
  auto asking = [](auto& with, duration most, task<std::string> inner) -> task<std::optional<std::string>> {
    co_return co_await with.within(most, std::move(inner));
  };
  asio::co_spawn(on, asking(works, limit, std::move(work)),
                 asio::bind_cancellation_slot(stop, [&out](std::exception_ptr problem, auto value) {
                   out = {.answered = true, .value = std::move(value), .problem = std::move(problem)};
                 }));
}

void run_until(asio::io_context& on, const bool& come_true) {
  while (!come_true && on.run_one() > 0) {
  }
}

task<std::string> immediate() {
  co_return "done";
}

task<std::string> failing() {
  co_await async::pause(at_once);
  throw std::runtime_error("broken");
}

} // namespace

TEST_CASE("a work that ends in time gives its value, and the caller does not wait for the deadline") {
  asio::io_context context;
  async::abandonable works(1);
  outcome got;
  ask(context, works, far_away, immediate(), got);
  context.run();
  CHECK(got.value == "done");
  CHECK(works.under_way() == 0);
}

TEST_CASE("an exception of a work that ends in time travels to the caller") {
  asio::io_context context;
  async::abandonable works(1);
  outcome got;
  ask(context, works, far_away, failing(), got);
  context.run();
  REQUIRE(got.problem);
  CHECK_THROWS_WITH(std::rethrow_exception(got.problem), "broken");
}

TEST_CASE("the answer comes at the deadline while the work hangs, and the work ends later with what it was given") {
  asio::io_context context;
  frozen database;
  async::abandonable works(1);
  outcome got;
  {
    const std::string body(1000, 'x');
    ask(context, works, at_once, database.call(body), got);
  }
  run_until(context, got.answered);
  REQUIRE(got.answered);
  CHECK_FALSE(got.value);
  CHECK_FALSE(got.problem);
  CHECK(works.under_way() == 1);
  CHECK(database.ended == 0);
  database.thaw();
  context.run();
  CHECK(database.ended == 1);
  CHECK(works.under_way() == 0);
}

TEST_CASE("an exception of a work that was left harms nobody") {
  asio::io_context context;
  frozen database;
  async::abandonable works(1);
  outcome got;
  auto breaks = [](frozen& inner) -> task<std::string> {
    co_await inner.call("x");
    throw std::runtime_error("broken");
  };
  ask(context, works, at_once, breaks(database), got);
  run_until(context, got.answered);
  database.thaw();
  context.run();
  CHECK_FALSE(got.problem);
  CHECK(database.ended == 1);
}

TEST_CASE("too many works under way are refused at once and not started; when one has ended there is room again") {
  asio::io_context context;
  frozen database;
  async::abandonable works(1);
  outcome first, second, third;
  ask(context, works, far_away, database.call("first"), first);
  ask(context, works, far_away, immediate(), second);
  run_until(context, second.answered);
  REQUIRE(second.answered);
  CHECK_FALSE(second.value);
  CHECK_FALSE(first.answered);
  database.thaw();
  run_until(context, first.answered);
  CHECK(first.value == "heard first");
  context.run();
  context.restart();
  ask(context, works, far_away, immediate(), third);
  context.run();
  CHECK(third.value == "done");
}

TEST_CASE("a caller who is cancelled leaves the work") {
  asio::io_context context;
  frozen database;
  async::abandonable works(1);
  outcome got;
  asio::cancellation_signal stop;
  ask(context, works, far_away, database.call("x"), got, stop.slot());
  context.poll();
  stop.emit(asio::cancellation_type::terminal);
  run_until(context, got.answered);
  REQUIRE(got.answered);
  CHECK_FALSE(got.value);
  database.thaw();
  context.run();
  CHECK(database.ended == 1);
}

TEST_CASE("works may be left behind by their keeper and by the loop") {
  auto works = std::make_unique<async::abandonable>(2);
  auto endless = []() -> task<std::string> {
    co_await async::pause(far_away);
    co_return "late";
  };
  outcome left, waiting;
  asio::io_context context;
  ask(context, *works, at_once, endless(), left);
  ask(context, *works, far_away, endless(), waiting);
  run_until(context, left.answered);
  CHECK_FALSE(left.value);
  works.reset();
  CHECK_FALSE(waiting.answered); // and both go with the context
}
