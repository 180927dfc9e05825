#include "mapping/assembly.hpp"
#include "mapping/choices.hpp"
#include "mapping/measure.hpp"
#include "mapping/nearest.hpp"
#include "mapping/texts.hpp"
#include "model/json.hpp"

#include <algorithm>
#include <spdlog/fmt/fmt.h>
#include <utility>

namespace listingd::mapping {

namespace {

std::vector<std::string> names_of(const std::vector<attribute_value>& values) {
  std::vector<std::string> out;
  out.reserve(values.size());
  for (const auto& one : values) out.push_back(one.name);
  return out;
}

json::value choices_evidence(const category_attribute& asked) {
  if (asked.values.empty()) return nullptr;
  json::array names;
  for (const auto& one : asked.values) {
    if (names.size() == 50) break;
    names.emplace_back(one.name);
  }
  return json::object{{"choices", std::move(names)}};
}

violation about(const category_attribute& asked, std::string code) {
  return {.klass = "attribute",
          .code = std::move(code),
          .position = "attributes." + asked.name,
          .evidence = choices_evidence(asked)};
}

const attribute_rule* rule_for(const category_attribute& asked, const profile& by) {
  for (const auto& one : by.attributes)
    if (one.name == asked.id || folded(one.name) == folded(asked.name)) return &one;
  return nullptr;
}

violation missing(const assembly& at, const category_attribute& asked, const attribute_rule* rule,
                  const std::string& cause) {
  auto out = about(asked, "attribute_missing");
  const auto choices = asked.values.empty() ? std::string{} : "; TikTok takes " + some_of(names_of(asked.values));
  if (rule != nullptr) {
    out.reason = fmt::format("TikTok requires '{}' in this category{}, and {}.", asked.name, cause,
                             at.product.why_nothing(rule->value));
    out.suggestion = fix_of("Fill", rule->value, at.in.profile) + choices + '.';
    out.who = owner_of(rule->value);
  } else {
    out.reason =
        fmt::format("TikTok requires '{}' in this category{}, and the profile does not say where its answer is.",
                    asked.name, cause);
    out.suggestion = fmt::format("Add [attributes.\"{}\"] to {}{}.", asked.name, at.in.profile.file, choices);
    out.who = actor::operator_;
  }
  return out;
}

violation unknown_value(const assembly& at, const category_attribute& asked, const value_rule& rule, const option& one,
                        const choice& made) {
  auto out = about(asked, "attribute_value_unknown");
  const auto names = names_of(asked.values);
  const auto near = joined(nearest(made.value.name, names, 3));
  const auto label = one.label.empty() || one.label == one.text ? "" : " (" + one.label + ")";
  out.reason = made.by_table
                   ? fmt::format("The profile maps '{}' of {} to '{}', which is not among TikTok's values of '{}'.",
                                 one.text, rule.source_text(), made.value.name, asked.name)
                   : fmt::format("{} holds '{}'{}, which is not among TikTok's values of '{}'.", rule.source_text(),
                                 one.text, label, asked.name);
  out.suggestion =
      fmt::format("Map it in {}: values = {{ {} = \"...\" }} under [attributes.\"{}\"], or change it; nearest: {}.",
                  at.in.profile.file, one.text, asked.name, near);
  out.who = made.by_table || rule.attribute.empty() ? actor::operator_ : actor::product_team;
  return out;
}

/// Free text as the attribute takes it; the clause when it does not.
std::expected<std::string, std::string> free_text(const category_attribute& asked, const value_rule& rule,
                                                  const option& one, const std::string& text) {
  if (asked.value_data_format != "POSITIVE_INT_OR_DECIMAL") return cut_to(text, rule.max);
  if (one.measured && rule.unit.empty())
    return std::unexpected("holds the measurement '" + one.text + "', and the profile names no unit to convert it to");
  auto bare = one.measured ? text.substr(0, text.find(' ')) : text;
  const auto number = decimal(bare);
  if (!number || *number <= 0) return std::unexpected("holds '" + text + "' where a number above 0 is expected");
  return bare;
}

struct answer {
  std::vector<draft_value> values;
  std::optional<violation> problem;
};

answer refused(violation problem) {
  return {{}, std::move(problem)};
}

answer answer_for(const assembly& at, const category_attribute& asked, const value_rule& rule) {
  const auto position = "attributes." + asked.name;
  const auto data = at.product.read_common(rule);
  if (!data) return refused(value_invalid("attribute", position, rule, data.error(), at.in.profile));
  if (!*data) return {};
  const auto options = options_of(**data, rule, at.product);
  if (!options) return refused(value_invalid("attribute", position, rule, options.error(), at.in.profile));
  answer out;
  for (const auto& one : *options) {
    auto made = choose(one, rule.values, asked.values);
    if (!made.listed && !asked.customizable && !asked.values.empty())
      return refused(unknown_value(at, asked, rule, one, made));
    if (!made.listed) {
      auto text = free_text(asked, rule, one, made.value.name);
      if (!text) {
        auto problem = about(asked, "attribute_value_invalid");
        problem.reason = fmt::format("{} {}, as TikTok asks for '{}'.", rule.source_text(), text.error(), asked.name);
        problem.suggestion = fix_of("Correct", rule, at.in.profile) + ", or give the profile a unit or an expression.";
        problem.who = owner_of(rule);
        return refused(std::move(problem));
      }
      made.value.name = std::move(*text);
    }
    if (std::ranges::find(out.values, made.value) == out.values.end()) out.values.push_back(std::move(made.value));
  }
  if (out.values.size() <= 1 || asked.multiple) return out;
  auto problem = about(asked, "attribute_single");
  problem.reason = fmt::format("{} holds {} values, and TikTok takes one for '{}'.", rule.source_text(),
                               out.values.size(), asked.name);
  problem.suggestion = fix_of("Reduce", rule, at.in.profile) + " to one value, or pick one with a jq expression.";
  problem.who = owner_of(rule);
  return refused(std::move(problem));
}

struct finding {
  std::string attribute_id;
  violation what;
};

/// Asks one attribute that applies; `condition` made it apply, null when none did.
void ask(assembly& at, const category_attribute& asked, const requirement_condition* condition,
         std::vector<finding>& problems) {
  const auto* rule = rule_for(asked, at.in.profile);
  auto given = rule == nullptr ? answer{} : answer_for(at, asked, rule->value);
  if (!given.values.empty())
    return at.out.attributes.push_back({.id = asked.id, .name = asked.name, .values = std::move(given.values)});
  if (!given.problem && (asked.required || condition != nullptr)) {
    const auto cause = asked.required || condition == nullptr ? std::string{} : because(*condition, at.out.attributes);
    given.problem = missing(at, asked, rule, cause);
  }
  if (given.problem) problems.push_back({asked.id, std::move(*given.problem)});
}

} // namespace

const requirement_condition* met(const std::vector<requirement_condition>& conditions,
                                 const std::vector<draft_attribute>& answered) {
  for (const auto& condition : conditions)
    for (const auto& one : answered)
      if (one.id == condition.attribute_id &&
          std::ranges::any_of(one.values, [&](const auto& value) { return value.id == condition.value_id; }))
        return &condition;
  return nullptr;
}

std::string because(const requirement_condition& condition, const std::vector<draft_attribute>& answered) {
  for (const auto& one : answered)
    for (const auto& value : one.values)
      if (one.id == condition.attribute_id && value.id == condition.value_id)
        return fmt::format(" because '{}' is '{}'", one.name, value.name);
  return {};
}

// Conditions cascade: an answer may make another attribute applicable. Each round looks at the attributes not yet
// asked, until a round asks nothing new; what no condition asks for stays out of the draft.
void map_attributes(assembly& at) {
  std::vector<const category_attribute*> open;
  for (const auto& one : at.in.rules.attributes)
    if (!one.sales) open.push_back(&one);
  const auto order = open;
  std::vector<finding> problems;
  for (bool asked_more = true; asked_more;) {
    asked_more = false;
    for (const auto*& one : open) {
      if (one == nullptr) continue;
      const auto* condition = met(one->required_when, at.out.attributes);
      if (!one->required && !one->required_when.empty() && condition == nullptr) continue;
      ask(at, *std::exchange(one, nullptr), condition, problems);
      asked_more = true;
    }
  }
  // in TikTok's order, whatever round an answer came in
  const auto place = [&](const std::string& id) {
    return std::ranges::find(order, id, &category_attribute::id) - order.begin();
  };
  std::ranges::sort(at.out.attributes, {}, [&](const draft_attribute& one) { return place(one.id); });
  std::ranges::sort(problems, {}, [&](const finding& one) { return place(one.attribute_id); });
  for (auto& one : problems) at.found.push_back(std::move(one.what));
}

} // namespace listingd::mapping
