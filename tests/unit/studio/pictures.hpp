// Pictures for the tests of the studio, made by libvips at run time.
#pragma once

#include "studio/studio.hpp"

#include <string>
#include <vector>
#include <vips/vips8>

namespace pictures {

/// The studio of this program; the first call starts libvips, which everything below needs.
const listingd::sync::studio& the_studio();

/// A colour gradient of three bands with a little texture, so that compressing and scaling have something to do.
vips::VImage gradient(int width, int height);
/// One colour everywhere.
vips::VImage plain(int width, int height, std::vector<double> colour);
/// Grey noise that no encoder can make small.
vips::VImage noise(int width, int height);

/// Encoded; suffix with options as libvips writes them: ".jpg[Q=90]".
std::string encoded(const vips::VImage& image, const std::string& suffix);
vips::VImage decoded(const std::string& bytes);

} // namespace pictures
