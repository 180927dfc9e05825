#include "mapping/values.hpp"

#include "mapping/nearest.hpp"
#include "model/json.hpp"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <charconv>

namespace listingd::mapping {

namespace {

bool nothing(const json::value& data) {
  if (data.is_null()) return true;
  if (const auto* text = data.if_string()) return folded(*text).empty();
  if (const auto* list = data.if_array()) return std::ranges::all_of(*list, nothing);
  const auto* object = data.if_object();
  return object != nullptr && object->empty();
}

/// "de_DE", "en_US in print": which values an attribute does have.
std::vector<std::string> places_of(const json::object& values, const std::string& attribute) {
  std::vector<std::string> out;
  const auto* entries = values.if_contains(attribute);
  if (entries == nullptr || !entries->is_array()) return out;
  for (const auto& entry : entries->get_array()) {
    const auto* data = listingd::find(entry, "data");
    const auto locale = text_at(entry, "locale"), scope = text_at(entry, "scope");
    if (data == nullptr || nothing(*data) || (locale.empty() && scope.empty())) continue;
    auto place = locale.empty() ? std::string("any language") : locale;
    if (!scope.empty()) place.append(" in ").append(scope);
    out.push_back(std::move(place));
  }
  return out;
}

} // namespace

std::optional<std::string> plain_text(const json::value& data) {
  if (data.is_string()) return text_of(data);
  if (!data.is_double()) return data.is_primitive() && !data.is_null() ? std::optional(text_of(data)) : std::nullopt;
  std::array<char, 400> digits{}; // the longest double without exponent has 309 digits before the point
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), data.get_double(), std::chars_format::fixed);
  return std::string(digits.data(), end.ptr);
}

std::string_view kind_of(const json::value& data) {
  switch (data.kind()) {
  case json::kind::null:
    return "nothing";
  case json::kind::bool_:
    return "true or false";
  case json::kind::int64:
  case json::kind::uint64:
  case json::kind::double_:
    return "a number";
  case json::kind::string:
    return "a text";
  case json::kind::array:
    return "a list";
  case json::kind::object:
    return "an object";
  }
  return "nothing";
}

std::optional<measurement> measurement_of(const json::value& data) {
  const auto* amount = listingd::find(data, "amount");
  const auto* unit = listingd::find(data, "unit");
  if (amount == nullptr || unit == nullptr || !unit->is_string()) return std::nullopt;
  auto text = plain_text(*amount);
  if (!text) return std::nullopt;
  return measurement{std::move(*text), text_of(*unit)};
}

std::expected<std::vector<std::string>, std::string> media_of(const json::value& data) {
  if (const auto* list = data.if_array()) {
    std::vector<std::string> all;
    for (const auto& item : *list) {
      if (nothing(item)) continue;
      auto some = media_of(item);
      if (!some) return some;
      std::ranges::move(*some, std::back_inserter(all));
    }
    return all;
  }
  const auto* reference = data.is_object() ? listingd::find(data, "media") : &data;
  if (reference == nullptr || !reference->is_string())
    return std::unexpected("holds " + std::string(kind_of(data)) + " where a picture or document is expected");
  return std::vector{text_of(*reference)};
}

const json::value* record_view::pick(const json::object& values, const value_rule& rule) const {
  const auto* entries = values.if_contains(rule.attribute);
  if (entries == nullptr || !entries->is_array()) return nullptr;
  const auto& scope = rule.scope.empty() ? by_.channel : rule.scope;
  const auto matching = [&](const std::string& locale, const std::string& channel) -> const json::value* {
    for (const auto& entry : entries->get_array()) {
      if (text_at(entry, "locale") != locale || text_at(entry, "scope") != channel) continue;
      const auto* data = listingd::find(entry, "data");
      if (data != nullptr && !nothing(*data)) return data;
    }
    return nullptr;
  };
  auto locales = chain(rule);
  locales.emplace_back(); // a value of no language is the last resort
  for (const auto& locale : locales) {
    if (const auto* found = matching(locale, scope)) return found;
    if (const auto* found = matching(locale, {})) return found;
  }
  return nullptr;
}

const json::value* record_view::find(const value_rule& rule) const {
  if (variant_ != nullptr)
    if (const auto* found = pick(variant_->values, rule)) return found;
  return pick(from_.values, rule);
}

const json::value* record_view::own(const std::string& attribute) const {
  return variant_ == nullptr ? nullptr : pick(variant_->values, {.attribute = attribute});
}

const json::value* record_view::at(const std::string& attribute) const {
  return find({.attribute = attribute});
}

reading record_view::read(const value_rule& rule) const {
  if (rule.constant) {
    if (folded(*rule.constant).empty()) return std::nullopt;
    return json::value(*rule.constant);
  }
  if (rule.jq) {
    auto output = rule.jq->run(jq_input());
    if (!output) return std::unexpected("fails: " + output.error().message);
    if (*output && nothing(**output)) return std::nullopt;
    return std::move(*output);
  }
  const auto* found = find(rule);
  if (found == nullptr) return std::nullopt;
  return *found;
}

reading record_view::read_common(const value_rule& rule) const {
  auto found = read(rule);
  if (!found || *found || rule.attribute.empty()) return found;
  const json::value* common = nullptr;
  for (const auto& one : variants()) {
    const auto* value = one.find(rule);
    if (value == nullptr || (common != nullptr && *common != *value)) return std::nullopt;
    common = value;
  }
  if (common == nullptr) return std::nullopt;
  return *common;
}

std::string record_view::label_of(const value_rule& rule, const std::string& option) const {
  const auto* options = from_.labels.if_contains(rule.attribute);
  const auto* labels = options != nullptr && options->is_object() ? options->get_object().if_contains(option) : nullptr;
  if (labels == nullptr || !labels->is_object()) return {};
  for (const auto& locale : chain(rule))
    if (const auto* label = labels->get_object().if_contains(locale); label != nullptr && label->is_string())
      if (auto text = text_of(*label); !text.empty()) return text;
  return {};
}

std::string record_view::why_nothing(const value_rule& rule) const {
  if (rule.attribute.empty()) return rule.source_text() + " gives nothing";
  auto places = places_of(from_.values, rule.attribute);
  if (variant_ != nullptr) std::ranges::move(places_of(variant_->values, rule.attribute), std::back_inserter(places));
  if (!places.empty()) return rule.source_text() + " has a value only for " + joined(places);
  const auto several = variant_ == nullptr ? variants() : std::vector<record_view>{};
  const bool differ = std::ranges::any_of(several, [&](const auto& one) { return one.find(rule) != nullptr; });
  return rule.source_text() + (differ ? " differs between the variants or is missing on some" : " has no value");
}

std::expected<std::string, std::string> record_view::text(const value_rule& rule) const {
  const auto found = variant_ == nullptr ? read_common(rule) : read(rule);
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::string{};
  const auto& data = **found;
  // a select with a single option may come as a list of one
  const auto* list = data.if_array();
  auto plain = plain_text(list != nullptr && list->size() == 1 ? list->front() : data);
  if (!plain) return std::unexpected("holds " + std::string(kind_of(data)) + " where a text is expected");
  if (const auto row = rule.values.find(*plain); row != rule.values.end()) return row->second;
  if (rule.label)
    if (auto label = label_of(rule, *plain); !label.empty()) return label;
  return *plain;
}

std::vector<record_view> record_view::variants() const {
  std::vector<record_view> out;
  for (const auto& one : from_.variants)
    if (one.enabled) out.emplace_back(from_, by_, &one);
  return out;
}

const std::string& record_view::jq_input() const {
  if (jq_input_) return *jq_input_;
  json::array categories, axes, all;
  for (const auto& one : from_.categories) categories.emplace_back(one);
  for (const auto& one : from_.axes) axes.emplace_back(one);
  json::object seen{{"key", from_.key.text()},  {"family", from_.family}, {"categories", std::move(categories)},
                    {"enabled", from_.enabled}, {"values", from_.values}, {"labels", from_.labels},
                    {"axes", std::move(axes)}};
  if (variant_ != nullptr) {
    auto& values = seen["values"].as_object();
    for (const auto& one : variant_->values) values[one.key()] = one.value();
    seen["variant"] = variant_->key.text();
  } else {
    for (const auto& one : from_.variants)
      all.push_back(json::object{{"key", one.key.text()}, {"enabled", one.enabled}, {"values", one.values}});
    seen["variants"] = std::move(all);
  }
  jq_input_ = json::serialize(seen);
  return *jq_input_;
}

} // namespace listingd::mapping
