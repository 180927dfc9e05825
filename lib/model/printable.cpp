#include "model/printable.hpp"

namespace listingd {

namespace {

bool continues(unsigned byte) {
  return (byte & 0xC0U) == 0x80;
}

struct character {
  std::size_t size; ///< bytes, at least 1
  bool shown;       ///< false: a terminal would obey it, or not know it
};

character first_of(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const auto lead = byte(0);
  if (lead < 0x80) return {1, lead >= 0x20 && lead != 0x7F};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  for (std::size_t i = 1; i < size; ++i)
    if (!continues(byte(i))) return {1, false};
  return {size, lead != 0xC2 || byte(1) > 0x9F}; // U+0080 to U+009F are controls
}

} // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto [size, shown] = first_of(text);
    const bool blank = text[0] == '\t' || text[0] == '\n' || text[0] == '\r';
    out += shown ? text.substr(0, size) : blank ? " " : "?";
    text.remove_prefix(size);
  }
  return out;
}

} // namespace listingd
