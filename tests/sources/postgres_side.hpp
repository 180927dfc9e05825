// The sides of the source kind `postgres`: a real database with a catalogue that a test edits, a role that only reads,
// and a clock of the PIM that stands still.
#pragma once

#include "sources/pim_side.hpp"

namespace listingd::sources {

// make_postgres_side(), of pim_side.hpp, has a change log with triggers; products are deleted for good.

/// Keyset over (updated_at, key); a product that is removed keeps its row, with deleted_at.
std::unique_ptr<pim_side> make_postgres_keyset_side(const side_options& options);

} // namespace listingd::sources
