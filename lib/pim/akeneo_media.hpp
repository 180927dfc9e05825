// The bytes behind a reference of an Akeneo record: a media file, an asset's media file, or a linked picture.
#pragma once

#include "pim/akeneo_session.hpp"

#include <string>

namespace listingd::pim {

/// `ref` is what akeneo_values writes: the code of a media file, "asset-media-files/" and a code, or a URL. Akeneo
/// gives a replaced picture a new code, so a code's bytes do not change; where the PIM sends no ETag the length is the
/// validator, asked for without the bytes. Errors as sync::source::fetch_media.
task<result<sync::fetched_media>> fetch_akeneo_media(akeneo_session& session, const akeneo_options& options,
                                                     std::string ref, std::string validator);

} // namespace listingd::pim
