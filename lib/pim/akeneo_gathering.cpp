#include "pim/akeneo_gathering.hpp"

#include "model/json.hpp"
#include "model/record.hpp"

#include <algorithm>
#include <map>
#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

namespace {

constexpr std::size_t keys_at_once = 100;

std::string parent_of(const json::value& item) {
  return text_at(item, "parent");
}

void add_once(std::vector<std::string>& to, std::string text) {
  if (std::ranges::find(to, text) == to.end()) to.push_back(std::move(text));
}

} // namespace

void akeneo_gathered::put(json::value payload, std::string where) {
  if (auto read = parse_record(payload, where); !read)
    rejected.push_back(std::move(read.error()));
  else
    items.push_back({.where = std::move(where), .deleted = false, .key = {}, .payload = std::move(payload)});
}

void akeneo_gathered::put_tombstone(std::string key, std::string where) {
  items.push_back({.where = std::move(where), .deleted = true, .key = product_key(std::move(key)), .payload = nullptr});
}

void akeneo_gathered::put_aside(std::string where, std::string code, std::string message) {
  rejected.push_back(bad_data(std::move(where), std::move(code), std::move(message)).error());
}

akeneo_listing akeneo_gathering::everything(akeneo_kind kind) const {
  return {.of = kind, .roots = true, .selected = true};
}

task<result<akeneo_listing>> akeneo_gathering::changed(akeneo_kind kind, std::vector<std::string> updated) {
  akeneo_listing out{.of = kind, .updated = std::move(updated)};
  if (!options_.filters.any()) co_return out;
  out.selected = kind == akeneo_kind::model; // a model's family never changes
  if (kind == akeneo_kind::model) co_return out;
  // all that changed, so that what has left the selection is seen; what is still in it is fetched then
  auto code = co_await reference_.identifier();
  if (!code) co_return std::unexpected(code.error());
  out.only_attribute = std::move(*code);
  co_return out;
}

task<result<akeneo_gathered>> akeneo_gathering::products(json::array items, std::string where, bool changes) {
  akeneo_gathered out;
  std::vector<std::string> parents, keys;
  std::map<std::string, json::value> simple;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto key = client_.key(items[i], akeneo_kind::product);
    if (key.empty()) {
      out.put_aside(fmt::format("{} item {}", where, i), "record_invalid", "a product without a key");
      continue;
    }
    zone_.noticed(text_at(items[i], "updated"));
    if (auto parent = parent_of(items[i]); parent.empty()) {
      add_once(keys, key);
      simple[key] = std::move(items[i]);
    } else if (changes) {
      add_once(parents, std::move(parent));
    }
  }
  const bool selecting = changes && options_.filters.any();
  if (selecting) {
    auto wanted = co_await selected_now(keys);
    if (!wanted) co_return std::unexpected(wanted.error());
    simple.clear();
    for (auto& one : *wanted) simple[client_.key(one, akeneo_kind::product)] = std::move(one);
  }
  for (const auto& key : keys) {
    const auto place = fmt::format("{} product {}", where, key);
    const auto found = simple.find(key);
    if (found == simple.end()) {
      out.put_tombstone(key, place);
      continue;
    }
    if (const auto done = co_await add_simple(found->second, place, out); !done)
      co_return std::unexpected(done.error());
  }
  auto roots = co_await roots_of(std::move(parents), where, out);
  if (!roots) co_return std::unexpected(roots.error());
  const auto done = co_await expand(std::move(*roots), where, changes, out);
  if (!done) co_return std::unexpected(done.error());
  co_return out;
}

task<result<akeneo_gathered>> akeneo_gathering::models(json::array items, std::string where, bool changes) {
  akeneo_gathered out;
  std::vector<json::value> roots;
  std::vector<std::string> known, parents;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto code = client_.key(items[i], akeneo_kind::model);
    if (code.empty()) {
      out.put_aside(fmt::format("{} item {}", where, i), "record_invalid", "a product model without a code");
      continue;
    }
    if (auto parent = parent_of(items[i]); !parent.empty()) {
      if (changes) add_once(parents, std::move(parent));
      continue;
    }
    if (std::ranges::find(known, code) != known.end()) continue;
    known.push_back(code);
    roots.push_back(std::move(items[i]));
  }
  std::erase_if(parents, [&](const auto& code) { return std::ranges::find(known, code) != known.end(); });
  auto others = co_await roots_of(std::move(parents), where, out);
  if (!others) co_return std::unexpected(others.error());
  std::ranges::move(*others, std::back_inserter(roots));
  const auto done = co_await expand(std::move(roots), where, changes, out);
  if (!done) co_return std::unexpected(done.error());
  co_return out;
}

task<result<json::array>> akeneo_gathering::selected_now(std::vector<std::string> keys) {
  json::array out;
  for (auto& group : groups_of(keys, keys_at_once)) {
    akeneo_listing still{.keys = std::move(group), .selected = true};
    auto some = co_await client_.list_all(std::move(still));
    if (!some) co_return some;
    for (auto& one : *some) out.push_back(std::move(one));
  }
  co_return out;
}

/// From models that variants name to their roots, each once. Two levels of models are all that Akeneo has.
task<result<std::vector<json::value>>> akeneo_gathering::roots_of(std::vector<std::string> codes, std::string where,
                                                                  akeneo_gathered& out) {
  constexpr int levels = 2;
  std::vector<json::value> roots;
  std::vector<std::string> seen;
  for (int level = 0; level < levels && !codes.empty(); ++level) {
    std::map<std::string, json::value> found;
    for (auto& group : groups_of(codes, keys_at_once)) {
      akeneo_listing named{.of = akeneo_kind::model, .keys = std::move(group)};
      auto some = co_await client_.list_all(std::move(named));
      if (!some) co_return std::unexpected(some.error());
      for (auto& one : *some) found[client_.key(one, akeneo_kind::model)] = std::move(one);
    }
    std::vector<std::string> above;
    for (const auto& code : codes) {
      if (!found.contains(code)) { // the index lags behind
        auto one = co_await client_.item(akeneo_kind::model, code);
        if (!one) co_return std::unexpected(one.error());
        if (*one) found[code] = std::move(**one);
      }
      if (!found.contains(code)) {
        out.put_aside(fmt::format("{} model {}", where, code), "parent_missing",
                      "a variant names this product model, and the PIM does not show it");
      } else if (auto parent = parent_of(found[code]); !parent.empty()) {
        add_once(above, std::move(parent));
      } else if (std::ranges::find(seen, code) == seen.end()) {
        seen.push_back(code);
        roots.push_back(std::move(found[code]));
      }
    }
    std::erase_if(above, [&](const auto& code) { return std::ranges::find(seen, code) != seen.end(); });
    codes = std::move(above);
  }
  co_return roots;
}

} // namespace listingd::pim
