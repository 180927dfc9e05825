// Opens the PostgreSQL implementation of the port `store`.
#pragma once

#include "store/sealing.hpp"
#include "sync/store.hpp"

#include <memory>
#include <optional>
#include <string>

namespace listingd::store {

struct store_options {
  std::string url;
  std::size_t connections = 8;
  std::string instance; ///< who leases listings: an id that outlives restarts, and that no other running daemon has
  std::optional<sealer> sealing; ///< nothing for commands that touch no secret
};

/// Opens lazily: an unreachable database shows at the first call. The schema must have been migrated.
[[nodiscard]] std::unique_ptr<sync::store> open_store(store_options options);

} // namespace listingd::store
