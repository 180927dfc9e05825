// Structured logs: one line an event, key=value or JSON, with syslog priority prefixes for journald. Fields are cut and
// redacted by redact.hpp.
#pragma once

#include "log/redact.hpp"
#include "sync/services.hpp"

#include <string>

namespace listingd::log {

/// `level`: debug | info | warning | error. `format`: text | json. Lines go to stderr.
void start(const std::string& level, const std::string& format);
void set_level(const std::string& level);

/// The writer handed to lib/sync and the listeners.
[[nodiscard]] sync::log_line writer();

} // namespace listingd::log
