// The folder of the conformance suite, where a PIM drops NDJSON or CSV files, every second one packed.
#pragma once

#include "sources/pim_side.hpp"

namespace listingd::sources {

/// make_folder_side() drops NDJSON; this one CSV. There all values are texts, the rank too.
std::unique_ptr<pim_side> make_csv_folder_side(const side_options& options);

} // namespace listingd::sources
