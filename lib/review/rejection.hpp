// From the review's free text to violations. There is no official list of reasons: the words are kept verbatim and
// classified by a table of keywords a language; what no row knows goes to a person.
#pragma once

#include "model/listing.hpp"
#include "model/violation.hpp"

#include <vector>

namespace listingd::review {

/// Origin review; one violation a reason of each audit_failed_reasons entry, position kept (the second complaint of the
/// same words at the same place gets " #2"), suggestions joined. A rejection without any reason is a violation too.
/// Numbers that the text names (pixels) go into evidence, e.g. {"min_short_side": 800}; so does the name of a demanded
/// certificate, {"certificate": "Cosmetic Product Listing"}.
[[nodiscard]] std::vector<violation> read_rejection(const std::vector<audit_reason>& reasons);

} // namespace listingd::review
