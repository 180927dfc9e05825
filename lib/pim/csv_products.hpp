// The products of a CSV file. Rows with the same key that follow each other are one product: a row without `variant` is
// the product's own, the others are its variants. No knowledge of folders.
//
// A product is delivered whole or not at all: when one of its rows cannot be used, all are put aside, for a missing row
// would look like a missing variant. A row whose key cannot be known may have been one of the product before it or of
// the one behind it, so in a file with variants it takes both along (the latter unless it begins with its own row).
// Rows with deleted = 1 are left out, and a product without any other row is gone.
#pragma once

#include "pim/file_entries.hpp"
#include "pim/folder.hpp"
#include "pim/open_file.hpp"

#include <memory>
#include <string>

namespace listingd::pim {

[[nodiscard]] std::unique_ptr<file_entries> entries_of_csv(const open_file& file, std::string name,
                                                           const folder_cursor& from, const folder_options& options);

} // namespace listingd::pim
