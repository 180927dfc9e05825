#include "pim/akeneo_listing.hpp"

#include "model/json.hpp"

#include <algorithm>
#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

namespace {

constexpr std::size_t longest_list = 5'000; // bytes of encoded keys: servers take URLs of 8 kB

json::array list_of(const std::vector<std::string>& texts) {
  return json::array(texts.begin(), texts.end());
}

json::array filter(const char* with, json::value value) {
  return {json::object{{"operator", with}, {"value", std::move(value)}}};
}

json::object akeneo_search(const akeneo_listing& what, const akeneo_options& options, akeneo_endpoint endpoint) {
  json::object out;
  const bool product = what.of == akeneo_kind::product;
  if (!what.updated.empty()) out["updated"] = filter("BETWEEN", list_of(what.updated));
  if (!what.keys.empty())
    out[product && endpoint == akeneo_endpoint::products_uuid ? "uuid" : "identifier"] =
        filter("IN", list_of(what.keys));
  if (what.roots) out["parent"] = json::array{json::object{{"operator", "EMPTY"}}};
  if (!what.parents.empty()) out["parent"] = filter("IN", list_of(what.parents));
  if (!what.selected) return out;
  const auto& wanted = options.filters;
  if (!wanted.families.empty()) out["family"] = filter("IN", list_of(wanted.families));
  if (!product) return out; // a model has no state of its own, and its variants may be in categories that it is not
  if (wanted.enabled) out["enabled"] = filter("=", *wanted.enabled);
  if (!wanted.categories.empty()) out["categories"] = filter("IN CHILDREN", list_of(wanted.categories));
  if (wanted.completeness)
    out["completeness"] =
        json::array{json::object{{"operator", ">="}, {"value", *wanted.completeness}, {"scope", options.channel}}};
  return out;
}

json::object unopim_filters(const akeneo_listing& what, const akeneo_options& options) {
  json::object out;
  const bool product = what.of == akeneo_kind::product;
  if (!what.updated.empty()) out["updated_at"] = filter("BETWEEN", list_of(what.updated));
  if (!what.keys.empty()) out["sku"] = filter("IN", list_of(what.keys));
  if (!what.parents.empty()) out["parent"] = filter("=", json::string(what.parents.front()));
  if (!what.selected || !product) return out;
  const auto& wanted = options.filters;
  if (!wanted.families.empty()) out["family"] = filter("IN", list_of(wanted.families));
  if (wanted.enabled) out["status"] = filter("=", *wanted.enabled);
  if (!wanted.categories.empty()) out["categories"] = filter("IN", list_of(wanted.categories));
  return out;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& one : texts) out += (out.empty() ? "" : ",") + one;
  return out;
}

/// The parameters of a link that are not ours. An empty text when there are none.
std::string foreign_parameters(std::string_view link, const akeneo_parameters& ours) {
  link = link.substr(0, link.find('#'));
  const auto mark = link.find('?');
  auto query = mark == std::string_view::npos ? std::string_view() : link.substr(mark + 1);
  std::string out;
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto name = net::percent_decode(pair.substr(0, pair.find('=')));
    const bool own = std::ranges::any_of(ours, [&](const auto& one) { return one.first == name; });
    if (name.empty() || own) continue;
    out.append(out.empty() ? "" : "&").append(pair);
  }
  return out;
}

result<std::string> way_on(const json::value& link, const char* path, const akeneo_parameters& asked,
                           const std::string& where) {
  if (!link.is_string()) return makes_no_sense(where + " " + path, "the link to the next page is not a text");
  auto out = foreign_parameters(link.get_string(), asked);
  if (out.empty()) return makes_no_sense(where + " " + path, "the link to the next page leads nowhere");
  return out;
}

result<std::string> akeneo_next(const json::value& body, const akeneo_parameters& asked, const std::string& where) {
  const auto* links = find(body, "_links");
  if (links == nullptr || !links->is_object())
    return makes_no_sense(where + " _links", "the answer does not say whether it goes on");
  const auto* next = find(*links, "next");
  if (next == nullptr) return std::string();
  const auto* href = find(*next, "href");
  return way_on(href == nullptr ? json::value() : *href, "_links.next.href", asked, where);
}

result<std::string> unopim_next(const json::value& body, const akeneo_parameters& asked, const std::string& where) {
  if (auto cursor = text_at(body, "search_after"); !cursor.empty())
    return "search_after=" + net::percent_encode(cursor);
  const auto* next = find(body, "links.next"); // versions without the cursor count pages
  return next == nullptr ? std::string() : way_on(*next, "links.next", asked, where);
}

} // namespace

std::unexpected<error> makes_no_sense(std::string where, std::string message) {
  return std::unexpected(error{.kind = error_kind::needs_human,
                               .code = "answer_invalid",
                               .message = std::move(message),
                               .where = std::move(where)});
}

std::string path_of(akeneo_kind kind, const akeneo_options& options, akeneo_endpoint endpoint) {
  const bool product = kind == akeneo_kind::product;
  if (options.flavour == akeneo_flavour::unopim)
    return product ? "/api/v1/rest/products" : "/api/v1/rest/configrable-products"; // its own spelling
  if (!product) return "/api/rest/v1/product-models";
  return endpoint == akeneo_endpoint::products_uuid ? "/api/rest/v1/products-uuid" : "/api/rest/v1/products";
}

akeneo_parameters parameters_of(const akeneo_listing& what, const akeneo_options& options, akeneo_endpoint endpoint) {
  akeneo_parameters out;
  const bool unopim = options.flavour == akeneo_flavour::unopim;
  const auto search = unopim ? unopim_filters(what, options) : akeneo_search(what, options, endpoint);
  if (!search.empty()) out.emplace_back(unopim ? "filters" : "search", json::serialize(search));
  if (!unopim && !options.channel.empty()) out.emplace_back("scope", options.channel);
  if (!unopim && !options.locales.empty()) out.emplace_back("locales", joined(options.locales));
  if (!unopim && !what.only_attribute.empty()) out.emplace_back("attributes", what.only_attribute);
  out.emplace_back("pagination_type", "search_after");
  out.emplace_back("limit", std::to_string(what.limit > 0 ? what.limit : options.page));
  return out;
}

akeneo_parameters counting(akeneo_parameters parameters) {
  for (auto& [name, value] : parameters) {
    if (name == "pagination_type") value = "page";
    if (name == "limit") value = "1";
  }
  parameters.emplace_back("with_count", "true");
  return parameters;
}

std::string query_text(const akeneo_parameters& parameters) {
  std::string out;
  for (const auto& [name, value] : parameters)
    out.append(out.empty() ? "" : "&").append(name).append("=").append(net::percent_encode(value));
  return out;
}

result<akeneo_answer> answer_of(const json::value& body, const akeneo_parameters& asked, akeneo_flavour flavour,
                                const std::string& where) {
  const bool unopim = flavour == akeneo_flavour::unopim;
  if (unopim && body.is_array()) return akeneo_answer{.items = body.get_array(), .after = ""}; // options are not paged
  const auto* path = unopim ? "data" : "_embedded.items";
  const auto* items = find(body, path);
  if (items == nullptr || !items->is_array()) return makes_no_sense(where + " " + path, "is missing or not a list");
  auto after = unopim ? unopim_next(body, asked, where) : akeneo_next(body, asked, where);
  if (!after) return std::unexpected(after.error());
  return akeneo_answer{.items = items->get_array(), .after = std::move(*after)};
}

std::string key_of(const json::value& item, akeneo_kind kind, akeneo_endpoint endpoint) {
  if (kind == akeneo_kind::model) return text_at(item, "code");
  return text_at(item, endpoint == akeneo_endpoint::products_uuid ? "uuid" : "identifier");
}

std::vector<std::vector<std::string>> groups_of(const std::vector<std::string>& keys, std::size_t most) {
  std::vector<std::vector<std::string>> out;
  std::size_t bytes = 0;
  for (const auto& key : keys) {
    const auto size = net::percent_encode(key).size() + 9; // with its quotes and comma
    if (out.empty() || out.back().size() >= most || bytes + size > longest_list) {
      out.emplace_back();
      bytes = 0;
    }
    out.back().push_back(key);
    bytes += size;
  }
  return out;
}

} // namespace listingd::pim
