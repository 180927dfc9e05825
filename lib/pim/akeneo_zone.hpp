// In which time zone the PIM reads the times of its `updated` filter: documented as the server's own, which is UTC on
// SaaS and whatever php.ini says elsewhere. Found out by asking for a product by the second of its own date.
#pragma once

#include "pim/akeneo_client.hpp"

#include <string>
#include <vector>

namespace listingd::pim {

class akeneo_zone {
public:
  /// `option`: akeneo_options::pim_timezone, checked by mistakes_in().
  explicit akeneo_zone(const std::string& option);

  /// What "UTC" or "+02:00" says; nothing when it is neither.
  [[nodiscard]] static std::optional<duration> offset_from(const std::string& text);

  /// Finds it out unless it is known. A catalogue without a product to ask for leaves it open until the next time.
  task<result<void>> find_out(akeneo_client& client, std::string only_attribute);

  /// The two ends as the PIM shall read them, not a second short, whatever the zone turns out to be: an hour more for a
  /// server with a zone of its own (it may have changed to or from summer time since), all zones' width while it is
  /// open. What is delivered too much is known already and costs nothing more.
  [[nodiscard]] std::vector<std::string> between(instant from, instant to) const;

  /// A product's own date. When a newer one shows another offset than was found, it is found out again.
  void noticed(const std::string& date);

private:
  enum class state { open, utc, local, given };
  task<result<bool>> try_product(akeneo_client& client, akeneo_kind kind, boost::json::value item);

  state state_ = state::open;
  duration offset_{0}; ///< east of UTC
  duration shown_{0};  ///< in the products' own dates
  instant newest_{};   ///< of the dates that were looked at
};

} // namespace listingd::pim
