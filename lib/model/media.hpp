// Pictures and documents as the rest of the house knows them: what a file is, what it will be used for, what a use
// allows, and the list of operations that makes it fit. Judging and correcting live in lib/studio.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace listingd {

/// TikTok's use_case of an upload; document is a PDF that goes through file upload.
enum class media_use { main_image, variant_image, description_image, certificate_image, size_chart_image, document };

[[nodiscard]] std::string_view name_of(media_use use);
[[nodiscard]] media_use media_use_from(std::string_view name);

/// What a probe learnt of a picture without trusting its name.
struct image_facts {
  std::string format; ///< jpeg, png, webp, heif, bmp, gif, tiff
  int width = 0;      ///< pixels, after orientation
  int height = 0;
  std::uint64_t bytes = 0;
  int orientation = 1; ///< EXIF 1..8; other than 1 must be turned upright
  bool alpha = false;
  std::string colour;   ///< srgb, cmyk, grey, rgb16, other
  bool profile = false; ///< an embedded ICC profile other than sRGB
  int pages = 1;
};

/// What one use of a picture allows; data per region and shop, and raised by a repair.
struct image_limits {
  int min_width = 300, min_height = 300;
  int max_width = 4000, max_height = 4000;
  int min_short_side = 0;       ///< pixels; 0 = no own rule
  double min_ratio = 3.0 / 4.0; ///< width / height
  double max_ratio = 4.0 / 3.0;
  std::uint64_t max_bytes = 10'000'000;
  std::vector<std::string> formats = {"jpeg", "png", "webp"};
  double max_upscale = 2.0; ///< beyond it a person must bring a larger picture
};

} // namespace listingd
