// The part of akeneo_server that lists: filters as strict as Akeneo's, pages by primary key.
#include "sources/akeneo_server.hpp"

#include <algorithm>
#include <spdlog/fmt/fmt.h>
#include <stdexcept>

namespace listingd::sources {

struct akeneo_server::row {
  std::string key; ///< the primary key that the listing is ordered by
  instant date{};  ///< of the `updated` filter
  const akeneo_product* product = nullptr;
  const akeneo_model* model = nullptr; ///< neither: the index knows it, the database does not
};

namespace {

/// What Akeneo answers with 422.
struct refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

bool among(const json::value& list, const std::string& text) {
  const auto* all = list.if_array();
  if (all == nullptr) throw refused("Property expects an array as data.");
  return std::ranges::find(*all, json::value(text)) != all->end();
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

bool lists(const std::vector<std::string>& wanted, const std::string& text) {
  return std::ranges::find(wanted, text) != wanted.end();
}

std::size_t number(const http_asked& asked, const char* name, std::size_t otherwise) {
  const auto text = asked.query(name);
  return text.empty() ? otherwise : std::stoul(text);
}

bool is_about_products(const http_asked& asked) {
  return !asked.path.ends_with("product-models");
}

bool is_by_uuid(const http_asked& asked) {
  return asked.path.starts_with("/api/rest/v1/products-uuid");
}

json::object search_of(const http_asked& asked) {
  const auto text = asked.query("search");
  if (text.empty()) return {};
  const auto document = parse_json(text, "search");
  if (!document || !document->is_object()) throw refused("Search query parameter should be valid JSON.");
  return document->get_object();
}

} // namespace

std::string akeneo_server::body_date(instant at) const {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(std::chrono::abs(zone)).count();
  return fmt::format("{}{}{:02}:{:02}", to_text(at + zone).substr(0, 19), zone < duration{0} ? '-' : '+', minutes / 60,
                     minutes % 60);
}

/// An index lags behind its database; a variant's date is the newest of its own and its models'.
std::optional<instant> akeneo_server::filter_date(instant own, std::optional<instant> before,
                                                  std::string parent) const {
  auto date = now_ >= own + index_lag ? std::optional(own) : before;
  for (auto above = models.find(parent); date && above != models.end(); above = models.find(above->second.parent)) {
    const auto& model = above->second;
    const auto of_model = now_ >= model.updated + index_lag ? std::optional(model.updated) : model.indexed_before;
    if (of_model) date = std::max(*date, *of_model);
  }
  return date;
}

std::vector<akeneo_server::row> akeneo_server::rows(const http_asked& asked) const {
  std::vector<row> out;
  const bool by_uuid = is_by_uuid(asked);
  const auto shows = [&](const std::string& key) { return !hidden.contains(key) && !unlisted.contains(key); };
  if (is_about_products(asked)) {
    for (const auto& [uuid, one] : products)
      if (const auto date = filter_date(one.updated, one.indexed_before, one.parent); date && shows(uuid))
        out.push_back({.key = by_uuid ? uuid : one.identifier, .date = *date, .product = &one});
    for (const auto& uuid : ghosts) out.push_back({.key = uuid, .date = now_});
  } else {
    for (const auto& [code, one] : models)
      if (const auto date = filter_date(one.updated, one.indexed_before, one.parent); date && shows(code))
        out.push_back({.key = code, .date = *date, .model = &one});
  }
  std::ranges::sort(out, {}, &row::key);
  return out;
}

bool akeneo_server::dated(const json::value& filter, instant date) const {
  const auto end = [&](const json::value& text) {
    const auto written = text_of(text);
    const auto at = written.size() == 19 && written[10] == ' ' ? instant_from_text(written) : std::nullopt;
    if (!at) throw refused("Property \"updated\" expects a string with the format \"yyyy-mm-dd H:i:s\" as data.");
    return *at - zone;
  };
  const auto* value = find(filter, "value");
  if (value == nullptr) throw refused("Value is missing for the property \"updated\".");
  const auto with = text_at(filter, "operator");
  if (with == ">") return date > end(*value);
  if (with == "<") return date < end(*value);
  if (with != "BETWEEN" || !value->is_array() || value->get_array().size() != 2)
    throw refused("Filter on property \"updated\" is not supported or does not support operator \"" + with + "\"");
  return date >= end(value->get_array()[0]) && date <= end(value->get_array()[1]);
}

bool akeneo_server::in_children(std::string category, const json::value& wanted) const {
  for (const auto& one : wanted.as_array())
    if (!above.contains(text_of(one)) &&
        std::ranges::none_of(above, [&](const auto& up) { return up.second == text_of(one); }))
      throw refused("Property \"categories\" expects a valid category code, \"" + text_of(one) + "\" given.");
  for (;;) {
    if (among(wanted, category)) return true;
    const auto up = above.find(category);
    if (up == above.end()) return false;
    category = up->second;
  }
}

bool akeneo_server::fits(const row& one, const json::object& search) const {
  const auto& parent = one.product != nullptr ? one.product->parent : one.model->parent;
  const auto& family = one.product != nullptr ? one.product->family : one.model->family;
  for (const auto& [name, filters] : search) {
    for (const auto& filter : filters.as_array()) {
      const auto with = text_at(filter, "operator");
      const auto* given = find(filter, "value");
      const json::value value = given == nullptr ? json::value() : *given;
      bool fits = false;
      if (name == "updated")
        fits = dated(filter, one.date);
      else if ((name == "uuid" || name == "identifier") && with == "IN")
        fits = among(value, name == "uuid" && one.product != nullptr ? one.product->uuid
                            : one.product != nullptr                 ? one.product->identifier
                                                                     : one.key);
      else if (name == "parent" && with == "IN")
        fits = among(value, parent);
      else if (name == "parent" && with == "EMPTY")
        fits = parent.empty();
      else if (name == "family" && with == "IN")
        fits = among(value, family);
      else if (name == "enabled" && with == "=" && one.product != nullptr)
        fits = value == json::value(one.product->enabled);
      else if (name == "completeness" && with == ">=" && one.product != nullptr && !text_at(filter, "scope").empty())
        fits = one.product->completeness >= integer_at(filter, "value").value_or(101);
      else if (name == "categories" && with == "IN CHILDREN" && one.product != nullptr)
        fits = std::ranges::any_of(categories_of(*one.product),
                                   [&](const auto& code) { return in_children(code, value); });
      else
        throw refused(fmt::format("Filter on property \"{}\" is not supported or does not support operator \"{}\"",
                                  std::string_view(name), with));
      if (!fits) return false;
    }
  }
  return true;
}

/// A page of what changed or of everything, as against a look at single items or children.
bool akeneo_server::is_reading(const http_asked& asked) const {
  const auto search = search_of(asked);
  const bool children = search.contains("parent") && text_at(search.at("parent").as_array()[0], "operator") == "IN";
  const bool named = search.contains("uuid") || search.contains("identifier");
  return !children && !named && asked.query("limit") == std::to_string(page_);
}

/// Behind a full page only, and with the PIM's own idea of its address.
json::object akeneo_server::links(const http_asked& asked, bool more, const std::string& way_on) const {
  json::object out{{"self", json::object{{"href", asked.target}}}, {"first", json::object{{"href", asked.target}}}};
  if (!more) return out;
  std::string next = "http://pim.internal:8080" + asked.path + "?with_count=false";
  for (const auto* name : {"pagination_type", "limit", "search", "scope", "locales", "attributes"})
    if (const auto value = asked.query(name); !value.empty() && !lost_in_next.contains(name))
      next += fmt::format("&{}={}", name, net::percent_encode(value));
  out["next"] = json::object{{"href", next + "&" + way_on}};
  return out;
}

http_reply akeneo_server::list(const http_asked& asked) {
  try {
    if (number(asked, "limit", 10) > 100) return said(422, "You cannot request more than 100 items.");
    auto hits = rows(asked);
    const auto search = search_of(asked);
    std::erase_if(
        hits, [&](const row& one) { return (one.product != nullptr || one.model != nullptr) && !fits(one, search); });
    return asked.query("pagination_type") == "search_after" ? list_after(asked, std::move(hits))
                                                            : list_by_number(asked, std::move(hits));
  } catch (const refused& problem) {
    return said(422, problem.what());
  }
}

json::array akeneo_server::bodies_of(const std::vector<row>& hits, const http_asked& asked) const {
  json::array out;
  for (const auto& one : hits)
    if (one.product != nullptr)
      out.push_back(body_of(*one.product, asked));
    else if (one.model != nullptr)
      out.push_back(body_of(*one.model, asked));
  return out;
}

http_reply akeneo_server::list_by_number(const http_asked& asked, std::vector<row> hits) const {
  const auto limit = number(asked, "limit", 10), page = number(asked, "page", 1);
  if (page * limit > 10'000) return said(422, "You have reached the maximum number of pages.");
  const auto count = hits.size();
  hits.erase(hits.begin(), hits.begin() + static_cast<std::ptrdiff_t>(std::min(count, (page - 1) * limit)));
  if (hits.size() > limit) hits.resize(limit);
  auto items = bodies_of(hits, asked);
  json::object body{{"current_page", page}};
  if (asked.query("with_count") == "true") body["items_count"] = count;
  body["_links"] = links(asked, items.size() == limit, fmt::format("page={}", page + 1));
  body["_embedded"] = json::object{{"items", std::move(items)}};
  return document(body);
}

http_reply akeneo_server::list_after(const http_asked& asked, std::vector<row> hits) {
  const auto limit = number(asked, "limit", 10);
  const bool endless = quiet_ == 0 && troubles_.contains(trouble::endless_next), reading = is_reading(asked);
  auto after = asked.query("search_after");
  const bool cut = (reading || !after.empty()) && takes(trouble::page_cut);
  if (endless && !hits.empty() && after >= hits.back().key) after.clear();
  std::erase_if(hits, [&](const row& one) { return one.key <= after; });
  if (hits.size() > limit) hits.resize(limit);
  if (cut && !after.empty()) hits.clear();
  auto items = bodies_of(hits, asked);
  const bool delivered = !items.empty(), full = items.size() == limit;
  const auto way_on = "search_after=" + net::percent_encode(hits.empty() ? "none" : hits.back().key);
  json::object body{{"_links", links(asked, endless || (full && !cut), way_on)},
                    {"_embedded", json::object{{"items", std::move(items)}}}};
  auto out = document(body);
  const auto listing = asked.path + asked.query("search") + asked.query("attributes");
  if (!after.empty() && page_before_.contains(listing) && takes(trouble::page_twice)) out.body = page_before_[listing];
  page_before_[listing] = out.body;
  if (act_ && reading && delivered) std::exchange(act_, nullptr)();
  return out;
}

/// A variant is in its models' categories too.
std::set<std::string> akeneo_server::categories_of(const akeneo_product& product) const {
  std::set<std::string> out(product.categories.begin(), product.categories.end());
  for (auto up = models.find(product.parent); up != models.end(); up = models.find(up->second.parent))
    out.insert(up->second.categories.begin(), up->second.categories.end());
  return out;
}

/// A variant is shown with its models' values; only those of the channel, locales and attributes asked for.
json::object akeneo_server::shown_values(json::object own, std::string parent, const http_asked& asked) const {
  for (auto above = models.find(parent); above != models.end(); above = models.find(above->second.parent))
    for (const auto& [code, entries] : above->second.values)
      if (!own.contains(code)) own[code] = entries;
  const auto codes = split(asked.query("attributes")), locales = split(asked.query("locales"));
  const auto scope = asked.query("scope");
  json::object out;
  for (const auto& [code, entries] : own) {
    if (!codes.empty() && !lists(codes, std::string(code))) continue;
    json::array kept;
    for (const auto& one : entries.as_array()) {
      const auto of_scope = text_at(one, "scope"), of_locale = text_at(one, "locale");
      if (shows_all_values) {
        kept.push_back(one);
        continue;
      }
      if (!scope.empty() && !of_scope.empty() && of_scope != scope) continue;
      if (!locales.empty() && !of_locale.empty() && !lists(locales, of_locale)) continue;
      kept.push_back(one);
    }
    if (!kept.empty()) out[code] = std::move(kept);
  }
  return out;
}

json::value akeneo_server::body_of(const akeneo_product& product, const http_asked& asked) const {
  const bool by_uuid = is_by_uuid(asked);
  auto values = shown_values(product.values, product.parent, asked);
  const auto codes = split(asked.query("attributes"));
  if (by_uuid && !product.identifier.empty() && (codes.empty() || lists(codes, "sku")))
    values["sku"] = akeneo_value(json::string(product.identifier));
  const auto codes_of_all = categories_of(product);
  json::array categories(codes_of_all.begin(), codes_of_all.end());
  return json::object{{by_uuid ? "uuid" : "identifier", by_uuid ? product.uuid : product.identifier},
                      {"enabled", product.enabled},
                      {"family", product.family},
                      {"categories", std::move(categories)},
                      {"groups", json::array{}},
                      {"parent", product.parent.empty() ? json::value() : json::value(product.parent)},
                      {"values", values.empty() ? json::value(json::array{}) : json::value(std::move(values))},
                      {"created", body_date(product.updated)},
                      {"updated", body_date(product.updated)},
                      {"associations", json::object{}}};
}

json::value akeneo_server::body_of(const akeneo_model& model, const http_asked& asked) const {
  json::array categories(model.categories.begin(), model.categories.end());
  return json::object{{"code", model.code},
                      {"family", model.family},
                      {"family_variant", model.family_variant},
                      {"parent", model.parent.empty() ? json::value() : json::value(model.parent)},
                      {"categories", std::move(categories)},
                      {"values", shown_values(model.values, model.parent, asked)},
                      {"created", body_date(model.updated)},
                      {"updated", body_date(model.updated)}};
}

} // namespace listingd::sources
