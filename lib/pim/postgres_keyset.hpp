// Reads a table of the PIM's database by the time of the last change, a page at a time. Called by postgres.cpp, in a
// transaction of the session.
#pragma once

#include "pim/postgres_session.hpp"

namespace listingd::pim {

/// The page after `cursor`; "" = everything. A cursor of another kind begins again, and the page tells it in
/// `rejected`. `now`: from before the transaction began.
[[nodiscard]] result<sync::source_page> read_keyset(postgres_session& session, const postgres_options& options,
                                                    const std::string& cursor, instant now);

} // namespace listingd::pim
