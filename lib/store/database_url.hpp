// Judges the [database] url before it is used, and never repeats any of it: what libpq says of a malformed one quotes
// the part that it stumbled over, and that part may be the password.
#pragma once

#include "model/error.hpp"

#include <string>
#include <string_view>

namespace listingd::store {

/// Refused (needs_human, database_url) with what is wrong, in words that hold nothing of the url. Connects to nothing.
[[nodiscard]] result<void> check_url(const std::string& url);

/// libpq's several lines as one: "a\n\tb\n" becomes "a; b".
[[nodiscard]] std::string one_line(std::string_view said);

} // namespace listingd::store
