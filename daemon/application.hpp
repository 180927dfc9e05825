// The composition root: builds every part from the settings, in the order of their dependencies, and runs them. The
// only place that sees everything.
#pragma once

#include "config/settings.hpp"

#include <memory>

namespace listingd {

class application {
public:
  virtual ~application() = default;
  /// Serves until SIGTERM or SIGINT; returns the exit code. Ends within about ten seconds of the signal.
  virtual int serve() = 0;
};

/// Opens listeners and ports; throws std::runtime_error with a plain sentence when something cannot be opened.
[[nodiscard]] std::unique_ptr<application> make_application(config::settings settings);

} // namespace listingd
