// Where a reading of Akeneo stands, as the text that intake stores: the end of the last whole window, and the window
// under way, if any. Everything that is needed to go on after a crash at any page.
#pragma once

#include "pim/akeneo.hpp"
#include "pim/akeneo_listing.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace listingd::pim {

struct akeneo_window {
  std::optional<instant> from; ///< nothing = everything
  instant to{};                ///< when it began, by the PIM's clock
  akeneo_kind phase = akeneo_kind::product;
  std::string after; ///< parameters of the next page of the phase; empty = its first
  int pages = 0;     ///< of the phase so far
  std::optional<std::int64_t> total;

  /// "changes 2026-11-24T07:58:00Z to 2026-11-24T08:00:00Z", "everything as of ...".
  [[nodiscard]] std::string words() const;
};

struct akeneo_cursor {
  akeneo_endpoint endpoint = akeneo_endpoint::automatic;
  std::optional<instant> watermark; ///< nothing = no window has been read whole
  std::optional<akeneo_window> window;

  /// What cannot be read is the beginning: delivering everything once more loses nothing.
  [[nodiscard]] static akeneo_cursor from(const std::string& text);
  [[nodiscard]] std::string text() const;
};

} // namespace listingd::pim
