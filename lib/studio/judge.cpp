#include "studio/judge.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <spdlog/fmt/fmt.h>

namespace listingd::studio {

namespace {

constexpr int start_quality = 90;
constexpr double hair = 1e-6; // of a pixel or a ratio: what doubles may err

int round_down(double pixels) {
  return std::max(1, static_cast<int>(std::floor(pixels + hair)));
}
int round_up(double pixels) {
  return std::max(1, static_cast<int>(std::ceil(pixels - hair)));
}
double ratio_of(pixel_size size) {
  return static_cast<double>(size.width) / size.height;
}

/// The limits with "no limit" spelt out, and the questions asked of a size.
struct frame {
  double min_ratio, max_ratio;
  int min_width, min_height, min_short, max_width, max_height;

  explicit frame(const image_limits& from)
      : min_ratio(from.min_ratio), max_ratio(from.max_ratio > 0 ? from.max_ratio : std::numeric_limits<double>::max()),
        min_width(std::max(1, from.min_width)), min_height(std::max(1, from.min_height)),
        min_short(std::max(1, from.min_short_side)),
        max_width(from.max_width > 0 ? from.max_width : std::numeric_limits<int>::max()),
        max_height(from.max_height > 0 ? from.max_height : std::numeric_limits<int>::max()) {}

  [[nodiscard]] bool too_wide(pixel_size size) const { return ratio_of(size) > max_ratio * (1 + 1e-9); }
  [[nodiscard]] bool too_tall(pixel_size size) const { return ratio_of(size) < min_ratio * (1 - 1e-9); }
  [[nodiscard]] bool too_large(pixel_size size) const { return size.width > max_width || size.height > max_height; }
  [[nodiscard]] bool too_small(pixel_size size) const {
    return size.width < min_width || size.height < min_height || std::min(size.width, size.height) < min_short;
  }
  [[nodiscard]] bool holds(pixel_size size) const {
    return !too_wide(size) && !too_tall(size) && !too_large(size) && !too_small(size);
  }
};

/// The smallest canvas of an allowed ratio that holds the whole picture.
pixel_size canvas_of(pixel_size content, const frame& in) {
  if (in.too_wide(content)) return {content.width, std::max(content.height, round_up(content.width / in.max_ratio))};
  if (in.too_tall(content)) return {std::max(content.width, round_up(content.height * in.min_ratio)), content.height};
  return content;
}

struct scaling {
  double factor = 1;
  pixel_size content;
};

/// Scales so that the canvas comes inside; rounding must not push a good ratio out, so a pixel is taken or given.
scaling scaled(pixel_size from, const frame& in, bool smaller) {
  const double width = in.too_tall(from) ? from.height * in.min_ratio : from.width;
  const double height = in.too_wide(from) ? from.width / in.max_ratio : from.height;
  const double factor =
      smaller ? std::min(in.max_width / width, in.max_height / height)
              : std::max({in.min_width / width, in.min_height / height, in.min_short / std::min(width, height)});
  const auto round = smaller ? round_down : round_up;
  pixel_size to{round(from.width * factor), round(from.height * factor)};
  if (in.too_wide(from) || in.too_tall(from)) return {factor, to};
  if (in.too_wide(to))
    (smaller ? to.width : to.height) =
        smaller ? round_down(to.height * in.max_ratio) : round_up(to.width / in.max_ratio);
  if (in.too_tall(to))
    (smaller ? to.height : to.width) =
        smaller ? round_down(to.width / in.min_ratio) : round_up(to.height * in.min_ratio);
  return {factor, to};
}

std::string needed(const frame& in) {
  return fmt::format("{} x {}", std::max(in.min_width, in.min_short), std::max(in.min_height, in.min_short));
}

sync::judgement problem(std::string code, std::string message) {
  return {.operations = {}, .problem_code = std::move(code), .problem = std::move(message)};
}

/// Fills in fit, upscale and pad; or says why no size will do.
sync::judgement plan_geometry(pixel_size from, const image_limits& limits, operation_plan& plan) {
  const frame in(limits);
  auto content = from;
  if (const auto canvas = canvas_of(from, in); in.too_large(canvas)) {
    content = scaled(from, in, true).content;
    if (content != from) plan.fit = content;
  } else if (in.too_small(canvas)) {
    const auto larger = scaled(from, in, false);
    if (larger.factor > limits.max_upscale * (1 + 1e-9))
      return problem(
          "image_too_small",
          fmt::format("the picture has {} x {} pixels, at least {} are needed, and enlarging it {:.3g} times "
                      "is more than the {:.3g} times allowed",
                      from.width, from.height, needed(in), larger.factor, limits.max_upscale));
    content = larger.content;
    if (content != from) plan.upscale = content;
  }
  const auto canvas = canvas_of(content, in);
  if (canvas != content) plan.pad = canvas;
  if (!in.holds(canvas))
    return problem(
        "image_limits_conflict",
        fmt::format("the picture has {} x {} pixels; no size of it has at least {} and at most {} x {} pixels "
                    "with width / height from {:.3g} to {:.3g}",
                    from.width, from.height, needed(in), in.max_width, in.max_height, in.min_ratio, in.max_ratio));
  return {};
}

bool allows(const image_limits& limits, std::string_view format) {
  return std::ranges::find(limits.formats, format) != limits.formats.end();
}

/// A PNG stays one, without loss, where even its plain pixels are within the weight; everything else becomes a JPEG.
std::string encoding_for(const image_facts& facts, pixel_size size, const image_limits& limits) {
  const auto plain = (static_cast<std::uint64_t>(size.width) * 3 + 1) * static_cast<std::uint64_t>(size.height);
  const bool light = plain + plain / 500 + 4096 <= limits.max_bytes;
  if (facts.format == "png" && allows(limits, "png") && light) return "png";
  for (const auto* format : {"jpeg", "webp", "png"})
    if (allows(limits, format)) return format;
  return {};
}

} // namespace

sync::judgement judge(const image_facts& facts, const image_limits& limits) {
  // Pages of a TIFF or HEIC are not frames: there the first picture counts.
  if (facts.pages > 1 && (facts.format == "gif" || facts.format == "webp"))
    return problem("image_animated", fmt::format("the picture is an animation of {} frames", facts.pages));
  operation_plan plan;
  plan.orient = facts.orientation != 1;
  plan.srgb = facts.profile || (facts.colour != "srgb" && facts.colour != "grey");
  plan.flatten = facts.alpha;
  const pixel_size size{facts.width, facts.height};
  if (auto refused = plan_geometry(size, limits, plan); !refused.problem_code.empty()) return refused;

  const bool changed = plan.orient || plan.srgb || plan.flatten || plan.fit || plan.upscale || plan.pad;
  const bool heavy = limits.max_bytes > 0 && facts.bytes > limits.max_bytes;
  if (!changed && !heavy && allows(limits, facts.format)) return {};
  plan.max_bytes = limits.max_bytes > 0 ? limits.max_bytes : std::numeric_limits<std::uint64_t>::max();
  plan.format = encoding_for(facts, plan.pad.value_or(plan.fit.value_or(plan.upscale.value_or(size))), limits);
  if (plan.format.empty())
    return problem("image_limits_conflict", "none of the allowed formats can be written (JPEG, PNG and WebP can)");
  if (plan.format != "png") plan.quality = start_quality;
  return {.operations = words_of(plan), .problem_code = "", .problem = ""};
}

} // namespace listingd::studio
