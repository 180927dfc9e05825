// Judging uploads: what the upload gate of TikTok Shop accepts (product reference, section 2). Called by the media
// endpoints; pure apart from decoding with libvips.
#pragma once

#include "simulator/wire.hpp"

#include <optional>

namespace listingd::simulator {

struct judged_image {
  std::string format; // JPEG PNG WEBP HEIC BMP
  int width = 0, height = 0;
};

/// Decodes the whole image. Throws a refusal: 12038005 more than 10 MB, 12038015 format, 12038004 not decodable,
/// 12038014 outside 100 x 100 ... 20000 x 20000 pixels.
judged_image judge_image(const std::string& bytes);

/// True when the sides are within 3:4 ... 4:3.
bool within_ratio(int width, int height);

struct form_part {
  std::string name, file_name, content;
};

/// The parts of a multipart/form-data body; throws a refusal 11050001 for a malformed one.
std::vector<form_part> read_form(const std::string& content_type, const std::string& body);

} // namespace listingd::simulator
