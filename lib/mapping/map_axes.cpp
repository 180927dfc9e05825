#include "mapping/assembly.hpp"
#include "mapping/choices.hpp"
#include "mapping/nearest.hpp"
#include "model/json.hpp"

#include <algorithm>
#include <map>
#include <spdlog/fmt/fmt.h>

namespace listingd::mapping {

namespace {

constexpr std::size_t most_axes = 3; // Create, skus[].sales_attributes

struct axis {
  std::string code; ///< the PIM's
  const axis_rule* rule = nullptr;
  const category_attribute* known = nullptr; ///< TikTok's own sales attribute, null for a custom one
};

std::string name_of(const draft_sku& sku) {
  return sku.seller_sku.empty() ? sku.key.text() : sku.seller_sku.text();
}

std::string position_of(const axis& one) {
  return "variants.axes." + one.code;
}

void report(assembly& at, std::string code, std::string position, std::string reason, std::string suggestion,
            actor who = actor::product_team) {
  at.found.push_back({.klass = "sku",
                      .code = std::move(code),
                      .position = std::move(position),
                      .reason = std::move(reason),
                      .suggestion = std::move(suggestion),
                      .who = who});
}

std::vector<axis> axes_of(assembly& at) {
  std::vector<axis> out;
  for (const auto& code : at.in.record.axes) {
    axis one{.code = code};
    const auto rule = at.in.profile.axes.find(code);
    if (rule == at.in.profile.axes.end()) {
      report(
          at, "axis_unmapped", position_of(one),
          fmt::format("The variants differ by '{}', and the profile does not say which sales attribute that is.", code),
          fmt::format("Add {} = {{ sales_attribute = \"...\" }} under [variants.axes] of {}.", code,
                      at.in.profile.file),
          actor::operator_);
      continue;
    }
    one.rule = &rule->second;
    const auto same = [&](const axis& before) {
      return folded(before.rule->sales_attribute) == folded(one.rule->sales_attribute);
    };
    if (const auto before = std::ranges::find_if(out, same); before != out.end()) {
      report(at, "axis_duplicate", position_of(one),
             fmt::format("The axes '{}' and '{}' are both the sales attribute '{}'.", before->code, code,
                         one.rule->sales_attribute),
             fmt::format("Give one of the two another sales_attribute in {}.", at.in.profile.file), actor::operator_);
      continue;
    }
    for (const auto& known : at.in.rules.attributes)
      if (known.sales &&
          (folded(known.name) == folded(one.rule->sales_attribute) || known.id == one.rule->sales_attribute))
        one.known = &known;
    out.push_back(one);
  }
  if (out.size() > most_axes)
    report(at, "axis_too_many", "variants.axes",
           fmt::format("The variants differ by {} attributes ({}); TikTok takes {}.", out.size(),
                       joined(at.in.record.axes), most_axes),
           "Split the product in the PIM so that its variants differ by at most three attributes.");
  return out;
}

/// The value of one SKU on an axis; nothing when it was reported.
std::optional<draft_value> value_on(assembly& at, const axis& one, const record_view& view, const draft_sku& sku) {
  const value_rule rule{.attribute = one.code};
  const auto position = fmt::format("skus.{}.{}", name_of(sku), one.rule->sales_attribute);
  const auto* data = view.at(one.code);
  const auto options =
      data == nullptr ? std::expected<std::vector<option>, std::string>() : options_of(*data, rule, view);
  if (!options || options->size() > 1) {
    at.found.push_back(value_invalid("sku", position, rule,
                                     options ? "holds several values where a variant has one" : options.error(),
                                     at.in.profile));
    return std::nullopt;
  }
  if (options->empty()) {
    report(at, "axis_value_missing", position,
           fmt::format("The variants differ by '{}', and {} on '{}'.", one.code, view.why_nothing(rule), name_of(sku)),
           fmt::format("Fill attribute '{}' of this variant in the PIM.", one.code));
    return std::nullopt;
  }
  static const std::vector<attribute_value> none;
  return choose(options->front(), one.rule->values, one.known == nullptr ? none : one.known->values).value;
}

void fill(assembly& at, const axis& one, const std::vector<record_view>& views, std::vector<draft_sku>& skus) {
  for (std::size_t i = 0; i < skus.size(); ++i) {
    auto value = value_on(at, one, views[i], skus[i]);
    if (!value) continue;
    skus[i].sales_attributes.push_back({.id = one.known == nullptr ? "" : one.known->id,
                                        .name = one.known == nullptr ? one.rule->sales_attribute : one.known->name,
                                        .value = std::move(*value)});
  }
}

/// TikTok's key of a value: the id, else the name in any letter case.
std::string key_of(const draft_sales_attribute& one) {
  return one.value.id.empty() ? folded(one.value.name) : '#' + one.value.id;
}

void refuse_same_combinations(assembly& at, const std::vector<draft_sku>& skus, std::size_t axes) {
  std::map<std::string, const draft_sku*> first;
  for (const auto& sku : skus) {
    if (sku.sales_attributes.size() < axes) continue; // already reported
    std::string key, words;
    for (const auto& one : sku.sales_attributes) {
      key += key_of(one) + '\n';
      words += (words.empty() ? "" : ", ") + one.name + ' ' + one.value.name;
    }
    const auto [before, fresh] = first.try_emplace(key, &sku);
    if (fresh) continue;
    report(at, "variant_duplicate", "skus." + name_of(sku),
           fmt::format("'{}' and '{}' are the same variant: {}.", name_of(*before->second), name_of(sku), words),
           fmt::format("Correct {} of one of the two in the PIM, or disable it.", joined(at.in.record.axes, " or ")));
  }
}

/// One picture for each value of the axis: the first that a variant of the value has itself, else what it inherits.
/// Nothing when no variant has a picture of its own.
void map_images(assembly& at, const axis& one, const std::vector<record_view>& views, std::vector<draft_sku>& skus) {
  const value_rule rule{.attribute = one.rule->images};
  const auto picture = [&](const json::value* data, const draft_sku& sku) -> std::string {
    if (data == nullptr) return {};
    const auto references = media_of(*data);
    if (references && !references->empty()) return references->front();
    if (!references)
      at.found.push_back(
          value_invalid("image", fmt::format("skus.{}.image", name_of(sku)), rule, references.error(), at.in.profile));
    return {};
  };
  std::map<std::string, std::string> of_value;
  const auto value_of = [&](const draft_sku& sku) {
    const auto on = std::ranges::find_if(sku.sales_attributes, [&](const draft_sales_attribute& other) {
      return one.known == nullptr ? other.name == one.rule->sales_attribute : other.id == one.known->id;
    });
    return on == sku.sales_attributes.end() ? std::string{} : key_of(*on);
  };
  for (std::size_t i = 0; i < skus.size(); ++i)
    if (auto own = picture(views[i].own(rule.attribute), skus[i]); !own.empty() && !value_of(skus[i]).empty())
      of_value.try_emplace(value_of(skus[i]), std::move(own));
  if (of_value.empty()) return;
  for (std::size_t i = 0; i < skus.size(); ++i) {
    const auto value = value_of(skus[i]);
    if (value.empty()) continue;
    if (!of_value.contains(value)) of_value[value] = picture(views[i].at(rule.attribute), skus[i]);
    if (of_value[value].empty())
      report(at, "variant_image_missing", fmt::format("skus.{}.image", name_of(skus[i])),
             fmt::format("Other values of '{}' have a picture in '{}', this one has none: TikTok wants one for each.",
                         one.rule->sales_attribute, rule.attribute),
             fmt::format("Add a picture to attribute '{}' of this variant in the PIM.", rule.attribute));
    else
      skus[i].image = draft_media{.ref = of_value[value], .use = media_use::variant_image};
  }
}

} // namespace

void map_axes(assembly& at, const std::vector<record_view>& views, std::vector<draft_sku>& skus) {
  if (at.in.record.axes.empty() && skus.size() > 1)
    return report(
        at, "axis_missing", "variants.axes",
        fmt::format("The product has {} variants, and nothing says by which attribute they differ.", skus.size()),
        "Name the axes of the product in the PIM.");
  const auto axes = axes_of(at);
  for (const auto& one : axes) fill(at, one, views, skus);
  if (axes.size() == at.in.record.axes.size()) refuse_same_combinations(at, skus, axes.size());
  const auto with_images = std::ranges::find_if(axes, [](const axis& one) { return !one.rule->images.empty(); });
  if (with_images != axes.end()) map_images(at, *with_images, views, skus);
}

} // namespace listingd::mapping
