// The part of akeneo_gathering that makes records: of a simple product, and of a root model with all that is below it.
#include "model/json.hpp"
#include "pim/akeneo_gathering.hpp"
#include "pim/akeneo_record.hpp"

#include <algorithm>
#include <map>
#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

namespace {

constexpr std::size_t roots_at_once = 10; // with all their variants in memory
constexpr std::size_t parents_at_once = 100;

/// Concerns this record only, and waiting does not mend it.
bool is_of_the_record(const error& problem) {
  return problem.kind == error_kind::fix_data;
}

std::vector<std::vector<json::value>> in_parts(std::vector<json::value> items, std::size_t most) {
  std::vector<std::vector<json::value>> out;
  for (auto& one : items) {
    if (out.empty() || out.back().size() >= most) out.emplace_back();
    out.back().push_back(std::move(one));
  }
  return out;
}

/// The data of an attribute that has one value only.
std::string identifier_in(const json::value& values, const std::string& attribute) {
  const auto* entries = values.is_object() ? values.get_object().if_contains(attribute) : nullptr;
  if (entries == nullptr || !entries->is_array() || entries->get_array().empty()) return {};
  return text_at(entries->get_array().front(), "data");
}

} // namespace

task<result<void>> akeneo_gathering::expand(std::vector<json::value> roots, std::string where, bool changes,
                                            akeneo_gathered& out) {
  auto sound = co_await without_broken(std::move(roots), where, out);
  if (!sound) co_return std::unexpected(sound.error());
  for (auto& some : in_parts(std::move(*sound), roots_at_once)) {
    auto variants = co_await variants_of(some, false);
    if (!variants) co_return std::unexpected(variants.error());
    for (std::size_t i = 0; i < some.size(); ++i) {
      const auto code = client_.key(some[i], akeneo_kind::model);
      const auto place = fmt::format("{} model {}", where, code);
      if ((*variants)[i].empty() && options_.filters.any()) {
        if (changes) out.put_tombstone(code, place);
        continue;
      }
      const auto done = co_await add_model(std::move(some[i]), std::move((*variants)[i]), place, out);
      if (!done) co_return done;
    }
  }
  co_return result<void>{};
}

task<result<std::vector<std::string>>> akeneo_gathering::selected_roots(json::array models) {
  std::vector<json::value> roots;
  std::vector<std::string> out;
  for (auto& one : models)
    if (text_at(one, "parent").empty() && !client_.key(one, akeneo_kind::model).empty())
      roots.push_back(std::move(one));
  if (!options_.filters.any()) {
    for (const auto& one : roots) out.push_back(client_.key(one, akeneo_kind::model));
    co_return out;
  }
  akeneo_gathered told; // by the readings, which make the same of it
  auto sound = co_await without_broken(std::move(roots), "keys", told);
  if (!sound) co_return std::unexpected(sound.error());
  for (auto& some : in_parts(std::move(*sound), roots_at_once)) {
    const auto variants = co_await variants_of(some, true);
    if (!variants) co_return std::unexpected(variants.error());
    for (std::size_t i = 0; i < some.size(); ++i)
      if (!(*variants)[i].empty()) out.push_back(client_.key(some[i], akeneo_kind::model));
  }
  co_return out;
}

/// Leaves out, and tells, the models whose family variant cannot be had.
task<result<std::vector<json::value>>> akeneo_gathering::without_broken(std::vector<json::value> roots,
                                                                        std::string where, akeneo_gathered& out) {
  std::vector<json::value> sound;
  for (auto& root : roots) {
    auto levels = co_await levels_of(root);
    if (!levels && !is_of_the_record(levels.error())) co_return std::unexpected(levels.error());
    if (!levels) {
      auto problem = levels.error();
      problem.where = fmt::format("{} model {}", where, client_.key(root, akeneo_kind::model));
      out.rejected.push_back(std::move(problem));
      continue;
    }
    sound.push_back(std::move(root));
  }
  co_return sound;
}

/// The variants of each root that the filters select: the direct children of the root and of its sub-models.
task<result<akeneo_gathering::family>> akeneo_gathering::variants_of(std::vector<json::value> roots, bool only_keys) {
  std::map<std::string, std::size_t> owner; // of a model: which root it belongs to
  std::vector<std::string> deep, parents;
  for (std::size_t i = 0; i < roots.size(); ++i) {
    const auto root = client_.key(roots[i], akeneo_kind::model);
    owner[root] = i;
    const auto levels = co_await levels_of(roots[i]);
    if (!levels) co_return std::unexpected(levels.error());
    if (*levels > 1) deep.push_back(root);
  }
  const auto code = co_await reference_.identifier();
  if (!code) co_return std::unexpected(code.error());
  for (auto& group : groups_of(deep, parents_at_once)) { // their values come with the variants
    akeneo_listing below{.of = akeneo_kind::model, .parents = std::move(group), .only_attribute = *code};
    const auto models = co_await client_.list_all(std::move(below));
    if (!models) co_return std::unexpected(models.error());
    for (const auto& one : *models)
      if (const auto above = owner.find(text_at(one, "parent")); above != owner.end())
        owner[client_.key(one, akeneo_kind::model)] = above->second;
  }
  for (const auto& [model, root] : owner) parents.push_back(model);
  const bool one_by_one = options_.flavour == akeneo_flavour::unopim; // its filter takes no list
  family out(roots.size());
  for (auto& group : groups_of(parents, one_by_one ? 1 : parents_at_once)) {
    akeneo_listing below{.parents = std::move(group), .selected = true, .only_attribute = only_keys ? *code : ""};
    auto variants = co_await client_.list_all(std::move(below));
    if (!variants) co_return std::unexpected(variants.error());
    for (auto& one : *variants)
      if (const auto above = owner.find(text_at(one, "parent")); above != owner.end())
        out[above->second].push_back(std::move(one));
  }
  co_return out;
}

task<result<void>> akeneo_gathering::add_simple(json::value item, std::string where, akeneo_gathered& out) {
  auto values = co_await values_.of(item);
  if (!values) co_return std::unexpected(values.error());
  akeneo_values::options_by_attribute options;
  if (const auto found = co_await values_.find_options(*values, options); !found) co_return found;
  auto labels = co_await values_.labels(std::move(options));
  if (!labels) co_return std::unexpected(labels.error());
  const akeneo_part product{
      .key = client_.key(item, akeneo_kind::product), .item = std::move(item), .values = std::move(*values)};
  out.put(record_of(product, std::move(*labels)), std::move(where));
  co_return result<void>{};
}

task<result<void>> akeneo_gathering::add_model(json::value root, std::vector<json::value> variants, std::string where,
                                               akeneo_gathered& out) {
  std::vector<akeneo_part> parts;
  akeneo_values::options_by_attribute options;
  const auto axes = co_await axes_of(root);
  if (!axes) co_return std::unexpected(axes.error());
  const auto identifier = co_await reference_.identifier();
  if (!identifier) co_return std::unexpected(identifier.error());
  parts.push_back({.key = client_.key(root, akeneo_kind::model), .item = std::move(root), .values = nullptr});
  for (auto& one : variants)
    parts.push_back({.key = client_.key(one, akeneo_kind::product), .item = std::move(one), .values = nullptr});
  for (auto& part : parts) {
    auto values = co_await values_.of(part.item);
    if (!values) co_return std::unexpected(values.error());
    part.values = std::move(*values);
    if (const auto found = co_await values_.find_options(part.values, options); !found) co_return found;
  }
  auto labels = co_await values_.labels(std::move(options));
  if (!labels) co_return std::unexpected(labels.error());
  auto top = std::move(parts.front());
  parts.erase(parts.begin());
  for (auto& part : parts) // an SKU tells people more than a uuid
    if (auto sku = identifier_in(part.values, *identifier); !sku.empty()) part.key = std::move(sku);
  out.put(record_of(top, std::move(parts), *axes, std::move(*labels)), std::move(where));
  co_return result<void>{};
}

task<result<std::vector<std::string>>> akeneo_gathering::axes_of(json::value root) {
  if (options_.flavour == akeneo_flavour::unopim) {
    std::vector<std::string> out;
    for (const auto& one : items_at(root, "axes")) out.push_back(text_of(one));
    co_return out;
  }
  co_return co_await reference_.axes(text_at(root, "family"), text_at(root, "family_variant"));
}

task<result<int>> akeneo_gathering::levels_of(json::value root) {
  if (options_.flavour == akeneo_flavour::unopim) co_return 1;
  co_return co_await reference_.levels(text_at(root, "family"), text_at(root, "family_variant"));
}

} // namespace listingd::pim
