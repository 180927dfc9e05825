// The date of HTTP's headers.
#pragma once

#include "model/clock.hpp"

#include <string>

namespace listingd::net {

/// "Tue, 24 Nov 2026 08:00:00 GMT", whatever the locale of the process.
[[nodiscard]] std::string http_date(instant at);

} // namespace listingd::net
