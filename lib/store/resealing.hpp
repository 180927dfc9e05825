// Which master keys the stored secrets are sealed under, whether they open, and sealing them anew under the newest.
// Called by `listingd keys` and before serving; goes to the database by itself, while daemons serve. The table of
// sealed columns is here: a new one needs a row.
#pragma once

#include "store/sealing.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace listingd::store {

/// How many stored secrets there are under each key id; "" counts those that are too damaged to tell. The schema must
/// have been migrated; throws when the database cannot be reached.
[[nodiscard]] std::map<std::string, std::int64_t> sealed_under(const std::string& url);

/// What of the stored secrets is damaged and why, the first of them; empty when every one opens whose key there is.
[[nodiscard]] std::vector<std::string> damaged_secrets(const std::string& url, const sealer& sealing);

struct resealing {
  std::int64_t sealed = 0;           ///< are now under the newest key
  std::int64_t left = 0;             ///< are under another, or damaged
  std::vector<std::string> problems; ///< why, for the first of those that do not open
};

/// Told after each secret: how many are done, and of how many.
using resealing_progress = std::function<void(std::int64_t done, std::int64_t all)>;

/// Seals everything that is under another key anew. Each secret is replaced only where it is still what was read, so
/// what a daemon writes meanwhile stays and is looked at in the next pass; there are at most `passes`. May be
/// interrupted anywhere and run again. Throws when the database cannot be reached.
[[nodiscard]] resealing reseal(const std::string& url, const sealer& sealing, const resealing_progress& progress,
                               int passes = 10);

} // namespace listingd::store
