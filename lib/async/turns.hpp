// At most so many at once; the others wait for their turn. For one io_context, whose thread alone may use it.
#pragma once

#include "async/run.hpp"

#include <list>
#include <memory>

namespace listingd::async {

class turns {
  struct queue;

public:
  explicit turns(std::size_t most);

  /// The right to be one of them, given back when it is destroyed.
  class turn {
  public:
    explicit turn(std::shared_ptr<queue> at) : at_(std::move(at)) {}
    turn(turn&& other) noexcept = default;
    turn& operator=(turn&&) = delete;
    ~turn();

  private:
    std::shared_ptr<queue> at_;
  };

  /// First come, first served. Throws operation_aborted when the wait is cancelled.
  [[nodiscard]] task<turn> take();
  /// Nobody holds one.
  [[nodiscard]] bool unused() const;

private:
  class place;
  std::shared_ptr<queue> queue_; // shared with those who hold or await a turn: it outlives us if it must
};

} // namespace listingd::async
