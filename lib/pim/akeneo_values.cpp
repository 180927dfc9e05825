#include "pim/akeneo_values.hpp"

#include "model/json.hpp"

#include <algorithm>

namespace listingd::pim {

namespace {

bool is_media(const akeneo_attribute& attribute) {
  return attribute.type == "pim_catalog_image" || attribute.type == "pim_catalog_file";
}

bool is_select(const akeneo_attribute& attribute) {
  return attribute.type == "pim_catalog_simpleselect" || attribute.type == "pim_catalog_multiselect";
}

json::value media_reference(const json::value& code) {
  return json::object{{"media", text_of(code)}};
}

json::value media_data(const json::value& data) {
  if (data.is_string()) return media_reference(data);
  const auto* list = data.if_array();
  if (list == nullptr) return data;
  json::array out;
  for (const auto& one : *list) out.push_back(media_reference(one));
  return out;
}

/// UnoPim's {"USD": "9.90"}.
json::value price_data(const json::value& data) {
  const auto* prices = data.if_object();
  if (prices == nullptr) return data;
  json::array out;
  for (const auto& [currency, amount] : *prices)
    out.push_back(json::object{{"amount", amount}, {"currency", currency}});
  return out;
}

/// UnoPim's "red,green".
json::value multiselect_data(const json::value& data) {
  const auto* text = data.if_string();
  if (text == nullptr) return data;
  json::array out;
  for (std::string_view rest = *text; !rest.empty();) {
    const auto one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    if (!one.empty()) out.emplace_back(one);
  }
  return out;
}

bool is_empty_list(const json::value& value) { // PHP writes an empty object as []
  return value.is_array() && value.get_array().empty();
}

} // namespace

task<result<json::value>> akeneo_values::of(json::value item) {
  const auto* values = find(item, "values");
  if (values == nullptr || is_empty_list(*values)) values = nullptr;
  if (values != nullptr && !values->is_object()) co_return *values;
  json::object out;
  if (const auto identifier = text_at(item, "identifier"); !identifier.empty()) {
    const auto code = co_await reference_.identifier();
    if (!code) co_return std::unexpected(code.error());
    if (!code->empty())
      out[*code] = json::array{json::object{{"locale", nullptr}, {"scope", nullptr}, {"data", identifier}}};
  }
  if (values == nullptr) co_return json::value(std::move(out));
  for (const auto& [code, entries] : values->get_object()) {
    if (!entries.is_array()) {
      out[code] = entries;
      continue;
    }
    const auto attribute = co_await reference_.attribute(std::string(code));
    if (!attribute) co_return std::unexpected(attribute.error());
    json::array kept;
    for (const auto& one : entries.get_array()) {
      if (!wanted(one)) continue;
      auto made = co_await entry(one, *attribute);
      if (!made) co_return std::unexpected(made.error());
      kept.push_back(std::move(*made));
    }
    if (!kept.empty()) out[code] = std::move(kept);
  }
  co_return json::value(std::move(out));
}

/// Of our channel and locales, or of none; a value of nothing says nothing.
bool akeneo_values::wanted(const json::value& entry) const {
  const auto* data = entry.is_object() ? entry.get_object().if_contains("data") : nullptr;
  if (data == nullptr) return true; // parse_record() shall complain of it
  if (data->is_null()) return false;
  const auto scope = text_at(entry, "scope"), locale = text_at(entry, "locale");
  if (!scope.empty() && !options_.channel.empty() && scope != options_.channel) return false;
  return locale.empty() || options_.locales.empty() ||
         std::ranges::find(options_.locales, locale) != options_.locales.end();
}

task<result<json::value>> akeneo_values::entry(json::value from, akeneo_attribute attribute) {
  const auto* data = from.is_object() ? from.get_object().if_contains("data") : nullptr;
  if (data == nullptr) co_return from;
  const auto* locale = from.get_object().if_contains("locale");
  const auto* scope = from.get_object().if_contains("scope");
  json::object out{{"locale", locale == nullptr ? json::value() : *locale},
                   {"scope", scope == nullptr ? json::value() : *scope},
                   {"data", *data}};
  if (is_media(attribute)) out["data"] = media_data(*data);
  if (attribute.type == "pim_catalog_price_collection") out["data"] = price_data(*data);
  if (attribute.type == "pim_catalog_multiselect") out["data"] = multiselect_data(*data);
  if (attribute.type == "pim_catalog_asset_collection") {
    auto media = co_await assets(*data, attribute.reference, text_at(from, "locale"), text_at(from, "scope"));
    if (!media) co_return std::unexpected(media.error());
    out["data"] = std::move(*media);
  }
  co_return json::value(std::move(out));
}

/// Of each asset the media of the value's own locale and channel, or else those of none, or else any.
task<result<json::array>> akeneo_values::assets(json::value codes, std::string family, std::string locale,
                                                std::string scope) {
  json::array out;
  json::array list = codes.is_array() ? codes.get_array() : json::array{codes};
  for (const auto& code : list) {
    const auto media = co_await reference_.asset(family, text_of(code));
    if (!media) co_return std::unexpected(media.error());
    const auto fit = [&](const akeneo_asset_media& one) {
      return (one.locale.empty() || one.locale == locale) && (one.scope.empty() || one.scope == scope);
    };
    auto chosen = std::ranges::find_if(*media, fit);
    if (chosen == media->end()) chosen = media->begin();
    if (chosen != media->end()) out.push_back(json::object{{"media", chosen->ref}});
  }
  co_return out;
}

task<result<void>> akeneo_values::find_options(const json::value& values, options_by_attribute& found) {
  const auto* all = values.if_object();
  if (all == nullptr) co_return result<void>{};
  for (const auto& [code, entries] : *all) {
    if (!entries.is_array()) continue;
    const auto attribute = co_await reference_.attribute(std::string(code));
    if (!attribute) co_return std::unexpected(attribute.error());
    if (!is_select(*attribute)) continue;
    for (const auto& one : entries.get_array())
      for (const auto& option : items_at(one, "data"))
        if (auto text = text_of(option); !text.empty()) found[std::string(code)].insert(std::move(text));
  }
  co_return result<void>{};
}

task<result<json::object>> akeneo_values::labels(options_by_attribute options) {
  json::object out;
  for (const auto& [attribute, codes] : options) {
    auto some = co_await reference_.labels(attribute, codes);
    if (!some) co_return some;
    if (!some->empty()) out[attribute] = std::move(*some);
  }
  co_return out;
}

} // namespace listingd::pim
