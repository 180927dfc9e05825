#include "model/record.hpp"

#include "model/digest.hpp"
#include "model/json.hpp"

#include <algorithm>
#include <set>

namespace listingd {

namespace {

constexpr std::size_t longest_key = 200;

/// values must be {attribute: [{locale, scope, data}]}.
result<json::object> read_values(const json::value& from, const std::string& where) {
  const auto* values = find(from, "values");
  if (values == nullptr) return json::object{};
  if (!values->is_object()) return bad_data(where + " values", "record_invalid", "must be an object of attributes");
  for (const auto& attribute : values->get_object()) {
    const auto path = where + " values." + std::string(attribute.key());
    if (!attribute.value().is_array())
      return bad_data(path, "record_invalid", "must be a list of {locale, scope, data}");
    for (const auto& entry : attribute.value().get_array())
      if (!entry.is_object() || !entry.get_object().contains("data"))
        return bad_data(path, "record_invalid", "every entry must be an object with locale, scope and data");
  }
  return values->get_object();
}

result<std::string> read_key(const json::value& from, const std::string& where) {
  auto key = text_at(from, "key");
  if (key.empty()) return bad_data(where + " key", "record_invalid", "is missing or empty");
  if (key.size() > longest_key) return bad_data(where + " key", "record_invalid", "is longer than 200 characters");
  return key;
}

bool enabled(const json::value& from) {
  return find(from, "enabled") == nullptr || flag_at(from, "enabled");
}

result<record_variant> read_variant(const json::value& from, const std::string& where) {
  if (!from.is_object()) return bad_data(where, "record_invalid", "a variant must be an object");
  auto key = read_key(from, where);
  if (!key) return std::unexpected(key.error());
  auto values = read_values(from, where);
  if (!values) return std::unexpected(values.error());
  return record_variant{.key = variant_key(*key), .enabled = enabled(from), .values = std::move(*values)};
}

result<void> read_variants(const json::value& payload, const std::string& where, record& out) {
  std::set<variant_key> seen;
  for (std::size_t i = 0; const auto& item : items_at(payload, "variants")) {
    const auto path = where + " variants[" + std::to_string(i++) + "]";
    auto variant = read_variant(item, path);
    if (!variant) return std::unexpected(variant.error());
    if (!seen.insert(variant->key).second) return bad_data(path + " key", "record_invalid", "occurs twice");
    out.variants.push_back(std::move(*variant));
  }
  return {};
}

/// No database text can hold one; a record that does is refused, not half stored.
bool holds_nul(const json::value& value) {
  if (const auto* text = value.if_string()) return text->find('\0') != json::string::npos;
  if (const auto* list = value.if_array()) return std::ranges::any_of(*list, holds_nul);
  const auto* object = value.if_object();
  return object != nullptr && std::ranges::any_of(*object, [](const json::key_value_pair& pair) {
           return pair.key().find('\0') != json::string_view::npos || holds_nul(pair.value());
         });
}

/// `updated` is no content: in some PIMs a save that changes nothing moves it.
std::string content_digest(const json::value& payload) {
  auto content = payload.get_object();
  content.erase("updated");
  return digest_of(content);
}

} // namespace

result<record> parse_record(const json::value& payload, const std::string& where) {
  if (!payload.is_object()) return bad_data(where, "record_invalid", "a record must be a JSON object");
  if (holds_nul(payload)) return bad_data(where, "record_invalid", "a text holds a NUL character");
  auto key = read_key(payload, where);
  if (!key) return std::unexpected(key.error());
  if (find(payload, "values") == nullptr) return bad_data(where + " values", "record_invalid", "is missing");
  auto values = read_values(payload, where);
  if (!values) return std::unexpected(values.error());
  record out{.key = product_key(*key),
             .family = text_at(payload, "family"),
             .categories = {},
             .enabled = enabled(payload),
             .values = std::move(*values),
             .labels = {},
             .axes = {},
             .variants = {},
             .digest = content_digest(payload)};
  for (const auto& category : items_at(payload, "categories")) out.categories.push_back(text_of(category));
  for (const auto& axis : items_at(payload, "axes")) out.axes.push_back(text_of(axis));
  if (const auto* labels = find(payload, "labels"); labels != nullptr && labels->is_object())
    out.labels = labels->get_object();
  if (auto read = read_variants(payload, where, out); !read) return std::unexpected(read.error());
  return out;
}

} // namespace listingd
