// What sealed bytes are for: authenticated with them, so that a secret copied into another row or column does not open.
#pragma once

#include <string>
#include <string_view>

namespace listingd::store {

[[nodiscard]] inline std::string purpose_of(std::string_view what, std::string_view app, std::string_view open_id) {
  return std::string(what) + "|" + std::string(app) + "|" + std::string(open_id);
}

inline constexpr std::string_view access_purpose = "authorization.access";
inline constexpr std::string_view refresh_purpose = "authorization.refresh"; ///< of the previous one too
inline constexpr std::string_view install_purpose = "install";

} // namespace listingd::store
