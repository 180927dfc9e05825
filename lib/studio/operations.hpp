// The list of operations that brings a picture inside its limits, and its text: the words enter digests, so equal needs
// give equal words. Made by judge(), read by correct().
#pragma once

#include "model/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace listingd::studio {

struct pixel_size {
  int width = 0, height = 0;
  bool operator==(const pixel_size&) const = default;
};

/// In the order of the words: "orient", "srgb", "flatten white", "fit WxH", "upscale WxH", "pad WxH", then the
/// encoding, "jpeg Q max N", "webp Q max N" or "png max N" (Q is the quality to begin with, N bytes the most the file
/// may have).
struct operation_plan {
  bool orient = false;  ///< turn upright as EXIF says
  bool srgb = false;    ///< to 8 bit sRGB, through the embedded profile when there is one
  bool flatten = false; ///< transparency on white
  std::optional<pixel_size> fit, upscale, pad;
  std::string format; ///< jpeg, webp, png; empty = nothing to do at all
  int quality = 0;
  std::uint64_t max_bytes = 0;
};

[[nodiscard]] std::vector<std::string> words_of(const operation_plan& plan);

/// Refuses words that judge() does not make, as our own mistake.
[[nodiscard]] result<operation_plan> parse_operations(const std::vector<std::string>& words);

} // namespace listingd::studio
