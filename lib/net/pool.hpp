// The connections of the client, by host: how many may be busy at once, who waits for one, which idle ones are kept.
#pragma once

#include "async/turns.hpp"
#include "net/connection.hpp"

#include <deque>
#include <map>

namespace listingd::net {

/// The connections to one host. Shared by those who hold or await one, so that it outlives the pool if it must.
class host_lines {
public:
  host_lines(std::size_t most, duration idle_limit) : turns_(most), idle_limit_(idle_limit) {}

  /// The right to use one connection, given back however the exchange ends.
  class turn {
  public:
    turn(std::shared_ptr<host_lines> at, async::turns::turn right) : at_(std::move(at)), right_(std::move(right)) {}
    /// A pooled connection that still looks alive; nothing when there is none.
    [[nodiscard]] std::unique_ptr<connection> take_idle() { return at_->take_idle(); }
    void keep(std::unique_ptr<connection> line) { at_->keep(std::move(line)); }

  private:
    std::shared_ptr<host_lines> at_;
    async::turns::turn right_;
  };

  /// First come, first served. Throws operation_aborted when the wait is cancelled.
  [[nodiscard]] static task<turn> acquire(std::shared_ptr<host_lines> at);

  void drop_expired();
  [[nodiscard]] bool unused() const { return turns_.unused() && idle_.empty(); }

private:
  struct idle_line {
    std::unique_ptr<connection> line;
    std::chrono::steady_clock::time_point since;
  };

  std::unique_ptr<connection> take_idle();
  void keep(std::unique_ptr<connection> line);

  async::turns turns_;
  duration idle_limit_;
  std::deque<idle_line> idle_; // the longest unused in front
};

class pool {
public:
  pool() = default;
  pool(std::size_t most_per_host, duration idle_limit) : most_(most_per_host), idle_limit_(idle_limit) {}

  /// The lines to the host of `to`; on the way, closes idle connections of any host that are past their time.
  [[nodiscard]] std::shared_ptr<host_lines> lines_to(const location& to);

private:
  std::size_t most_ = 1;
  duration idle_limit_{0};
  std::map<std::string, std::shared_ptr<host_lines>> hosts_;
};

} // namespace listingd::net
