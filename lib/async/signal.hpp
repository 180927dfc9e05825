// "Something happened, look again": lets one part of the loop wake another that is pausing. For one io_context.
#pragma once

#include "async/run.hpp"

namespace listingd::async {

class signal {
public:
  explicit signal(asio::any_io_executor executor) : timer_(std::move(executor)) { timer_.expires_at(never()); }

  /// Wakes everyone who waits, and the next one who would.
  void notify() {
    raised_ = true;
    timer_.cancel();
  }

  /// Returns when notified or when the time is up; also when the coroutine is cancelled.
  task<void> wait(duration most) {
    if (!std::exchange(raised_, false)) {
      timer_.expires_after(most);
      co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
      raised_ = false;
    }
  }

private:
  static asio::steady_timer::time_point never() { return asio::steady_timer::time_point::max(); }
  asio::steady_timer timer_;
  bool raised_ = false;
};

} // namespace listingd::async
