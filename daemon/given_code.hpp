// The code that a seller's consent ended with, as a person hands it over: alone, or inside the address that the browser
// was sent to. For `listingd connect --code`.
#pragma once

#include <expected>
#include <istream>
#include <string>

namespace listingd {

struct given_code {
  std::string code;
  std::string state, app_key; ///< what stood beside it in an address
};

/// `text` is a code or an address; "-" is the first line of `input`. Refused with a sentence that repeats neither.
[[nodiscard]] std::expected<given_code, std::string> take_code(std::string text, std::istream& input);

} // namespace listingd
