// From a stored webhook to a due listing. Runs after the 200 went out; an event that cannot be read is kept and marked,
// one whose taking breaks is taken again later, ten times at most; neither holds the others.
#pragma once

#include "sync/services.hpp"

namespace listingd::sync {

class inbox {
public:
  explicit inbox(services& with) : with_(with) {}

  task<void> run();
  /// Takes what waits; returns how many.
  task<int> drain();

private:
  task<std::string> take(const inbox_event& event);
  services& with_;
};

} // namespace listingd::sync
