// What a picture must be for each use in each region: TikTok's gate (Upload Product Image, Create Product), as data,
// with what a profile overrides and what a repair has raised. Asked by lib/sync when it judges media.
#pragma once

#include "model/draft.hpp"
#include "model/media.hpp"

#include <string_view>
#include <vector>

namespace listingd::review {

/// `overrides` (a profile's [images]) replaces the defaults of main images; a repair image_geometry raises
/// min_short_side of main images.
[[nodiscard]] image_limits limits_for(media_use use, std::string_view region, const image_limits* overrides,
                                      const std::vector<repair>& repairs);

} // namespace listingd::review
