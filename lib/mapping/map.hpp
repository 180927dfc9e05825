// record + profile + the leaf's rules -> draft. Pure: everything it needs is in the input, every lack becomes a
// violation that names the PIM's attribute and the fix. Called by lib/sync for every step and for plan.
#pragma once

#include "mapping/profile.hpp"
#include "model/draft.hpp"
#include "model/record.hpp"
#include "model/taxonomy.hpp"
#include "model/violation.hpp"

#include <optional>
#include <string>
#include <vector>

namespace listingd::mapping {

struct map_input {
  const listingd::record& record;
  source_name source;
  const mapping::profile& profile;
  const leaf_rules& rules;
  std::string region;
  category_id category;
  std::string category_version;
  const std::vector<warehouse>& warehouses;
  const std::vector<repair>& repairs; ///< in force; attach_certificate adds a certificate that no rule requires
};

struct mapped {
  std::optional<draft> wanted; ///< made even when something is missing, as far as it goes, so that plan can show it
  std::vector<violation> violations; ///< origin preflight
};

[[nodiscard]] mapped map(const map_input& input);

/// True when the record holds the documents that the profile names for this certificate (TikTok's name or id).
[[nodiscard]] bool holds_certificate(const record& from, const profile& by, const std::string& certificate);

} // namespace listingd::mapping
