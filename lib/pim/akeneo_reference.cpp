#include "pim/akeneo_reference.hpp"

#include "model/json.hpp"
#include "pim/akeneo_unopim.hpp"

#include <algorithm>

namespace listingd::pim {

namespace {

constexpr int pages_of_attributes = 200, pages_of_options = 20;
constexpr std::size_t most_attributes = 30'000, most_options = 50'000, most_variants = 5'000, most_families = 1'000,
                      most_assets = 50'000;

akeneo_parameters a_hundred() {
  return {{"limit", "100"}};
}

std::string encoded(const std::string& segment) {
  return net::percent_encode(segment);
}

json::object labels_of(const json::value& option, const std::vector<std::string>& locales) {
  const auto* labels = find(option, "labels"); // an empty one comes as a list
  if (labels == nullptr || !labels->is_object()) return {};
  json::object out;
  for (const auto& [locale, label] : labels->get_object())
    if (locales.empty() || std::ranges::find(locales, locale) != locales.end()) out[locale] = label;
  return out;
}

std::string option_key(const std::string& attribute, const std::string& option) {
  return attribute + "\n" + option;
}

} // namespace

akeneo_reference::akeneo_reference(akeneo_client& client, const clock& time)
    : client_(client), time_(time), attributes_(most_attributes, client.options().reference_every),
      options_(most_options, client.options().reference_every),
      listed_options_(most_attributes, client.options().reference_every),
      variants_(most_variants, client.options().reference_every),
      asset_families_(most_families, client.options().reference_every),
      assets_(most_assets, client.options().reference_every) {}

task<result<std::string>> akeneo_reference::identifier() {
  const auto now = time_.now();
  const bool fresh = attributes_read_ && now < *attributes_read_ + client_.options().reference_every;
  if (!fresh)
    if (const auto done = co_await list_attributes(); !done) co_return std::unexpected(done.error());
  co_return identifier_;
}

task<result<void>> akeneo_reference::list_attributes() {
  identifier_is_main_ = false;
  std::string after;
  for (int pages = 0; pages < pages_of_attributes; ++pages) {
    const auto page = co_await client_.list_path("attributes", a_hundred(), after);
    if (!page) co_return std::unexpected(page.error());
    for (const auto& one : page->items) learn_attribute(one);
    after = page->after;
    if (after.empty()) break;
  }
  attributes_read_ = time_.now();
  co_return result<void>{};
}

void akeneo_reference::learn_attribute(const json::value& from) {
  const auto code = text_at(from, "code");
  if (code.empty()) return;
  auto type = text_at(from, "type");
  if (client_.options().flavour == akeneo_flavour::unopim)
    type = code == "sku" ? "pim_catalog_identifier" : type_from_unopim(type);
  const bool main = flag_at(from, "is_main_identifier");
  if (type == "pim_catalog_identifier" && !identifier_is_main_ && (main || identifier_.empty())) {
    identifier_ = code;
    identifier_is_main_ = main;
  }
  attributes_.put(code, {.type = std::move(type), .reference = text_at(from, "reference_data_name")}, time_.now());
}

task<result<akeneo_attribute>> akeneo_reference::attribute(std::string code) {
  if (const auto listed = co_await identifier(); !listed) co_return std::unexpected(listed.error());
  if (auto known = attributes_.find(code, time_.now())) co_return std::move(*known);
  const auto one = co_await client_.get("attributes/" + encoded(code)); // newer than the listing
  if (!one && one.error().code != "not_found") co_return std::unexpected(one.error());
  if (one) learn_attribute(*one);
  auto known = attributes_.find(code, time_.now());
  if (!known) attributes_.put(code, {}, time_.now());
  co_return known ? std::move(*known) : akeneo_attribute{};
}

task<result<json::object>> akeneo_reference::labels(std::string attribute, std::set<std::string> options) {
  json::object out;
  for (const auto& option : options) {
    auto one = co_await label(attribute, option);
    if (!one) co_return one;
    if (!one->empty()) out[option] = std::move(*one);
  }
  co_return out;
}

/// A short list of options is read whole, of a long one what is needed.
task<result<json::object>> akeneo_reference::label(std::string attribute, std::string option) {
  const auto key = option_key(attribute, option);
  if (auto known = options_.find(key, time_.now())) co_return std::move(*known);
  if (!listed_options_.find(attribute, time_.now()))
    if (const auto done = co_await list_options(attribute); !done) co_return std::unexpected(done.error());
  if (auto known = options_.find(key, time_.now())) co_return std::move(*known);
  json::object labels;
  if (!listed_options_.find(attribute, time_.now()).value_or(true)) {
    const auto one = co_await client_.get("attributes/" + encoded(attribute) + "/options/" + encoded(option));
    if (!one && one.error().code != "not_found") co_return std::unexpected(one.error());
    if (one) labels = labels_of(*one, client_.options().locales);
  }
  options_.put(key, labels, time_.now());
  co_return labels;
}

task<result<void>> akeneo_reference::list_options(std::string attribute) {
  const auto path = "attributes/" + encoded(attribute) + "/options";
  std::string after;
  for (int pages = 0; pages < pages_of_options; ++pages) {
    const auto page = co_await client_.list_path(path, a_hundred(), after);
    if (!page && page.error().code != "not_found") co_return std::unexpected(page.error());
    if (page)
      for (const auto& one : page->items)
        options_.put(option_key(attribute, text_at(one, "code")), labels_of(one, client_.options().locales),
                     time_.now());
    after = page ? page->after : "";
    if (after.empty()) break;
  }
  listed_options_.put(attribute, after.empty(), time_.now());
  co_return result<void>{};
}

task<result<std::vector<std::string>>> akeneo_reference::axes(std::string family, std::string variant) {
  auto known = co_await variant_of(std::move(family), std::move(variant));
  if (!known) co_return std::unexpected(known.error());
  co_return std::move(known->axes);
}

task<result<int>> akeneo_reference::levels(std::string family, std::string variant) {
  const auto known = co_await variant_of(std::move(family), std::move(variant));
  if (!known) co_return std::unexpected(known.error());
  co_return known->levels;
}

task<result<akeneo_reference::family_variant>> akeneo_reference::variant_of(std::string family, std::string variant) {
  const auto key = family + "\n" + variant;
  if (auto known = variants_.find(key, time_.now())) co_return std::move(*known);
  const auto path = "families/" + encoded(family) + "/variants/" + encoded(variant);
  const auto body = co_await client_.get(path);
  if (!body && body.error().code == "not_found")
    co_return bad_data(body.error().where, "family_variant_missing",
                       "the PIM has no family variant '" + variant + "' of the family '" + family + "'");
  if (!body) co_return std::unexpected(body.error());
  auto sets = items_at(*body, "variant_attribute_sets");
  std::ranges::stable_sort(sets, {}, [](const json::value& one) { return integer_at(one, "level").value_or(0); });
  family_variant out{.axes = {}, .levels = static_cast<int>(sets.size())};
  for (const auto& set : sets)
    for (const auto& axis : items_at(set, "axes")) out.axes.push_back(text_of(axis));
  if (out.axes.empty()) co_return makes_no_sense("GET " + path + " variant_attribute_sets", "no axes are named");
  variants_.put(key, out, time_.now());
  co_return out;
}

} // namespace listingd::pim
