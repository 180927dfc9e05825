// The one door through which bytes become a libvips picture: loaders by content and from a short list, the size checked
// before any pixel is decoded, warnings kept out of the log. Used by probe and correct.
#pragma once

#include "model/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vips/vips8>

namespace listingd::studio {

/// Starts libvips once for the process; throws std::runtime_error when it cannot.
void start_vips(int threads);

struct opened_image {
  vips::VImage image; ///< lazy and read top to bottom; refers to the bytes
  std::string format; ///< as image_facts has it
};

/// Reads the header. `shrink` (2, 4, 8) lets the JPEG decoder deliver a smaller picture; others ignore it. Throws
/// vips::VError where the header is broken.
[[nodiscard]] result<opened_image> open_image(std::string_view bytes, std::uint64_t max_pixels,
                                              const std::string& where, int shrink = 1);

/// What libvips said, on one line, as fix_data/image_unreadable.
[[nodiscard]] std::unexpected<error> unreadable(const vips::VError& problem, const std::string& where);

} // namespace listingd::studio
