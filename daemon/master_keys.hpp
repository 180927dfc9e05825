// From the master key file to the sealer that follows it. Used by the composition root and by the commands that open
// stored secrets.
#pragma once

#include "config/settings.hpp"
#include "store/sealing.hpp"
#include "sync/services.hpp"

#include <optional>

namespace listingd {

/// Holds the keys of the settings, and reads their file again when asked to or when a stored secret needs a key that
/// they lack. A file that cannot be used then is logged (keys_not_reread), and a new newest key is (keys_reread).
/// Nothing when the settings have no key.
[[nodiscard]] std::optional<store::sealer> make_sealer(const config::settings& settings, sync::log_line log);

} // namespace listingd
