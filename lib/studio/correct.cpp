#include "studio/correct.hpp"

#include "studio/open.hpp"

#include <cmath>
#include <cstdlib>
#include <spdlog/fmt/fmt.h>

namespace listingd::studio {

namespace {

using vips::VImage;

constexpr int lowest_quality = 40; // below this a JPEG of a product is not worth showing
constexpr int quality_step = 10;
constexpr double even_edge = 6.0; // standard deviation, of 255, of a border that counts as one colour

VImage to_srgb(const VImage& image) {
  if (image.has_alpha() && image.format() == VIPS_FORMAT_USHORT) { // a profile's transform leaves alpha in 16 bits
    const auto colours = image.extract_band(0, VImage::option()->set("n", image.bands() - 1));
    const auto alpha = image.extract_band(image.bands() - 1).linear(1.0 / 257, 0).rint().cast(VIPS_FORMAT_UCHAR);
    return to_srgb(colours).bandjoin(alpha);
  }
  const bool cmyk = image.interpretation() == VIPS_INTERPRETATION_CMYK;
  if (cmyk || image.get_typeof(VIPS_META_ICC_NAME) != 0) {
    try {
      return image.icc_transform("srgb", VImage::option()
                                             ->set("embedded", true)
                                             ->set("input_profile", cmyk ? "cmyk" : "srgb")
                                             ->set("intent", VIPS_INTENT_RELATIVE));
    } catch (const vips::VError&) { // a profile that cannot be used: the pixels are taken as they are
      vips_error_clear();
    }
  }
  return image.colourspace(VIPS_INTERPRETATION_sRGB);
}

VImage resized(const VImage& image, pixel_size to) {
  auto out = image.resize(static_cast<double>(to.width) / image.width(),
                          VImage::option()->set("vscale", static_cast<double>(to.height) / image.height()));
  if (out.width() == to.width && out.height() == to.height) return out;
  return out.embed(0, 0, to.width, to.height, VImage::option()->set("extend", VIPS_EXTEND_COPY));
}

/// The colour of the two edges that the padding will touch when they are of one colour, else white.
std::vector<double> padding_colour(const VImage& image, pixel_size canvas) {
  std::vector<double> white(static_cast<std::size_t>(image.bands()), 255.0);
  const bool above = canvas.height > image.height();
  const auto first = above ? image.extract_area(0, 0, image.width(), 1) : image.extract_area(0, 0, 1, image.height());
  const auto last = above ? image.extract_area(0, image.height() - 1, image.width(), 1)
                          : image.extract_area(image.width() - 1, 0, 1, image.height());
  const auto numbers =
      first.join(last, VIPS_DIRECTION_VERTICAL).stats(); // a row a band after the first: ..., mean, deviation
  auto colour = white;
  for (int band = 0; band < image.bands(); ++band) {
    if (numbers.getpoint(5, band + 1)[0] > even_edge) return white;
    colour[static_cast<std::size_t>(band)] = std::round(numbers.getpoint(4, band + 1)[0]);
  }
  return colour;
}

VImage padded(const VImage& image, pixel_size canvas) {
  return image.embed(
      (canvas.width - image.width()) / 2, (canvas.height - image.height()) / 2, canvas.width, canvas.height,
      VImage::option()->set("extend", VIPS_EXTEND_BACKGROUND)->set("background", padding_colour(image, canvas)));
}

std::string encoded(const VImage& image, const std::string& format, int quality) {
  auto* how = VImage::option();
#if VIPS_MAJOR_VERSION > 8 || (VIPS_MAJOR_VERSION == 8 && VIPS_MINOR_VERSION >= 15)
  how->set("keep", VIPS_FOREIGN_KEEP_NONE);
#else
  how->set("strip", true);
#endif
  if (format == "jpeg") how->set("optimize_coding", true);
  if (quality > 0) how->set("Q", quality);
  void* data = nullptr;
  std::size_t length = 0;
  const auto suffix = format == "jpeg" ? std::string(".jpg") : "." + format;
  image.write_to_buffer(suffix.c_str(), &data, &length, how);
  std::string out(static_cast<const char*>(data), length);
  g_free(data);
  return out;
}

result<std::string> encoded_within(const VImage& image, const operation_plan& plan, const std::string& where) {
  std::string out;
  for (int quality = plan.quality;; quality -= quality_step) {
    out = encoded(image, plan.format, quality);
    if (out.size() <= plan.max_bytes) return out;
    if (quality - quality_step < lowest_quality) break;
  }
  return bad_data(
      where, "image_too_heavy",
      fmt::format("the picture has {} bytes at the lowest quality, more than {}", out.size(), plan.max_bytes));
}

/// How much smaller the JPEG decoder may deliver, leaving at least a factor of two to the better resampling.
int shrink_on_load(const VImage& image, pixel_size to) {
  const double factor =
      std::min(static_cast<double>(image.width()) / to.width, static_cast<double>(image.height()) / to.height);
  for (const int shrink : {8, 4, 2})
    if (factor >= 2.0 * shrink) return shrink;
  return 1;
}

/// Decoded, coloured and scaled, in memory, not yet turned.
result<VImage> developed(std::string_view bytes, const operation_plan& plan, std::uint64_t max_pixels,
                         const std::string& where) {
  auto opened = open_image(bytes, max_pixels, where);
  if (!opened) return std::unexpected(opened.error());
  auto scale_to = plan.fit ? plan.fit : plan.upscale;
  const bool lying = plan.orient && vips_image_get_orientation(opened->image.get_image()) >= 5;
  if (scale_to && lying) std::swap(scale_to->width, scale_to->height);
  if (plan.fit) {
    if (const int shrink = shrink_on_load(opened->image, *scale_to); shrink > 1)
      opened = open_image(bytes, max_pixels, where, shrink);
    if (!opened) return std::unexpected(opened.error());
  }
  auto image = opened->image;
  if (plan.srgb) image = to_srgb(image);
  if (plan.flatten) image = image.flatten(VImage::option()->set("background", 255.0));
  if (scale_to) image = resized(image, *scale_to);
  return image.copy_memory();
}

} // namespace

result<std::string> correct(std::string_view bytes, const operation_plan& plan, std::uint64_t max_pixels,
                            const std::string& where) {
  if (plan.format.empty()) return std::string(bytes);
  try {
    auto image = developed(bytes, plan, max_pixels, where);
    if (!image) return std::unexpected(image.error());
    if (plan.orient) *image = image->autorot();
    if (plan.pad) *image = padded(*image, *plan.pad);
    *image = image->copy_memory(); // encoding may take several rounds
    return encoded_within(*image, plan, where);
  } catch (const vips::VError& problem) {
    return unreadable(problem, where);
  }
}

} // namespace listingd::studio
