// Windows of changes: opened by the PIM's clock, read page by page, products first, then the models that changed.
#pragma once

#include "pim/akeneo_cursor.hpp"
#include "pim/akeneo_gathering.hpp"

#include <string>

namespace listingd::pim {

class akeneo_reading {
public:
  akeneo_reading(akeneo_client& client, akeneo_reference& reference, const clock& time);

  /// sync::source::read().
  task<result<sync::source_page>> read(std::string cursor);
  /// The records of one key as the PIM has it now: one item, or none when it has no such product or none that the
  /// filters select. Only what is no variant has a record of its own.
  task<result<akeneo_gathered>> read_one(std::string key);
  /// sync::source::keys().
  task<result<sync::key_page>> keys(std::string cursor);

private:
  task<result<void>> open_window(akeneo_cursor& at);
  task<result<std::optional<std::int64_t>>> count_everything();
  task<result<akeneo_listing>> listing_of(akeneo_window window);
  task<result<sync::source_page>> read_page(akeneo_cursor at);
  [[nodiscard]] static bool end_phase(akeneo_cursor& at, sync::source_page& page);

  akeneo_client& client_;
  akeneo_reference& reference_;
  const clock& time_;
  const akeneo_options& options_;
  akeneo_zone zone_;
  akeneo_gathering gathering_;
  std::string endless_; ///< the cursor at which a window was found to have no end
};

} // namespace listingd::pim
