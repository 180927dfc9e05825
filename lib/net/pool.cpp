#include "net/pool.hpp"

#include <algorithm>

namespace listingd::net {

/// Someone's place in the queue. A turn that was granted but never taken (its waiter was cancelled or destroyed in the
/// same moment) goes on to the next.
class host_lines::place {
public:
  place(std::shared_ptr<host_lines> at, const asio::any_io_executor& executor)
      : at_(std::move(at)), bell_(executor, asio::steady_timer::time_point::max()),
        position_(at_->queue_.insert(at_->queue_.end(), this)) {}
  place(const place&) = delete;
  place& operator=(const place&) = delete;
  ~place() {
    if (!granted_)
      at_->queue_.erase(position_);
    else if (!taken_)
      at_->release();
  }

  /// By release(), which has taken it off the queue.
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
  std::shared_ptr<host_lines> at_;
  asio::steady_timer bell_;
  std::list<place*>::iterator position_;
  bool granted_ = false;
  bool taken_ = false;
};

task<host_lines::turn> host_lines::acquire(std::shared_ptr<host_lines> at) {
  if (at->busy_ < at->most_) {
    ++at->busy_;
    co_return turn(std::move(at));
  }
  const auto executor = co_await asio::this_coro::executor;
  place here(at, executor);
  if (!co_await here.wait()) throw boost::system::system_error(asio::error::operation_aborted);
  co_return turn(std::move(at));
}

void host_lines::release() {
  if (queue_.empty()) {
    --busy_;
    return;
  }
  auto* next = queue_.front();
  queue_.pop_front();
  next->grant();
}

std::unique_ptr<connection> host_lines::take_idle() {
  drop_expired();
  while (!idle_.empty()) {
    auto line = std::move(idle_.back().line);
    idle_.pop_back();
    if (line->usable()) return line;
  }
  return nullptr;
}

void host_lines::keep(std::unique_ptr<connection> line) {
  idle_.push_back({std::move(line), std::chrono::steady_clock::now()});
}

void host_lines::drop_expired() {
  const auto now = std::chrono::steady_clock::now();
  while (!idle_.empty() && now - idle_.front().since >= idle_limit_) idle_.pop_front();
}

std::shared_ptr<host_lines> pool::lines_to(const location& to) {
  for (auto& [name, lines] : hosts_) lines->drop_expired();
  std::erase_if(hosts_, [](const auto& one) { return one.second->unused(); });
  auto& lines = hosts_[(to.encrypted ? "https " : "http ") + to.host + " " + std::to_string(to.port)];
  if (!lines) lines = std::make_shared<host_lines>(std::max<std::size_t>(1, most_), idle_limit_);
  return lines;
}

} // namespace listingd::net
