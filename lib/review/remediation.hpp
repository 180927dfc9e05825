// The rules by which a machine may clear a rejection: safe, reversible, deterministic, and never an invented fact. A
// table of rules; each looks at the rejections and proposes a repair, or nothing.
#pragma once

#include "model/draft.hpp"
#include "model/taxonomy.hpp"
#include "model/violation.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace listingd::review {

struct proposal {
  repair change;
  std::string because; ///< one sentence: the complaint, and what is done about it
};

struct situation {
  const draft& wanted;
  const leaf_rules& rules;
  std::function<bool(const std::string& certificate)> pim_holds_certificate; ///< by TikTok's name or id
  std::map<std::string, int> attempts;                                       ///< of each rule so far, for this listing
  int max_attempts = 2;
  int smallest_short_side = 0;    ///< pixels, of the main images' originals; 0 = unknown
  double max_upscale = 2.0;       ///< beyond it a larger picture must be brought by a person
  std::vector<repair> tried = {}; ///< for this listing, in force or failed; the same is never proposed twice
};

/// Empty when nothing may be repaired, and when any rejection is answered by no rule: a repair that leaves a complaint
/// open would only be rejected again. Each change at most once, and of one rule never more than attempts are left.
[[nodiscard]] std::vector<proposal> propose(const std::vector<violation>& rejections, const situation& at);

/// False when what the repair was made for (its input) has changed in the draft.
[[nodiscard]] bool still_valid(const repair& change, const draft& wanted);

/// True when a new verdict complains of what the repair was made for: it has failed. False: it did its work, even when
/// the verdict complains of something else, and must stay in force.
[[nodiscard]] bool still_complained_of(const repair& change, const std::vector<violation>& rejections);

} // namespace listingd::review
