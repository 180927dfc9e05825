#include "model/taxonomy.hpp"

#include "model/digest.hpp"
#include "model/json.hpp"

#include <algorithm>

namespace listingd {

namespace {

std::string folded(std::string_view text) {
  std::string out;
  bool space = false;
  for (const unsigned char c : text) {
    if (c == ' ' || c == '\t' || c == '\n') {
      space = !out.empty();
      continue;
    }
    if (std::exchange(space, false)) out += ' ';
    out += static_cast<char>(c < 128 ? std::tolower(c) : c);
  }
  return out;
}

std::vector<std::string> names_of_path(std::string_view path) {
  std::vector<std::string> names;
  while (true) {
    const auto arrow = path.find('>');
    names.push_back(folded(path.substr(0, arrow)));
    if (arrow == std::string_view::npos) return names;
    path.remove_prefix(arrow + 1);
  }
}

std::vector<requirement_condition> conditions_of(const json::value& from) {
  std::vector<requirement_condition> out;
  for (const auto& item : items_at(from, "requirement_conditions"))
    out.push_back({text_at(item, "attribute_id"), text_at(item, "attribute_value_id")});
  return out;
}

category_attribute attribute_from(const json::value& from) {
  category_attribute out{.id = text_at(from, "id"),
                         .name = text_at(from, "name"),
                         .sales = text_at(from, "type") == "SALES_PROPERTY",
                         .required = flag_at(from, "is_requried") || flag_at(from, "is_required"),
                         .customizable = flag_at(from, "is_customizable"),
                         .multiple = flag_at(from, "is_multiple_selection"),
                         .value_data_format = text_at(from, "value_data_format"),
                         .values = {},
                         .required_when = conditions_of(from)};
  for (const auto& value : items_at(from, "values"))
    out.values.push_back({text_at(value, "id"), text_at(value, "name")});
  return out;
}

} // namespace

category_tree::category_tree(std::vector<category> all) : all_(std::move(all)) {
  for (std::size_t i = 0; i < all_.size(); ++i) by_id_.emplace(all_[i].id.text(), i);
}

const category* category_tree::at(const category_id& id) const {
  const auto found = by_id_.find(id.text());
  return found == by_id_.end() ? nullptr : &all_[found->second];
}

std::string category_tree::path_of(const category_id& id) const {
  std::string path;
  int depth = 0;
  for (const auto* node = at(id); node != nullptr && depth < 20; node = at(node->parent), ++depth)
    path = path.empty() ? node->local_name : node->local_name + " > " + path;
  return path;
}

std::vector<const category*> category_tree::by_path(std::string_view path) const {
  const auto names = names_of_path(path);
  std::vector<const category*> found;
  for (const auto& candidate : all_) {
    const auto* node = &candidate;
    auto name = names.rbegin();
    while (name != names.rend() && node != nullptr && folded(node->local_name) == *name) {
      ++name;
      node = at(node->parent);
    }
    if (name == names.rend()) found.push_back(&candidate);
  }
  return found;
}

const warehouse* sales_warehouse(const std::vector<warehouse>& all) {
  const warehouse* best = nullptr;
  for (const auto& one : all)
    if (one.sales && one.enabled && (best == nullptr || (one.is_default && !best->is_default))) best = &one;
  return best;
}

category_tree category_tree_from(const json::value& data) {
  std::vector<category> all;
  for (const auto& item : items_at(data, "categories")) {
    category one{.id = category_id(text_at(item, "id")),
                 .parent = category_id(text_at(item, "parent_id")),
                 .local_name = text_at(item, "local_name"),
                 .leaf = flag_at(item, "is_leaf"),
                 .permission_statuses = {}};
    for (const auto& status : items_at(item, "permission_statuses")) one.permission_statuses.push_back(text_of(status));
    all.push_back(std::move(one));
  }
  return category_tree(std::move(all));
}

leaf_rules leaf_rules_from(const category_id& id, const json::value& attributes_data, const json::value& rules_data) {
  leaf_rules out;
  out.id = id;
  for (const auto& item : items_at(attributes_data, "attributes")) out.attributes.push_back(attribute_from(item));
  for (const auto& item : items_at(rules_data, "product_certifications"))
    out.certificates.push_back({.id = text_at(item, "id"),
                                .name = text_at(item, "name"),
                                .required = flag_at(item, "is_required"),
                                .expiration_required = flag_at(item, "expiration_date.is_required"),
                                .details = text_at(item, "document_details"),
                                .required_when = conditions_of(item)});
  out.size_chart_supported = flag_at(rules_data, "size_chart.is_supported");
  out.size_chart_required = flag_at(rules_data, "size_chart.is_required");
  out.package_dimensions_required = flag_at(rules_data, "package_dimension.is_required");
  out.cash_on_delivery_supported = flag_at(rules_data, "cod.is_supported");
  out.manufacturer_required = flag_at(rules_data, "manufacturer.is_required");
  out.responsible_person_required = flag_at(rules_data, "responsible_person.is_required");
  out.digest = sha256_hex(canonical(attributes_data) + canonical(rules_data));
  return out;
}

std::vector<warehouse> warehouses_from(const json::value& data) {
  std::vector<warehouse> out;
  for (const auto& item : items_at(data, "warehouses"))
    out.push_back({.id = text_at(item, "id"),
                   .name = text_at(item, "name"),
                   .sales = text_at(item, "type") == "SALES_WAREHOUSE",
                   .enabled = text_at(item, "effect_status") == "ENABLED",
                   .is_default = flag_at(item, "is_default")});
  return out;
}

} // namespace listingd
