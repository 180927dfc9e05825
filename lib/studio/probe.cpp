#include "studio/probe.hpp"

#include "studio/open.hpp"

#include <algorithm>
#include <utility>

namespace listingd::studio {

namespace {

std::string colour_of(const vips::VImage& image) {
  switch (image.interpretation()) {
  case VIPS_INTERPRETATION_CMYK:
    return "cmyk";
  case VIPS_INTERPRETATION_RGB16:
  case VIPS_INTERPRETATION_GREY16:
    return "rgb16";
  case VIPS_INTERPRETATION_B_W:
    return image.format() == VIPS_FORMAT_UCHAR ? "grey" : "other";
  case VIPS_INTERPRETATION_sRGB:
  case VIPS_INTERPRETATION_RGB:
    return image.format() == VIPS_FORMAT_UCHAR ? "srgb" : "other";
  default:
    return "other";
  }
}

std::uint32_t big_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) out = out << 8U | static_cast<unsigned char>(bytes[at + i]);
  return out;
}

/// The description tag of an ICC profile (ICC.1, 7.2 to 7.3 and 9.2.41), as it stands.
std::string_view description_of(std::string_view profile) {
  constexpr std::size_t table = 128, entry = 12;
  if (profile.size() < table + 4) return {};
  const std::size_t most = (profile.size() - table - 4) / entry;
  const auto tags = std::min<std::size_t>(big_endian(profile, table), most);
  for (std::size_t i = 0; i < tags; ++i) {
    const auto at = table + 4 + i * entry;
    if (profile.substr(at, 4) != "desc") continue;
    const std::size_t offset = big_endian(profile, at + 4);
    return offset < profile.size() ? profile.substr(offset, big_endian(profile, at + 8)) : std::string_view{};
  }
  return {};
}

/// True for an embedded profile that does not call itself sRGB (in ASCII or UTF-16).
bool has_foreign_profile(const vips::VImage& image) {
  if (image.get_typeof(VIPS_META_ICC_NAME) == 0) return false;
  std::size_t length = 0;
  const void* data = image.get_blob(VIPS_META_ICC_NAME, &length);
  const auto description = description_of({static_cast<const char*>(data), length});
  using namespace std::string_view_literals;
  return description.find("sRGB"sv) == std::string_view::npos &&
         description.find("s\0R\0G\0B"sv) == std::string_view::npos;
}

} // namespace

result<image_facts> probe(std::string_view bytes, std::uint64_t max_pixels, const std::string& where) {
  try {
    auto opened = open_image(bytes, max_pixels, where);
    if (!opened) return std::unexpected(opened.error());
    auto& image = opened->image;
    image_facts facts;
    facts.format = opened->format;
    facts.width = image.width();
    facts.height = image.height();
    facts.bytes = bytes.size();
    facts.orientation = vips_image_get_orientation(image.get_image());
    if (facts.orientation >= 5) std::swap(facts.width, facts.height);
    facts.alpha = image.has_alpha();
    facts.colour = colour_of(image);
    facts.profile = has_foreign_profile(image);
    facts.pages = vips_image_get_n_pages(image.get_image());
    image.avg(); // reads every pixel, so that a truncated file is found here and not at TikTok
    return facts;
  } catch (const vips::VError& problem) {
    return unreadable(problem, where);
  }
}

} // namespace listingd::studio
