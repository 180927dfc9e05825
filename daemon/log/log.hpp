// Structured logs: one line an event, key=value or JSON, with syslog priority prefixes for journald. The one place
// where secrets are redacted.
#pragma once

#include "sync/services.hpp"

#include <string>

namespace listingd::log {

/// `level`: debug | info | warning | error. `format`: text | json. Lines go to stderr.
void start(const std::string& level, const std::string& format);
void set_level(const std::string& level);

/// The writer handed to lib/sync and the listeners.
[[nodiscard]] sync::log_line writer();

/// Replaces whatever looks like a secret: values of app_secret, tokens, sign, code and auth_code in URLs and JSON.
[[nodiscard]] std::string redacted(std::string text);

} // namespace listingd::log
