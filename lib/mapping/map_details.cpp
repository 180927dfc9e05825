#include "mapping/assembly.hpp"
#include "mapping/texts.hpp"
#include "model/json.hpp"

#include <algorithm>

namespace listingd::mapping {

namespace {

constexpr std::size_t most_pictures = 9; // Create, main_images

/// The text of a field, empty when there is none: whether a text may be empty is preflight's question.
std::string text_of_field(assembly& at, const std::optional<value_rule>& rule, const char* field) {
  if (!rule) return {};
  auto text = at.product.text(*rule);
  if (text) return std::move(*text);
  at.found.push_back(value_invalid(field, field, *rule, text.error(), at.in.profile));
  return {};
}

/// The data of a text field before any table: what a brand's id is looked up by.
std::string brand_id(assembly& at, const value_rule& rule) {
  const auto code = text_of_field(at, rule, "brand");
  const auto mapped = std::ranges::any_of(rule.values, [&](const auto& row) { return row.second == code; });
  const bool from_profile = mapped || rule.constant.has_value();
  return from_profile && all_digits(code) ? code : std::string{};
}

/// References under the profile's attributes, in its order, each once.
void collect(assembly& at, const record_view& view, std::vector<std::string>& into) {
  for (const auto& attribute : at.in.profile.images) {
    const auto* data = view.variant() == nullptr ? view.at(attribute) : view.own(attribute);
    if (data == nullptr) continue;
    const auto references = media_of(*data);
    if (!references) {
      at.found.push_back(
          value_invalid("image", "main_images", {.attribute = attribute}, references.error(), at.in.profile));
      continue;
    }
    for (const auto& one : *references)
      if (std::ranges::find(into, one) == into.end()) into.push_back(one);
  }
}

} // namespace

void map_details(assembly& at) {
  const auto& by = at.in.profile;
  const auto title = collapsed(text_of_field(at, by.title, "title"));
  at.out.title = cut_to(title, by.title ? by.title->max : 0);
  auto description = text_of_field(at, by.description, "description");
  if (by.description && by.description->as == text_form::text)
    description = paragraphs(cut_to(description, by.description->max));
  at.out.description = std::move(description);
  if (by.brand) at.out.brand_id = brand_id(at, *by.brand);
}

void map_pictures(assembly& at) {
  std::vector<std::string> references;
  const auto reported = at.found.size();
  collect(at, at.product, references);
  if (references.empty()) // a catalogue may keep its pictures on the variants alone
    for (const auto& one : at.product.variants()) collect(at, one, references);
  if (references.size() > most_pictures) references.resize(most_pictures);
  for (auto& one : references) at.out.main_images.push_back({.ref = std::move(one), .use = media_use::main_image});
  if (!at.out.main_images.empty() || at.found.size() > reported) return;
  std::string attributes;
  for (const auto& one : at.in.profile.images) attributes += (attributes.empty() ? "'" : ", '") + one + '\'';
  at.found.push_back({.klass = "image",
                      .code = "images_missing",
                      .position = "main_images",
                      .reason = "The product has no picture in " + attributes + '.',
                      .suggestion = "Add a picture to one of these attributes in the PIM: " + attributes + '.'});
}

} // namespace listingd::mapping
