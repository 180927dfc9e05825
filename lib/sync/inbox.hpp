// From a stored webhook to a due listing. Runs after the 200 went out; an event that cannot be read is kept and marked,
// one whose taking breaks is taken again later, ten times at most; neither holds the others.
#pragma once

#include "sync/token_keeper.hpp"

namespace listingd::sync {

class inbox {
public:
  inbox(services& with, token_keeper& tokens) : with_(with), tokens_(tokens) {}

  task<void> run();
  /// Takes what waits; returns how many.
  task<int> drain();

private:
  task<std::string> take(const inbox_event& event);
  task<std::string> about_consent(const shop_event& event, app_name app);
  services& with_;
  token_keeper& tokens_;
};

} // namespace listingd::sync
