// Does to a picture what a plan says. Called by the studio; the same bytes and plan give the same bytes.
#pragma once

#include "studio/operations.hpp"

#include <string_view>

namespace listingd::studio {

/// Blocks. Decodes once; a picture to be made smaller is never held in memory at full size where its format can be read
/// by rows. Metadata (EXIF, profiles, comments) are left out. A file that stays over the plan's weight at the lowest
/// quality a shop can show is fix_data/image_too_heavy.
[[nodiscard]] result<std::string> correct(std::string_view bytes, const operation_plan& plan, std::uint64_t max_pixels,
                                          const std::string& where);

} // namespace listingd::studio
