#include "review/image_rules.hpp"

#include <algorithm>
#include <array>

namespace listingd::review {

namespace {

constexpr double narrow = 3.0 / 4.0, wide = 4.0 / 3.0;
constexpr std::uint64_t megabytes = 1'000'000; // below TikTok's, whichever megabyte is meant

struct row {
  media_use use;
  std::string_view region;     ///< empty = everywhere without an own row
  int least, most;             ///< pixels, each side
  int least_short_side;        ///< pixels; 0 = no own rule
  double min_ratio, max_ratio; ///< width / height; 0 = any
  std::uint64_t most_bytes;
};

// Product reference section 2.1. Where sources disagree the stricter limit that costs nothing is taken: main and
// variant pictures stay below 4000 pixels a side, and Indonesia's reviewers want 600 (seller academy) where the gate
// asks for 300.
// clang-format off
constexpr std::array rows{
  row{media_use::main_image,        "ID", 300,  4000,  600, narrow, wide, 10 * megabytes},
  row{media_use::main_image,        "",   300,  4000,    0, narrow, wide, 10 * megabytes},
  row{media_use::variant_image,     "",   100,  4000,    0, narrow, wide, 10 * megabytes},
  row{media_use::description_image, "",   100,  3999,    0, 0,      0,    10 * megabytes},
  row{media_use::certificate_image, "",   100, 20000,    0, 0,      0,    10 * megabytes},
  row{media_use::size_chart_image,  "",   100, 20000, 1024, 0,      0,    10 * megabytes},
  row{media_use::document,          "",     0,     0,    0, 0,      0,    20 * megabytes},
};
// clang-format on

image_limits limits_of(const row& from) {
  image_limits out; // formats and max_upscale are the same for every use
  out.min_width = out.min_height = from.least;
  out.max_width = out.max_height = from.most;
  out.min_short_side = from.least_short_side;
  out.min_ratio = from.min_ratio;
  out.max_ratio = from.max_ratio;
  out.max_bytes = from.most_bytes;
  return out;
}

const row& row_of(media_use use, std::string_view region) {
  const row* everywhere = nullptr;
  for (const auto& one : rows) {
    if (one.use != use) continue;
    if (one.region == region) return one;
    if (one.region.empty()) everywhere = &one;
  }
  return everywhere == nullptr ? rows.front() : *everywhere;
}

int raised_short_side(const std::vector<repair>& repairs) {
  std::int64_t raised = 0;
  for (const auto& one : repairs) {
    const auto* side = one.rule == "image_geometry" ? one.change.if_contains("min_short_side") : nullptr;
    if (side != nullptr && side->is_int64()) raised = std::max(raised, side->get_int64());
  }
  return static_cast<int>(std::clamp<std::int64_t>(raised, 0, 20'000));
}

} // namespace

image_limits limits_for(media_use use, std::string_view region, const image_limits* overrides,
                        const std::vector<repair>& repairs) {
  if (use != media_use::main_image) return limits_of(row_of(use, region));
  auto limits = overrides != nullptr ? *overrides : limits_of(row_of(use, region));
  limits.min_short_side = std::max(limits.min_short_side, raised_short_side(repairs));
  return limits;
}

} // namespace listingd::review
