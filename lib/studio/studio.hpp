// Makes the port `studio` with libvips. Called once by the daemon; sync calls what it returns on the media pool.
// Everything that the data of a picture can cause comes back as a refusal; a libvips that cannot start throws.
#pragma once

#include "sync/studio.hpp"

#include <cstdint>
#include <memory>

namespace listingd::studio {

struct options {
  int threads = 1;                        ///< of libvips, for one picture
  std::uint64_t max_pixels = 100'000'000; ///< a picture with more is refused before it is decoded
};

/// The one studio of the process: libvips keeps its settings (threads, blocked loaders, no cache) per process.
/// Reads JPEG, PNG, WebP, HEIC, AVIF, GIF and TIFF, known by content; nothing else is opened.
/// Codes of its refusals: image_unreadable, image_too_large, image_too_heavy, image_format_refused (all fix_data).
[[nodiscard]] std::unique_ptr<sync::studio> make_studio(options with);

} // namespace listingd::studio
