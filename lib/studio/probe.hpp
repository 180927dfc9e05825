// What a picture is, found by decoding it once. Called by the studio.
#pragma once

#include "model/error.hpp"
#include "model/media.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace listingd::studio {

/// Blocks while it decodes; memory stays at some rows of the picture where the format can be read by rows.
[[nodiscard]] result<image_facts> probe(std::string_view bytes, std::uint64_t max_pixels, const std::string& where);

} // namespace listingd::studio
