// The date of HTTP's headers.
#pragma once

#include "model/clock.hpp"

#include <string>

namespace listingd::net {

/// "Tue, 24 Nov 2026 08:00:00 GMT", whatever the locale of the process.
[[nodiscard]] std::string http_date(instant at);
/// The other way; nothing when the text is not of that form.
[[nodiscard]] std::optional<instant> instant_from_http_date(std::string_view text);

} // namespace listingd::net
