#include "net/pool.hpp"

#include <algorithm>

namespace listingd::net {

task<host_lines::turn> host_lines::acquire(std::shared_ptr<host_lines> at) {
  auto right = co_await at->turns_.take();
  co_return turn(std::move(at), std::move(right));
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
