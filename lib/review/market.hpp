// What a market asks of every product, whatever its category: title length, SKUs, currency and price range, units. The
// product reference, section 12.1, as a table. A region that is not in it is a market too: only what holds everywhere
// is asked there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace listingd::review {

struct market {
  std::string_view region;
  std::size_t title_least, title_most; ///< characters
  std::size_t most_skus;
  std::string_view currency;                 ///< empty = not known
  std::int64_t price_least, price_most;      ///< in hundredths
  bool whole_prices;                         ///< decimals are not known to be taken: integers are sent
  std::string_view weight_units, size_units; ///< separated by a space
  bool size_optional;                        ///< unless the category's rules ask
  std::int64_t most_size_sum;                ///< centimetres, length + width + height; 0 = no limit known
};

[[nodiscard]] const market& market_of(std::string_view region);

/// Whether `one` is among words separated by spaces, as the units above are.
[[nodiscard]] bool lists(std::string_view words, std::string_view one);

/// The number written in `text`, times 10^places; nothing when it is not a plain positive decimal of at most that many
/// places. Money and measures never pass through a double.
[[nodiscard]] std::optional<std::int64_t> scaled_decimal(std::string_view text, int places);

/// "7600", "0.01": the other way round, without trailing zeros.
[[nodiscard]] std::string decimal_text(std::int64_t scaled, int places);

} // namespace listingd::review
