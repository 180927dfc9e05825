#include "pim/akeneo_record.hpp"

#include "model/clock.hpp"
#include "model/json.hpp"

#include <algorithm>

namespace listingd::pim {

namespace {

/// Present and false; a model has no such field.
bool is_disabled(const json::value& item) {
  return find(item, "enabled") != nullptr && !flag_at(item, "enabled");
}

json::value common(const akeneo_part& part) {
  return json::object{{"key", part.key}, {"family", text_at(part.item, "family")}};
}

std::optional<instant> updated(const json::value& item) {
  return instant_from_text(text_at(item, "updated"));
}

void add_categories(json::array& to, const json::value& item) {
  for (const auto& one : items_at(item, "categories"))
    if (std::ranges::find(to, one) == to.end()) to.push_back(one);
}

/// The values of a variant that its root does not have just so.
json::value below(const json::value& variant, const json::value& root) {
  const auto* all = variant.if_object();
  const auto* shared = root.if_object();
  if (all == nullptr || shared == nullptr) return variant;
  json::object out;
  for (const auto& [code, entries] : *all) {
    const auto* same = shared->if_contains(code);
    if (same == nullptr || *same != entries) out[code] = entries;
  }
  return out;
}

} // namespace

json::value record_of(const akeneo_part& product, json::object labels) {
  auto out = common(product);
  auto& record = out.get_object();
  json::array categories;
  add_categories(categories, product.item);
  record["categories"] = std::move(categories);
  record["enabled"] = !is_disabled(product.item);
  if (const auto at = updated(product.item)) record["updated"] = to_text(*at);
  record["values"] = product.values;
  record["labels"] = std::move(labels);
  return out;
}

json::value record_of(const akeneo_part& root, std::vector<akeneo_part> variants, const std::vector<std::string>& axes,
                      json::object labels) {
  std::ranges::sort(variants, {}, &akeneo_part::key);
  auto out = common(root);
  auto& record = out.get_object();
  json::array categories, list;
  add_categories(categories, root.item);
  auto newest = updated(root.item);
  bool enabled = false;
  for (const auto& one : variants) {
    add_categories(categories, one.item);
    if (const auto at = updated(one.item); at && (!newest || *newest < *at)) newest = at;
    enabled = enabled || !is_disabled(one.item);
    list.push_back(json::object{
        {"key", one.key}, {"enabled", !is_disabled(one.item)}, {"values", below(one.values, root.values)}});
  }
  record["categories"] = std::move(categories);
  record["enabled"] = enabled;
  if (newest) record["updated"] = to_text(*newest);
  record["values"] = root.values;
  record["labels"] = std::move(labels);
  record["axes"] = json::array(axes.begin(), axes.end());
  record["variants"] = std::move(list);
  return out;
}

} // namespace listingd::pim
