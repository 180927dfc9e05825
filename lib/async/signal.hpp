// "Something happened, look again": lets one part of the loop wake others that are pausing. For one io_context, whose
// thread alone may use it.
#pragma once

#include "async/run.hpp"

#include <list>
#include <memory>

namespace listingd::async {

class signal {
public:
  explicit signal(asio::any_io_executor executor) : executor_(std::move(executor)) {}
  signal(const signal&) = delete;
  signal& operator=(const signal&) = delete;

  /// Wakes everyone who waits; when nobody does, the next one who would.
  void notify() {
    raised_ = waiting_->empty();
    for (auto* bell : *waiting_) bell->cancel();
  }

  /// Returns when notified or when the time is up; also when the coroutine is cancelled.
  task<void> wait(duration most) {
    if (std::exchange(raised_, false)) co_return;
    asio::steady_timer bell(executor_,
                            most); // each waiter has its own: moving a shared one's expiry would wake the others
    const place here(waiting_, bell);
    co_await bell.async_wait(asio::as_tuple(asio::use_awaitable));
  }

private:
  using bells = std::list<asio::steady_timer*>;

  /// A waiter's place in the list, given up however the wait ends.
  class place {
  public:
    place(std::shared_ptr<bells> all, asio::steady_timer& bell)
        : all_(std::move(all)), at_(all_->insert(all_->end(), &bell)) {}
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    ~place() { all_->erase(at_); }

  private:
    std::shared_ptr<bells> all_; // a coroutine may be destroyed after the signal
    bells::iterator at_;
  };

  asio::any_io_executor executor_;
  std::shared_ptr<bells> waiting_ = std::make_shared<bells>();
  bool raised_ = false;
};

} // namespace listingd::async
