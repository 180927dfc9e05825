#include "pictures.hpp"

// GLib and libvips keep caches for the life of the process; the leak check of the address sanitizer must not count
// them. NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming): the name is the sanitizer's.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libglib-2.0\nleak:libvips\nleak:libgobject-2.0\nleak:libMagick\nleak:libfontconfig\n";
}
// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)

namespace pictures {

using vips::VImage;

const listingd::sync::studio& the_studio() {
  static const auto one = listingd::studio::make_studio({.threads = 1, .max_pixels = 30'000'000});
  return *one;
}

VImage gradient(int width, int height) {
  the_studio();
  const auto place = VImage::xyz(width, height);
  const auto across = place[0] * (200.0 / width);
  const auto down = place[1] * (200.0 / height);
  const auto texture = (place[0] + place[1]) % 16.0;
  return across.bandjoin(down)
      .bandjoin(texture * 10.0)
      .cast(VIPS_FORMAT_UCHAR)
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
}

VImage plain(int width, int height, std::vector<double> colour) {
  the_studio();
  return VImage::black(width, height)
      .new_from_image(std::move(colour))
      .cast(VIPS_FORMAT_UCHAR)
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
}

VImage noise(int width, int height) {
  the_studio();
  return VImage::gaussnoise(width, height, VImage::option()->set("sigma", 90.0)->set("mean", 128.0)->set("seed", 7))
      .cast(VIPS_FORMAT_UCHAR)
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_B_W));
}

std::string encoded(const VImage& image, const std::string& suffix) {
  void* data = nullptr;
  std::size_t length = 0;
  image.write_to_buffer(suffix.c_str(), &data, &length);
  std::string out(static_cast<const char*>(data), length);
  g_free(data);
  return out;
}

VImage decoded(const std::string& bytes) {
  return VImage::new_from_buffer(bytes.data(), bytes.size(), "").copy_memory();
}

} // namespace pictures
