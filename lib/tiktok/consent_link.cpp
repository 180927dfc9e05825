#include "tiktok/consent_link.hpp"

#include "net/transport.hpp"

namespace listingd::tiktok {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

} // namespace

std::string consent_link(const std::string& page, std::string_view service_id, std::string_view state) {
  const char* const joint = page.contains('?') ? "&" : "?";
  return page + joint + "service_id=" + net::percent_encode(service_id) +
         "&state=" + net::percent_encode(trimmed(state));
}

} // namespace listingd::tiktok
