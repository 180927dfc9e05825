// An answer at the deadline, whatever the work does: for callers that must answer while a database call, which nothing
// can interrupt, hangs. The work goes on in the background until it has ended by itself.
#pragma once

#include "async/run.hpp"

#include <exception>
#include <memory>

namespace listingd::async {

/// Starts works and leaves them when they are late. For one io_context, whose thread alone may use it. What a work
/// refers to must live until that context has run dry or is destroyed; what belongs to the one who asked must be copied
/// into it. This object itself may go before its works.
class abandonable {
public:
  /// `most`: works under way at a time, those that were left included: a hanging database must not heap them up.
  explicit abandonable(std::size_t most) : most_(most) {}

  [[nodiscard]] std::size_t under_way() const { return *count_; }

  /// The outcome of `work`, exceptions included, if it ends within `limit`; empty when it is late (its outcome is
  /// dropped then), when the caller is cancelled, and at once, without starting it, when too many are under way. T has
  /// a default constructor.
  template <class T>
  task<std::optional<T>> within(duration limit, task<T> work) {
    if (*count_ >= most_) co_return std::nullopt;
    const auto executor = co_await asio::this_coro::executor;
    const auto ours = std::make_shared<errand<T>>(executor, limit, count_);
    asio::co_spawn(executor, std::move(work), [ours](std::exception_ptr problem, T value) {
      ours->problem = std::move(problem);
      ours->value = std::move(value);
      ours->ended = true;
      ours->late.cancel();
    });
    if (!ours->ended) co_await ours->late.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!ours->ended) co_return std::nullopt;
    if (ours->problem) std::rethrow_exception(ours->problem);
    co_return std::move(ours->value);
  }

private:
  using counter = std::shared_ptr<std::size_t>;

  /// Shared by the work and the one who waits for it: either may go first.
  template <class T>
  struct errand {
    errand(const asio::any_io_executor& executor, duration limit, counter all)
        : late(executor, limit), count(std::move(all)) {
      ++*count;
    }
    errand(const errand&) = delete;
    errand& operator=(const errand&) = delete;
    ~errand() { --*count; }

    asio::steady_timer late; // cancelled when the work has ended in time
    counter count;
    std::exception_ptr problem;
    std::optional<T> value;
    bool ended = false;
  };

  std::size_t most_;
  counter count_ = std::make_shared<std::size_t>(0);
};

} // namespace listingd::async
