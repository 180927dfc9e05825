// Intake: what a source delivers becomes product rows and due listings, together with the cursor. The stream of changes
// is read in its rhythm; a full reading and a sweep of keys go on beside it, a page at a time. A bad record is reported
// with its place and holds nothing else.
#pragma once

#include "sync/services.hpp"

#include <vector>

namespace listingd::sync {

/// How a source is read.
struct intake_rhythm {
  duration poll_every{60'000};
  duration sweep_every{0}; ///< 0 = never: the source tells deletions itself
};

class intake {
public:
  explicit intake(services& with) : with_(with) {}

  /// Reads one source in its rhythm until the daemon stops.
  task<void> run(source& from, intake_rhythm rhythm);

  /// Everything that is there now: products asked for, changes to the end of their window, a page of a full reading and
  /// a page of a sweep. `more`: the last two go on. Refused when the source fails.
  struct round {
    intake_outcome done;
    bool more = false;
  };
  task<result<round>> read_round(source& from, intake_rhythm rhythm);

  /// Rounds until nothing goes on.
  task<result<intake_outcome>> read_all(source& from, intake_rhythm rhythm = {});

private:
  task<std::optional<source_lease>> lease(source& from);
  task<result<void>> read_wanted(source& from, const source_lease& held, intake_outcome& total);
  task<result<void>> read_changes(source& from, intake_outcome& total);
  task<result<bool>> read_full_page(source& from, const source_lease& held, intake_outcome& total);
  task<result<bool>> sweep_page(source& from, const source_lease& held, const intake_rhythm& rhythm,
                                intake_outcome& total);
  task<result<void>> end_sweep(source& from, const source_lease& held, intake_outcome& total);
  task<result<void>> take_unknown(source& from, std::vector<product_key> keys, intake_outcome& total);
  task<result<intake_outcome>> commit(source& from, source_page page, stream of);
  task<result<void>> commit_one(source& from, source_item item, instant version, intake_outcome& total);
  task<void> failed(source& from, const error& why, int failures);
  task<void> recovered(source& from);
  task<void> judge_window(source& from, const source_lease& before, std::int64_t items);
  [[nodiscard]] std::vector<shop_id> shops_of(const source& from) const;
  services& with_;
  std::string token_; ///< of the source leases of this instance
};

} // namespace listingd::sync
