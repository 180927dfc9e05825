// Whether a picture fits a use, and the gentlest operations that make it fit. Pure: facts and limits in, words out.
// Called by the studio; libvips is not needed here.
#pragma once

#include "studio/operations.hpp"
#include "sync/studio.hpp"

namespace listingd::studio {

/// Nothing is ever cropped: a ratio outside the limits is padded, a small picture enlarged up to max_upscale.
/// Problems: image_too_small (a person must bring a larger one), image_animated, image_limits_conflict (no size of this
/// picture meets all limits). A limit of 0 is no limit.
[[nodiscard]] sync::judgement judge(const image_facts& facts, const image_limits& limits);

} // namespace listingd::studio
