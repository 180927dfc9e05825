// What TikTok refuses in words: title, description, names and values of attributes.
#include "review/characters.hpp"
#include "review/html_tags.hpp"
#include "review/preflight_checks.hpp"

#include <algorithm>
#include <array>
#include <spdlog/fmt/fmt.h>

namespace listingd::review {

namespace {

constexpr std::size_t longest_description = 10'000;
constexpr std::size_t most_description_images = 30;
constexpr std::size_t longest_attribute_value = 2000; // older pages say 500; TikTok's own answer decides in between
constexpr std::size_t longest_sales_name = 20, longest_sales_value = 50;

/// Where Upload Product Image says its pictures are; a picture from anywhere else is refused (12052340).
constexpr std::array<std::string_view, 4> tiktok_hosts{"ibyteimg.com", "byteimg.com", "tiktokcdn.com",
                                                       "tiktokcdn-us.com"};
constexpr std::array<std::string_view, 7> forbidden_tags{"script", "iframe", "object", "form",
                                                         "input",  "style",  "link"};
constexpr std::array<std::string_view, 3> needed_of_img{"src", "width", "height"};

/// Kanji are Japanese; everywhere else these characters are refused as Chinese.
bool chinese_here(const inspection& at, std::string_view text) {
  return at.region != "JP" && has_chinese(text);
}

/// What TikTok calls a formatting breach; empty when there is none. HTML must use entities, one-line text must not.
std::string_view breach_of(std::string_view text, bool html) {
  if (has_emoji(text)) return "emoji";
  if (has_control(text, !html)) return "control characters";
  if (!html && has_entity(text)) return "HTML entities";
  if (only_symbols(text)) return "nothing but symbols";
  return {};
}

struct words {
  std::string code; ///< prefix of the codes, e.g. "title"
  std::string position, name;
  bool html = false;
};

void check_words(const inspection& at, const words& about, std::string_view text) {
  if (const auto breach = breach_of(text, about.html); !breach.empty())
    at.report(about.code + "_characters", about.position,
              fmt::format("{} has {}, which TikTok refuses", about.name, breach),
              "Remove emoji, control characters and HTML entities; use words.");
  if (chinese_here(at, text))
    at.report(about.code + "_chinese", about.position,
              fmt::format("{} has Chinese characters, which TikTok refuses in every market", about.name),
              "Write it in the language of the market.");
}

/// Own host, or a subdomain of it; https only.
bool hosted_by_tiktok(std::string_view url) {
  constexpr std::string_view scheme = "https://";
  if (!url.starts_with(scheme)) return false;
  url.remove_prefix(scheme.size());
  const auto host = url.substr(0, url.find_first_of("/?#:@"));
  return std::ranges::any_of(tiktok_hosts, [&](std::string_view known) {
    return host == known || (host.ends_with(known) && host[host.size() - known.size() - 1] == '.');
  });
}

void check_image(const inspection& at, const html_tag& image, std::size_t index) {
  const auto position = fmt::format("description.img[{}]", index);
  for (const auto needed : needed_of_img) {
    const auto given = image.attributes.find(std::string(needed));
    if (given == image.attributes.end() || given->second.empty())
      at.report("description_image_incomplete", position, fmt::format("the picture has no {}", needed),
                "Give every <img> of the description src, width and height.");
  }
  const auto source = image.attributes.find("src");
  if (source != image.attributes.end() && !source->second.empty() && !hosted_by_tiktok(source->second))
    at.report("description_image_foreign", position,
              fmt::format("the picture {} is not hosted by TikTok", source->second),
              "Remove the picture from the description; TikTok takes only pictures uploaded to it.");
}

void check_sales_attribute(const inspection& at, const draft_sku& sku, const draft_sales_attribute& one) {
  const auto position = position_of(sku) + ".sales_attributes." + (one.name.empty() ? one.id : one.name);
  if (one.id.empty()) {
    if (const auto length = length_of(one.name); length > longest_sales_name)
      at.report("sales_attribute_name_too_long", position,
                fmt::format("the name of the sales attribute has {} characters, at most {} are allowed", length,
                            longest_sales_name),
                "Shorten the name in the profile's [variants.axes].",
                {{"length", length}, {"most", longest_sales_name}}, actor::operator_);
    check_words(at, {.code = "sales_attribute_name", .position = position, .name = "the name of the sales attribute"},
                one.name);
  }
  if (!one.value.id.empty()) return;
  if (const auto length = length_of(one.value.name); length > longest_sales_value)
    at.report("sales_attribute_value_too_long", position,
              fmt::format("the value \"{}\" has {} characters, at most {} are allowed", one.value.name, length,
                          longest_sales_value),
              "Shorten the option's label in the PIM.", {{"length", length}, {"most", longest_sales_value}});
  check_words(
      at,
      {.code = "sales_attribute_value", .position = position, .name = fmt::format("the value \"{}\"", one.value.name)},
      one.value.name);
}

} // namespace

void check_title_length(const inspection& at) {
  const auto length = length_of(at.wanted.title);
  const auto [least, most] = std::pair(at.here.title_least, at.here.title_most);
  const boost::json::object numbers{{"length", length}, {"least", least}, {"most", most}};
  if (length == 0)
    at.report("title_missing", "title", "the title is empty", "Enter a name in the PIM in a locale of the profile.");
  else if (length < least)
    at.report("title_too_short", "title",
              fmt::format("the title has {} characters, at least {} are needed here", length, least),
              "Name brand, model and what the product is.", numbers);
  else if (length > most)
    at.report("title_too_long", "title",
              fmt::format("the title has {} characters, at most {} are allowed here", length, most),
              "Shorten it in the PIM, or let the profile cut it (title max).", numbers);
}

void check_title_words(const inspection& at) {
  check_words(at, {.code = "title", .position = "title", .name = "the title"}, at.wanted.title);
}

void check_description_length(const inspection& at) {
  const auto length = length_of(at.wanted.description);
  if (length == 0)
    at.report("description_missing", "description", "the description is empty",
              "Enter a description in the PIM in a locale of the profile.");
  else if (length > longest_description)
    at.report("description_too_long", "description",
              fmt::format("the description has {} characters with its HTML, at most {} are allowed", length,
                          longest_description),
              "Shorten it in the PIM.", {{"length", length}, {"most", longest_description}});
}

void check_description_words(const inspection& at) {
  check_words(at, {.code = "description", .position = "description", .name = "the description", .html = true},
              at.wanted.description);
}

void check_description_tags(const inspection& at) {
  std::vector<std::string> told;
  for (const auto& tag : tags_of(at.wanted.description)) {
    if (std::ranges::find(forbidden_tags, tag.name) == forbidden_tags.end()) continue;
    if (std::ranges::find(told, tag.name) != told.end()) continue;
    told.push_back(tag.name);
    at.report("description_tag_forbidden", "description", fmt::format("the tag <{}> is not allowed", tag.name),
              "Remove it; use paragraphs, lists and headings.");
  }
}

void check_description_images(const inspection& at) {
  std::size_t count = 0;
  for (const auto& tag : tags_of(at.wanted.description))
    if (tag.name == "img") check_image(at, tag, count++);
  if (count > most_description_images)
    at.report("description_too_many_images", "description",
              fmt::format("the description has {} pictures, at most {} are allowed", count, most_description_images),
              "Remove some of them.", {{"count", count}, {"most", most_description_images}});
}

void check_attribute_values(const inspection& at) {
  for (const auto& attribute : at.wanted.attributes)
    for (const auto& value : attribute.values) {
      if (!value.id.empty()) continue; // TikTok's own words
      const auto name = attribute.name.empty() ? attribute.id : attribute.name;
      const auto position = "attributes." + name;
      if (const auto length = length_of(value.name); length > longest_attribute_value)
        at.report("attribute_value_too_long", position,
                  fmt::format("the value has {} characters, at most {} are allowed", length, longest_attribute_value),
                  "Shorten it in the PIM.", {{"length", length}, {"most", longest_attribute_value}});
      check_words(at, {.code = "attribute_value", .position = position, .name = fmt::format("the value of {}", name)},
                  value.name);
    }
}

void check_sales_attributes(const inspection& at) {
  for (const auto& sku : at.wanted.skus)
    for (const auto& one : sku.sales_attributes) check_sales_attribute(at, sku, one);
}

} // namespace listingd::review
