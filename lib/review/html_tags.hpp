// The tags of a description, read tolerantly: only what TikTok's rules on descriptions ask (which tags, which images).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace listingd::review {

struct html_tag {
  std::string name;                              ///< lower case; closing tags are left out
  std::map<std::string, std::string> attributes; ///< names in lower case, values without quotes
};

[[nodiscard]] std::vector<html_tag> tags_of(std::string_view html);

} // namespace listingd::review
