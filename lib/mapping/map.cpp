#include "mapping/map.hpp"

#include "mapping/assembly.hpp"

#include <set>

namespace listingd::mapping {

namespace {

/// The same finding met on several ways (a picture list on each variant) is one finding.
void drop_repeated(std::vector<violation>& all) {
  std::vector<violation> kept;
  std::set<std::string> seen;
  for (auto& one : all)
    if (seen.insert(one.code + '\n' + one.position + '\n' + one.reason).second) kept.push_back(std::move(one));
  all = std::move(kept);
}

} // namespace

mapped map(const map_input& input) {
  mapped result;
  auto& out = result.wanted.emplace();
  out.product = input.record.key;
  out.external_product_id = input.source.text() + ':' + input.record.key.text();
  out.category_version = input.category_version;
  out.category_id = input.category;
  out.currency = currency_of(input);
  assembly at{input, record_view(input.record, input.profile), out, result.violations};
  map_details(at);
  map_pictures(at);
  map_package(at);
  map_skus(at);
  map_attributes(at);
  map_certificates(at);
  drop_repeated(result.violations);
  return result;
}

actor owner_of(const value_rule& rule) {
  return rule.attribute.empty() ? actor::operator_ : actor::product_team;
}

std::string fix_of(std::string_view verb, const value_rule& rule, const profile& by) {
  const auto place = rule.attribute.empty() ? by.file : std::string("the PIM");
  return std::string(verb) + ' ' + rule.source_text() + " in " + place;
}

violation value_invalid(std::string klass, std::string position, const value_rule& rule, const std::string& clause,
                        const profile& by) {
  return {.klass = std::move(klass),
          .code = "value_invalid",
          .position = std::move(position),
          .reason = rule.source_text() + ' ' + clause + '.',
          .suggestion = fix_of("Correct", rule, by) + ", or let the profile read another attribute.",
          .who = owner_of(rule)};
}

} // namespace listingd::mapping
