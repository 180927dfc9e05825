#include "model/media.hpp"

#include <array>
#include <utility>

namespace listingd {

namespace {

constexpr std::array<std::pair<media_use, std::string_view>, 6> uses{{
    {media_use::main_image, "MAIN_IMAGE"},
    {media_use::variant_image, "ATTRIBUTE_IMAGE"},
    {media_use::description_image, "DESCRIPTION_IMAGE"},
    {media_use::certificate_image, "CERTIFICATION_IMAGE"},
    {media_use::size_chart_image, "SIZE_CHART_IMAGE"},
    {media_use::document, "DOCUMENT"},
}};

} // namespace

std::string_view name_of(media_use use) {
  for (const auto& [known, name] : uses)
    if (known == use) return name;
  return "MAIN_IMAGE";
}

media_use media_use_from(std::string_view name) {
  for (const auto& [known, known_name] : uses)
    if (known_name == name) return known;
  return media_use::main_image;
}

} // namespace listingd
