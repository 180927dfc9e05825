#include "async/turns.hpp"

namespace listingd::async {

struct turns::queue {
  std::size_t most;
  std::size_t taken = 0;
  std::list<place*> waiting = {};

  void give_back();
};

/// Someone's place in the queue. A turn that was granted but never taken (its waiter was cancelled or destroyed in the
/// same moment) goes on to the next.
class turns::place {
public:
  place(std::shared_ptr<queue> at, const asio::any_io_executor& executor)
      : at_(std::move(at)), bell_(executor, asio::steady_timer::time_point::max()),
        position_(at_->waiting.insert(at_->waiting.end(), this)) {}
  place(const place&) = delete;
  place& operator=(const place&) = delete;
  ~place() {
    if (!granted_)
      at_->waiting.erase(position_);
    else if (!taken_)
      at_->give_back();
  }

  /// By give_back(), which has taken it off the queue.
  void grant() {
    granted_ = true;
    bell_.cancel();
  }

  task<bool> wait() {
    co_await bell_.async_wait(asio::as_tuple(asio::use_awaitable));
    taken_ = granted_;
    co_return taken_;
  }

private:
  std::shared_ptr<queue> at_;
  asio::steady_timer bell_;
  std::list<place*>::iterator position_;
  bool granted_ = false;
  bool taken_ = false;
};

void turns::queue::give_back() {
  if (waiting.empty()) {
    --taken;
    return;
  }
  auto* next = waiting.front();
  waiting.pop_front();
  next->grant();
}

turns::turns(std::size_t most) : queue_(std::make_shared<queue>(queue{.most = most})) {}

turns::turn::~turn() {
  if (at_) at_->give_back();
}

task<turns::turn> turns::take() {
  auto at = queue_; // the caller may go while we wait
  if (at->taken < at->most) {
    ++at->taken;
    co_return turn(std::move(at));
  }
  const auto executor = co_await asio::this_coro::executor;
  place here(at, executor);
  if (!co_await here.wait()) throw boost::system::system_error(asio::error::operation_aborted);
  co_return turn(std::move(at));
}

bool turns::unused() const {
  return queue_->taken == 0;
}

} // namespace listingd::async
