// Foreign text as a terminal may show it: a seller's name, a message of TikTok's or of the PIM, none of which may move
// the cursor or write into the window's title. Called by whatever prints for people; JSON escapes by itself.
#pragma once

#include <string>
#include <string_view>

namespace listingd {

/// Line breaks and tabs as a space, every other control character (C0, DEL, C1) and every byte that is no UTF-8 as '?'.
[[nodiscard]] std::string printable(std::string_view text);

} // namespace listingd
