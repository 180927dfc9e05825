#include "mapping/category.hpp"

#include "mapping/nearest.hpp"
#include "mapping/texts.hpp"
#include "mapping/values.hpp"

#include <algorithm>
#include <array>
#include <ranges>
#include <spdlog/fmt/fmt.h>

namespace listingd::mapping {

namespace {

constexpr std::size_t most_choices = 8;

/// What was asked for, and who said so.
struct wish {
  std::string text; ///< id or path
  std::string from; ///< "attribute 'tiktok_category'" or "[category.by_family] mugs"
  actor who = actor::operator_;
};

violation about(std::string code, std::string reason, std::string suggestion, actor who) {
  return {.klass = "category",
          .code = std::move(code),
          .position = "category",
          .reason = std::move(reason),
          .suggestion = std::move(suggestion),
          .who = who};
}

std::expected<std::optional<wish>, violation> own_wish(const record& from, const profile& by) {
  if (!by.category) return std::nullopt;
  const auto& rule = *by.category;
  const auto who = rule.attribute.empty() ? actor::operator_ : actor::product_team;
  auto text = record_view(from, by).text(rule);
  if (!text)
    return std::unexpected(about("value_invalid", rule.source_text() + ' ' + text.error() + '.',
                                 "Give it the id or the path of one of TikTok's leaf categories.", who));
  if (text->empty()) return std::nullopt;
  return wish{std::move(*text), rule.source_text(), who};
}

std::optional<wish> wish_of_tables(const record& from, const profile& by) {
  if (const auto row = by.category_by_family.find(from.family); row != by.category_by_family.end())
    return wish{row->second, "[category.by_family] " + from.family};
  for (const auto& category : from.categories)
    if (const auto row = by.category_by_category.find(category); row != by.category_by_category.end())
      return wish{row->second, "[category.by_category] " + category};
  return std::nullopt;
}

violation unmapped(const record& from, const profile& by) {
  auto reason = fmt::format("Neither the family '{}' nor a category of the PIM ({}) is named in the profile",
                            from.family, from.categories.empty() ? "none" : joined(from.categories));
  if (by.category) reason += ", and " + record_view(from, by).why_nothing(*by.category);
  return about("category_unmapped", reason + '.',
               fmt::format("Add {} = \"A > B > leaf\" under [category.by_family] of {}{}.",
                           from.family.empty() ? "the family" : from.family, by.file,
                           by.category && !by.category->attribute.empty()
                               ? ", or fill " + by.category->source_text() + " of the product"
                               : ""),
               actor::operator_);
}

/// The last `names` names of a path.
std::string tail_of(const std::string& path, std::size_t names) {
  std::size_t start = path.size();
  while (names-- > 0) {
    start = path.rfind(" > ", start == 0 ? 0 : start - 1);
    if (start == std::string::npos) return path;
  }
  return path.substr(start + 3);
}

/// Paths of the leaves whose names are nearest to a path that does not exist.
std::vector<std::string> nearest_leaves(const std::string& path, const category_tree& tree) {
  const auto names = static_cast<std::size_t>(std::ranges::count(path, '>')) + 1;
  std::vector<std::string> tails;
  for (const auto& one : tree.all())
    if (one.leaf) tails.push_back(tail_of(tree.path_of(one.id), names));
  std::vector<std::string> out;
  for (const auto& tail : nearest(path, tails, 3))
    for (const auto* node : tree.by_path(tail))
      if (auto full = tree.path_of(node->id); node->leaf && std::ranges::find(out, full) == out.end() && out.size() < 3)
        out.push_back(std::move(full));
  return out;
}

violation unknown(const wish& wanted, const category_tree& tree) {
  const bool id = all_digits(wanted.text);
  auto reason = fmt::format("{} names {} '{}', which is not in the shop's category tree.", wanted.from,
                            id ? "the category id" : "the category", wanted.text);
  const auto choices = id ? std::vector<std::string>{} : nearest_leaves(wanted.text, tree);
  auto fix = choices.empty()
                 ? "Name one of the shop's leaf categories by its path or id."
                 : "Name one of the shop's leaf categories; the nearest are: " + joined(choices, "; ") + '.';
  return about("category_unknown", std::move(reason), std::move(fix), wanted.who);
}

bool below(const category& node, const category& above, const category_tree& tree) {
  const auto* at = &node;
  for (int depth = 0; at != nullptr && depth < 20; ++depth, at = tree.at(at->parent))
    if (at == &above) return true;
  return false;
}

violation not_leaf(const wish& wanted, const category& node, const category_tree& tree) {
  std::vector<std::string> leaves;
  for (const auto& one : tree.all())
    if (one.leaf && below(one, node, tree)) leaves.push_back(one.local_name);
  return about("category_not_leaf",
               fmt::format("{} names '{}', which is not a leaf: products can only be in its sub-categories.",
                           wanted.from, tree.path_of(node.id)),
               leaves.empty() ? "Name a leaf category."
                              : "Name one of its leaves: " + some_of(leaves, most_choices) + '.',
               wanted.who);
}

violation ambiguous(const wish& wanted, const std::vector<const category*>& matches, const category_tree& tree) {
  std::vector<std::string> paths;
  paths.reserve(matches.size());
  for (const auto* one : matches) paths.push_back(fmt::format("{} ({})", tree.path_of(one->id), one->id.text()));
  return about(
      "category_ambiguous",
      fmt::format("{} names '{}', which is {} categories of the shop.", wanted.from, wanted.text, matches.size()),
      "Write more of the path, or the id: " + joined(paths, "; ") + '.', wanted.who);
}

/// TikTok's permission_statuses (Get Categories) in words, with the way out.
struct permission_row {
  std::string_view status, meaning, fix;
};
constexpr std::array permissions{
    permission_row{"INVITE_ONLY", "is restricted", "Apply for it in Seller Center, Qualification Center"},
    permission_row{"NON_MAIN_CATEGORY", "is outside the shop's main category",
                   "Ask the shop's account manager at TikTok"},
    permission_row{"PROHIBITED", "is prohibited", "Choose another category, or do not offer the product on TikTok"},
};

std::optional<violation> unavailable(const category& node, const category_tree& tree, std::string_view region) {
  const auto& statuses = node.permission_statuses;
  const auto has = [&](std::string_view status) { return std::ranges::find(statuses, status) != statuses.end(); };
  // In the US a restricted category may be listed: the product waits as PRE_APPROVED.
  if (statuses.empty() || has("AVAILABLE") || (region == "US" && has("INVITE_ONLY"))) return std::nullopt;
  const auto row = std::ranges::find_if(permissions, [&](const auto& one) { return has(one.status); });
  const bool known = row != permissions.end();
  return about("category_unavailable",
               fmt::format("The category '{}' {} for this shop ({}).", tree.path_of(node.id),
                           known ? row->meaning : "is not available", joined(statuses)),
               std::string(known ? row->fix : "Ask TikTok's seller support for access") + '.', actor::shop_owner);
}

} // namespace

std::expected<category_id, violation> resolve_category(const record& from, const profile& by, const category_tree& tree,
                                                       std::string_view region) {
  auto own = own_wish(from, by);
  if (!own) return std::unexpected(std::move(own).error());
  const auto wanted = *own ? *own : wish_of_tables(from, by);
  if (!wanted) return std::unexpected(unmapped(from, by));
  std::vector<const category*> matches;
  if (!all_digits(wanted->text))
    matches = tree.by_path(wanted->text);
  else if (const auto* node = tree.at(category_id(wanted->text)))
    matches = {node};
  if (matches.empty()) return std::unexpected(unknown(*wanted, tree));
  if (matches.size() > 1) { // a leaf may be named like a node above another: only the leaves are meant
    auto leaves = matches;
    std::erase_if(leaves, [](const category* one) { return !one->leaf; });
    if (leaves.size() != 1) return std::unexpected(ambiguous(*wanted, leaves.empty() ? matches : leaves, tree));
    matches = leaves;
  }
  const auto& node = *matches.front();
  if (!node.leaf) return std::unexpected(not_leaf(*wanted, node, tree));
  if (auto problem = unavailable(node, tree, region)) return std::unexpected(std::move(*problem));
  return node.id;
}

} // namespace listingd::mapping
