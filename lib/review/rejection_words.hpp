// The words by which a review's free text is understood, as data: what a rejection can be about, and how each language
// says so. TikTok publishes no list; rows come from observed rejections and from its sellers' guides, and grow with
// experience.
#pragma once

#include "model/violation.hpp"

#include <span>
#include <string_view>

namespace listingd::review {

/// What a rejection is about, whatever the language.
struct rejection_kind {
  std::string_view code;
  std::string_view klass;
  actor who;
  std::string_view fix; ///< said where TikTok suggests nothing
};

/// A text is of this kind when it holds one of `subject` and one of `complaint`; alternatives are separated by "|", in
/// lower case; no complaint = the subject says it all.
struct rejection_words {
  std::string_view language;
  std::string_view code;
  std::string_view subject;
  std::string_view complaint;
};

/// Of a code that rejection_words names; the one for everything else when it does not exist.
[[nodiscard]] const rejection_kind& kind_of(std::string_view code);

/// In the order in which they are tried: the first that fits wins.
[[nodiscard]] std::span<const rejection_words> all_rejection_words();

/// Words by which a size is said to be a maximum, so that it is not taken for a demand.
[[nodiscard]] std::string_view words_of_maximum();

} // namespace listingd::review
