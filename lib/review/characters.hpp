// What TikTok's rules on words ask of text: code points, emoji, Chinese, symbols. Used by preflight and by the reading
// of rejections. Text is UTF-8; broken bytes count as U+FFFD.
#pragma once

#include <string>
#include <string_view>

namespace listingd::review {

[[nodiscard]] std::u32string code_points(std::string_view text);
/// Length in characters, as TikTok counts it.
[[nodiscard]] std::size_t length_of(std::string_view text);

[[nodiscard]] bool has_emoji(std::string_view text);
/// Control characters; line breaks and tabs count only where `one_line` text is expected.
[[nodiscard]] bool has_control(std::string_view text, bool one_line);
[[nodiscard]] bool has_chinese(std::string_view text);
/// "&amp;", "&#39;" and the like.
[[nodiscard]] bool has_entity(std::string_view text);
/// True when there is text and none of it is a letter or a digit.
[[nodiscard]] bool only_symbols(std::string_view text);

/// Lower case for Latin, Greek and Cyrillic letters, runs of white space made one space; for comparing, not for
/// showing.
[[nodiscard]] std::string folded(std::string_view text);

} // namespace listingd::review
