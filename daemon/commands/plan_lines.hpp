// The field diff of a plan as people read it: names instead of numbers and ids, no hashes, long texts cut to where they
// differ. Used by `listingd plan`; the JSON form shows everything.
#pragma once

#include <boost/json/array.hpp>
#include <string>
#include <vector>

namespace listingd::commands {

/// `changes`: objects of field ("attributes.0.values.0.name"), found and wanted, as /api/plan answers them. A line is
/// "attributes.Material: (nothing) -> Cotton".
[[nodiscard]] std::vector<std::string> change_lines(const boost::json::array& changes);

} // namespace listingd::commands
