// What PostgreSQL would refuse in a text (bytes that are not UTF-8, the NUL character) becomes U+FFFD before it
// travels: a foreign text must never break the transaction that reports it.
#pragma once

#include <string>
#include <string_view>

namespace listingd::store {

/// Well-formed UTF-8 without NUL.
[[nodiscard]] std::string clean_text(std::string_view text);

/// The same for a serialised JSON text, where a NUL is written as an escape that jsonb does not take.
[[nodiscard]] std::string clean_json(std::string_view json);

} // namespace listingd::store
