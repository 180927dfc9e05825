// TikTok's values for what the PIM holds: through the profile's table, by an equal label, by equal text. Used for
// product attributes and for sales attributes.
#pragma once

#include "mapping/values.hpp"
#include "model/draft.hpp"
#include "model/taxonomy.hpp"

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace listingd::mapping {

/// One value of the PIM as words.
struct option {
  std::string text;  ///< the option's code, or plain text; a measurement as "10 oz"
  std::string label; ///< in the profile's language; may be empty
  bool measured = false;
};

/// The options that data holds, a list's one by one; measurements in `unit` when it is set. The clause when it holds
/// something that is no option.
[[nodiscard]] std::expected<std::vector<option>, std::string>
options_of(const boost::json::value& data, const value_rule& rule, const record_view& view);

/// What the option means to TikTok.
struct choice {
  draft_value value; ///< id set when it is of TikTok's list; otherwise free text
  bool listed = false;
  bool by_table = false; ///< the profile's table said so
};
[[nodiscard]] choice choose(const option& one, const std::map<std::string, std::string>& table,
                            const std::vector<attribute_value>& listed);

} // namespace listingd::mapping
