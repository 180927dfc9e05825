// The words nearest to one that is unknown: "did you mean". Used by profiles, configuration, categories and values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace listingd::mapping {

/// Lower case for ASCII, white space trimmed and collapsed: how names are compared.
[[nodiscard]] std::string folded(std::string_view text);

/// At most `count` candidates, nearest first, whatever their distance; equal distances keep their order.
[[nodiscard]] std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates,
                                               std::size_t count);

/// ", did you mean 'x'?" when a candidate is near enough to be a slip of the pen, else "".
[[nodiscard]] std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

/// "a, b, c".
[[nodiscard]] std::string joined(const std::vector<std::string>& words, std::string_view between = ", ");

} // namespace listingd::mapping
