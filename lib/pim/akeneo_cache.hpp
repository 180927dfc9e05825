// What was read of the PIM's structure, believed for a while and bounded in number: the oldest goes first.
#pragma once

#include "model/clock.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace listingd::pim {

template <class Value>
class akeneo_cache {
public:
  akeneo_cache(std::size_t most, duration life) : most_(most), life_(life) {}

  [[nodiscard]] std::optional<Value> find(const std::string& key, instant now) const {
    const auto found = entries_.find(key);
    if (found == entries_.end() || now >= found->second.until) return std::nullopt;
    return found->second.value;
  }

  void put(const std::string& key, Value value, instant now) {
    const auto [at, added] = entries_.insert_or_assign(key, entry{std::move(value), now + life_});
    if (!added) return;
    order_.push_back(key);
    if (order_.size() <= most_) return;
    entries_.erase(order_.front());
    order_.pop_front();
  }

private:
  struct entry {
    Value value;
    instant until;
  };
  std::size_t most_;
  duration life_;
  std::map<std::string, entry> entries_;
  std::deque<std::string> order_; ///< as they came
};

} // namespace listingd::pim
