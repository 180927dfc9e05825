// Small rules on text: cutting at a character, white space, HTML paragraphs, sentences for messages. Pure; for the
// files of this room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace listingd::mapping {

/// Outer white space removed, inner runs of white space and control characters become one space.
[[nodiscard]] std::string collapsed(std::string_view text);

/// At most `most` characters (code points), cut between words where that costs less than half, never inside a UTF-8
/// sequence; dangling white space and commas go. 0 = unlimited.
[[nodiscard]] std::string cut_to(std::string_view text, std::size_t most);

/// Plain text as HTML: a paragraph a line, markup characters escaped; blank lines vanish.
[[nodiscard]] std::string paragraphs(std::string_view text);

[[nodiscard]] bool all_digits(std::string_view text);

/// "a, b, c and 12 more".
[[nodiscard]] std::string some_of(const std::vector<std::string>& words, std::size_t most = 12);

} // namespace listingd::mapping
