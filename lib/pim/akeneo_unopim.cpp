#include "pim/akeneo_unopim.hpp"

#include "model/json.hpp"

#include <algorithm>
#include <array>

namespace listingd::pim {

namespace {

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value() : json::value(text);
}

/// {attribute: data} as entries of one locale and channel.
void add(json::object& values, const json::value* from, const std::string& scope, const std::string& locale) {
  const auto* attributes = from == nullptr ? nullptr : from->if_object();
  if (attributes == nullptr) return;
  for (const auto& [code, data] : *attributes) {
    auto& entries = values[code];
    if (!entries.is_array()) entries.emplace_array();
    entries.get_array().push_back(
        json::object{{"locale", text_or_null(locale)}, {"scope", text_or_null(scope)}, {"data", data}});
  }
}

/// {name: {attribute: data}}.
void add_each(json::object& values, const json::value* from, bool by_channel, const std::string& scope) {
  const auto* groups = from == nullptr ? nullptr : from->if_object();
  if (groups == nullptr) return;
  for (const auto& [name, attributes] : *groups)
    add(values, &attributes, by_channel ? std::string(name) : scope, by_channel ? "" : std::string(name));
}

json::object values_of(const json::value& item) {
  json::object out;
  add(out, find(item, "values.common"), "", "");
  add_each(out, find(item, "values.locale_specific"), false, "");
  add_each(out, find(item, "values.channel_specific"), true, "");
  const auto* channels = find(item, "values.channel_locale_specific");
  if (channels != nullptr && channels->is_object())
    for (const auto& [channel, locales] : channels->get_object()) add_each(out, &locales, false, std::string(channel));
  return out;
}

} // namespace

json::value from_unopim(const json::value& item, akeneo_kind kind) {
  if (!item.is_object()) return item;
  json::object out{{kind == akeneo_kind::model ? "code" : "identifier", text_at(item, "sku")},
                   {"family", text_or_null(text_at(item, "family"))},
                   {"parent", text_or_null(text_at(item, "parent"))},
                   {"categories", items_at(item, "values.categories")},
                   {"values", values_of(item)},
                   {"updated", text_or_null(text_at(item, "updated_at"))}};
  if (kind == akeneo_kind::model)
    out["axes"] = items_at(item, "super_attributes");
  else
    out["enabled"] = find(item, "status") == nullptr || flag_at(item, "status");
  return out;
}

std::string type_from_unopim(const std::string& type) {
  static constexpr std::array<std::array<std::string_view, 2>, 7> types{{
      {"select", "pim_catalog_simpleselect"},
      {"multiselect", "pim_catalog_multiselect"},
      {"checkbox", "pim_catalog_multiselect"},
      {"price", "pim_catalog_price_collection"},
      {"image", "pim_catalog_image"},
      {"gallery", "pim_catalog_image"},
      {"file", "pim_catalog_file"},
  }};
  const auto* row = std::ranges::find_if(types, [&](const auto& one) { return one.front() == type; });
  return row == types.end() ? "pim_catalog_text" : std::string(row->back());
}

} // namespace listingd::pim
