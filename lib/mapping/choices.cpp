#include "mapping/choices.hpp"

#include "mapping/measure.hpp"
#include "mapping/nearest.hpp"
#include "mapping/texts.hpp"
#include "model/json.hpp"

namespace listingd::mapping {

namespace {

std::expected<option, std::string> measured(const measurement& from, const std::string& unit) {
  const auto known = unit_named(from.unit);
  if (unit.empty()) return option{from.amount + ' ' + symbol_of(known.empty() ? from.unit : known), {}, true};
  const auto amount = decimal(from.amount);
  const auto target = amount ? converted(*amount, known, unit) : std::nullopt;
  if (!target)
    return std::unexpected("holds " + from.amount + ' ' + from.unit + ", which cannot be converted to " + unit);
  return option{number_text(*target, 4) + ' ' + symbol_of(unit), {}, true};
}

const attribute_value* named(const std::vector<attribute_value>& listed, const std::string& text) {
  const auto wanted = folded(text);
  if (wanted.empty()) return nullptr;
  for (const auto& one : listed)
    if (folded(one.name) == wanted) return &one;
  for (const auto& one : listed)
    if (one.id == text) return &one;
  return nullptr;
}

} // namespace

std::expected<std::vector<option>, std::string> options_of(const json::value& data, const value_rule& rule,
                                                           const record_view& view) {
  std::vector<option> out;
  if (const auto* list = data.if_array()) {
    for (const auto& item : *list) {
      auto some = options_of(item, rule, view);
      if (!some) return some;
      std::ranges::move(*some, std::back_inserter(out));
    }
    return out;
  }
  if (const auto measure = measurement_of(data)) {
    auto one = measured(*measure, rule.unit);
    if (!one) return std::unexpected(std::move(one).error());
    out.push_back(std::move(*one));
    return out;
  }
  if (data.is_null()) return out;
  const auto text = plain_text(data);
  if (!text) return std::unexpected("holds " + std::string(kind_of(data)) + " where an option or a text is expected");
  if (!text->empty()) out.push_back({collapsed(*text), view.label_of(rule, *text), false});
  return out;
}

choice choose(const option& one, const std::map<std::string, std::string>& table,
              const std::vector<attribute_value>& listed) {
  const auto row = table.find(one.text);
  const bool by_table = row != table.end();
  const auto& first = by_table ? row->second : one.label;
  const auto* found = named(listed, first);
  if (found == nullptr && !by_table) found = named(listed, one.text);
  if (found != nullptr) return {{found->id, found->name}, true, by_table};
  return {{{}, first.empty() ? one.text : first}, false, by_table};
}

} // namespace listingd::mapping
