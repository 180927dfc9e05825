// Product attributes: known, allowed values, mandatory and conditional ones (product reference, section 1.4).
#include "simulator/examination.hpp"

#include <algorithm>
#include <cctype>
#include <regex>

namespace listingd::simulator {

namespace {

const json::object* by_id(const json::array& items, const std::string& id) {
  const auto found =
      std::ranges::find_if(items, [&](const json::value& each) { return text(as_object(each), "id") == id; });
  return found == items.end() ? nullptr : &as_object(*found);
}

const json::object* by_name(const json::array& items, const std::string& name) {
  const auto found =
      std::ranges::find_if(items, [&](const json::value& each) { return text(as_object(each), "name") == name; });
  return found == items.end() ? nullptr : &as_object(*found);
}

std::string named(const json::object& attribute) {
  return text(attribute, "name").append(" (").append(text(attribute, "id")).append(")");
}

bool positive_number(const std::string& value) {
  static const std::regex form("[0-9]{1,12}(\\.[0-9]+)?");
  return std::regex_match(value, form) && std::stod(value) > 0;
}

/// Judges one value and resolves the name of a listed value to its id; false when the value is to be dropped.
bool settle_value(examination& all, const json::object& attribute, json::object& value) {
  const auto name_of_attribute = text(attribute, "name");
  const auto& values = list(attribute, "values");
  const auto id = text(value, "id"), name = text(value, "name");
  if (!id.empty()) {
    const auto* found = by_id(values, id);
    if (!found) {
      all.fail(12052529, "The value id " + id + " is unknown for '" + name_of_attribute + "'.");
    } else {
      value["name"] = text(*found, "name");
    }
    return true;
  }
  if (name.empty()) {
    all.fail(12052248, "A value of '" + name_of_attribute + "' has neither id nor name.");
    return true;
  }
  if (const auto* found = by_name(values, name)) {
    value["id"] = text(*found, "id");
    return true;
  }
  if (!flag(attribute, "is_customizable")) {
    all.fail(12052247, "A custom value is not allowed for '" + name_of_attribute + "': " + name);
    return true;
  }
  if (code_points(name).size() > 2000) all.fail(12052249, "A value is longer than 2000 characters.");
  if (all.seller.region != "JP" && has_chinese(name)) all.fail(12052250, "A value holds Chinese characters.");
  if (text(attribute, "value_data_format") == "POSITIVE_INT_OR_DECIMAL" && !positive_number(name)) {
    all.fail(12052256, "The value of '" + name_of_attribute + "' must be a positive integer or decimal.");
  }
  if (!badly_formatted(name)) return true;
  if (all.why == purpose::check)
    all.fail(12052935, "A product attribute value is badly formatted: " + name);
  else
    all.warnings.push_back("[product_attributes]:" + name + " has been cleared. Reason: [The format is not valid]");
  return false;
}

void examine_one(examination& all, const json::object& attribute, json::object& given) {
  json::array kept;
  std::set<std::string> seen;
  for (const auto& each : list(given, "values")) {
    json::object value = as_object(each);
    if (!settle_value(all, attribute, value)) continue;
    if (!seen.insert(text(value, "id") + "\n" + text(value, "name")).second) {
      all.fail(12052251, "A value is repeated inside '" + text(attribute, "name") + "'.");
    }
    kept.push_back(value);
  }
  if (list(given, "values").empty()) all.fail(12052248, "'" + text(attribute, "name") + "' has no values.");
  if (kept.size() > 1 && !flag(attribute, "is_multiple_selection")) {
    all.fail(12052246, "The attribute " + text(attribute, "id") + " does not allow several values.");
  }
  given["values"] = std::move(kept);
}

} // namespace

std::map<std::string, std::set<std::string>> chosen_values(const json::object& content) {
  std::map<std::string, std::set<std::string>> chosen;
  for (const auto& each : list(content, "product_attributes")) {
    auto& values = chosen[text(as_object(each), "id")];
    for (const auto& value : list(as_object(each), "values")) values.insert(text(as_object(value), "id"));
  }
  return chosen;
}

std::set<std::string> applicable_attributes(const json::array& attributes,
                                            const std::map<std::string, std::set<std::string>>& chosen) {
  std::set<std::string> active;
  const auto met = [&](const json::value& value) {
    const auto& condition = as_object(value);
    const auto on = text(condition, "attribute_id");
    const auto found = chosen.find(on);
    return active.contains(on) && found != chosen.end() &&
           found->second.contains(text(condition, "attribute_value_id"));
  };
  for (std::size_t before = attributes.size() + 1; before != active.size();) {
    before = active.size();
    for (const auto& value : attributes) {
      const auto& attribute = as_object(value);
      const auto& conditions = list(attribute, "requirement_conditions");
      if (conditions.empty() || flag(attribute, "is_requried") || std::ranges::any_of(conditions, met)) {
        active.insert(text(attribute, "id"));
      }
    }
  }
  return active;
}

void examine_attributes(examination& all) {
  const auto found = all.state.attributes.find(text(all.content, "category_id"));
  static const json::array none;
  const auto& known = found == all.state.attributes.end() ? none : found->second;
  json::array given = list(all.content, "product_attributes");
  std::set<std::string> seen;
  for (auto& value : given) {
    if (!value.is_object()) continue;
    const auto id = text(value.as_object(), "id");
    const auto* attribute = by_id(known, id);
    if (id.empty()) {
      all.fail(12052241, "An attribute has no id.");
    } else if (!attribute || text(*attribute, "type") == "SALES_PROPERTY") {
      all.fail(12052240, "The attribute " + id + " is not a product attribute of this category.");
    } else {
      examine_one(all, *attribute, value.as_object());
    }
    if (!seen.insert(id).second) all.fail(12052254, "The attribute id " + id + " is repeated.");
  }
  all.content["product_attributes"] = given;

  const auto chosen = chosen_values(all.content);
  const auto active = applicable_attributes(known, chosen);
  for (const auto& value : known) {
    const auto& attribute = as_object(value);
    const auto id = text(attribute, "id");
    if (text(attribute, "type") != "PRODUCT_PROPERTY") continue;
    const auto choice = chosen.find(id);
    const bool present = choice != chosen.end() && !choice->second.empty();
    const bool conditional = !list(attribute, "requirement_conditions").empty();
    if (!present && flag(attribute, "is_requried")) {
      all.fail(12052104, "A mandatory attribute is missing: " + named(attribute));
    } else if (!present && conditional && active.contains(id)) {
      all.fail(12052182, "An attribute is required because of another value: " + named(attribute));
    } else if (present && !active.contains(id)) {
      all.fail(12052183, "An attribute must be empty because of another value: " + named(attribute));
    }
  }
}

} // namespace listingd::simulator
