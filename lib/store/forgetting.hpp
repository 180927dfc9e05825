// Giving up stored secrets that nobody can open any more, their master key lost or they themselves damaged, so that a
// daemon serves again and the sellers can consent again. Called by `listingd keys forget`; goes to the database by
// itself, while daemons serve.
#pragma once

#include "model/clock.hpp"
#include "store/sealing.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace listingd::store {

struct lost_secrets {
  std::string key;      ///< those sealed under the key of this id; empty = of no key
  bool damaged = false; ///< those that are damaged, too (sealing.hpp)
};

struct given_up {
  std::int64_t secrets = 0;
  std::vector<std::string> sellers;  ///< "Seller (app row)": must consent again
  std::vector<std::string> installs; ///< the same of installs that waited for the operator's word
};

/// What forget() would give up.
[[nodiscard]] given_up find_lost(const std::string& url, const sealer& sealing, const lost_secrets& which);

/// Authorizations whose access or refresh token is lost become needs_reauth, their tokens empty texts under the newest
/// key, and the listings of their shops due; a refresh on its way comes too late. Where only the token before is lost
/// the consent lives on without it. Installs are deleted. May be interrupted anywhere and run again. Both throw when
/// the database cannot be reached.
[[nodiscard]] given_up forget(const std::string& url, const sealer& sealing, const lost_secrets& which, instant now);

} // namespace listingd::store
