// Intake: pages of a source become product rows and due listings, together with the cursor. A bad record is reported
// with its place and holds nothing else.
#pragma once

#include "sync/services.hpp"

namespace listingd::sync {

class intake {
public:
  explicit intake(services& with) : with_(with) {}

  /// Reads one source in its rhythm until the daemon stops.
  task<void> run(source& from, duration poll_every);

  /// Reads until the source has nothing more. Refused when another instance reads it or the source fails.
  task<result<intake_outcome>> read_all(source& from);

private:
  task<result<intake_outcome>> commit(source& from, source_page page, std::vector<shop_id> shops);
  services& with_;
  std::string token_; ///< of the source leases of this instance
};

} // namespace listingd::sync
