// Port `studio`: what a picture is, whether it fits, and how to make it fit. Implemented by lib/studio with libvips.
// All functions block and use memory: sync calls them on the media pool.
#pragma once

#include "model/error.hpp"
#include "model/media.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace listingd::sync {

/// What to do with a picture for one use: nothing, a list of operations, or nothing a machine may do.
struct judgement {
  std::vector<std::string> operations; ///< in order; empty = fits as it is
  std::string problem_code; ///< image_too_small, image_unreadable, image_animated ...; empty = can be made to fit
  std::string problem;      ///< one sentence with the numbers
};

class studio {
public:
  virtual ~studio() = default;

  /// Reads the header and decodes once: format by content, size after orientation, colour. Refuses what it cannot
  /// decode, untrusted formats (SVG, PDF) and decompression bombs with fix_data/image_unreadable.
  [[nodiscard]] virtual result<image_facts> probe(std::string_view bytes, const std::string& where) const = 0;

  /// Pure: the gentlest operations that bring a picture inside the limits (orientation, sRGB, flatten, downscale,
  /// upscale up to max_upscale, pad, re-encode), or the problem. Same facts and limits, same operations.
  [[nodiscard]] virtual judgement judge(const image_facts& facts, const image_limits& limits) const = 0;

  /// Applies operations made by judge(). The result obeys the limits they were made for; max_bytes by lowering quality.
  [[nodiscard]] virtual result<std::string> correct(std::string_view bytes, const std::vector<std::string>& operations,
                                                    const std::string& where) const = 0;
};

} // namespace listingd::sync
