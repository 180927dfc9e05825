#include "studio/operations.hpp"

#include <charconv>
#include <spdlog/fmt/fmt.h>
#include <string_view>

namespace listingd::studio {

namespace {

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  return problem == std::errc{} && end == text.data() + text.size() && out > 0;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const auto space = std::min(text.find(' ', at), text.size());
    parts.push_back(text.substr(at, space - at));
    at = space + 1;
  }
  return parts;
}

std::optional<pixel_size> read_size(std::string_view text) {
  const auto x = text.find('x');
  pixel_size out;
  if (x == std::string_view::npos || !read_number(text.substr(0, x), out.width) ||
      !read_number(text.substr(x + 1), out.height))
    return std::nullopt;
  return out;
}

/// "jpeg Q max N", "webp Q max N", "png max N".
bool read_encoding(const std::vector<std::string_view>& parts, operation_plan& out) {
  out.format = std::string(parts[0]);
  if (out.format == "png") return parts.size() == 3 && parts[1] == "max" && read_number(parts[2], out.max_bytes);
  if (out.format != "jpeg" && out.format != "webp") return false;
  return parts.size() == 4 && read_number(parts[1], out.quality) && out.quality <= 100 && parts[2] == "max" &&
         read_number(parts[3], out.max_bytes);
}

bool read_word(const std::string& word, operation_plan& out) {
  if (word == "orient") return out.orient = true;
  if (word == "srgb") return out.srgb = true;
  if (word == "flatten white") return out.flatten = true;
  const auto parts = split(word);
  for (const auto& [name, place] : {std::pair{"fit", &out.fit}, {"upscale", &out.upscale}, {"pad", &out.pad}})
    if (parts[0] == name) {
      if (parts.size() == 2) *place = read_size(parts[1]);
      return place->has_value();
    }
  return read_encoding(parts, out);
}

} // namespace

std::vector<std::string> words_of(const operation_plan& plan) {
  std::vector<std::string> out;
  const auto sized = [&](std::string_view name, const std::optional<pixel_size>& size) {
    if (size) out.push_back(fmt::format("{} {}x{}", name, size->width, size->height));
  };
  if (plan.orient) out.emplace_back("orient");
  if (plan.srgb) out.emplace_back("srgb");
  if (plan.flatten) out.emplace_back("flatten white");
  sized("fit", plan.fit);
  sized("upscale", plan.upscale);
  sized("pad", plan.pad);
  if (plan.format == "png") out.push_back(fmt::format("png max {}", plan.max_bytes));
  if (plan.format == "jpeg" || plan.format == "webp")
    out.push_back(fmt::format("{} {} max {}", plan.format, plan.quality, plan.max_bytes));
  return out;
}

result<operation_plan> parse_operations(const std::vector<std::string>& words) {
  operation_plan out;
  for (const auto& word : words)
    if (!read_word(word, out)) return our_bug("image operation", "operation_unknown", "cannot do \"" + word + "\"");
  if (!words.empty() && out.format.empty())
    return our_bug("image operation", "operation_unknown", "the operations do not say how to encode the result");
  return out;
}

} // namespace listingd::studio
