#include "model/draft.hpp"

#include "model/digest.hpp"

#include <boost/json/value_from.hpp>

namespace listingd {

namespace json = boost::json;

namespace {

json::object to_json(const draft_value& value) {
  json::object out;
  if (!value.id.empty()) out["id"] = value.id;
  if (!value.name.empty()) out["name"] = value.name;
  return out;
}

json::object to_json(const draft_media& media) {
  json::object out{{"ref", media.ref}};
  if (!media.original_sha256.empty()) out["original"] = media.original_sha256;
  if (!media.operations.empty()) out["operations"] = json::value_from(media.operations);
  return out;
}

json::object to_json(const draft_attribute& attribute);

template <class T>
json::array list(const std::vector<T>& items) {
  json::array out;
  for (const auto& item : items) out.push_back(to_json(item));
  return out;
}

json::object to_json(const draft_attribute& attribute) {
  return {{"id", attribute.id}, {"name", attribute.name}, {"values", list(attribute.values)}};
}

json::array sales_attributes(const draft_sku& sku) {
  json::array out;
  for (const auto& one : sku.sales_attributes)
    out.push_back(json::object{{"id", one.id}, {"name", one.name}, {"value", to_json(one.value)}});
  return out;
}

json::array content_keys(const std::vector<draft_media>& media) {
  json::array out;
  for (const auto& one : media) out.push_back(json::value(one.content_key()));
  return out;
}

std::vector<std::string> joined_package(const draft& from) {
  return {from.weight, from.weight_unit, from.length, from.width, from.height, from.dimension_unit};
}

/// What tells it apart at TikTok: an id where it has one, so that a name TikTok changes causes no edit.
std::string identity(const auto& named) {
  return named.id.empty() ? named.name : named.id;
}

json::array answers(const std::vector<draft_attribute>& attributes) {
  json::array out;
  for (const auto& one : attributes) {
    json::array values;
    for (const auto& value : one.values) values.push_back(json::value(identity(value)));
    out.push_back(json::array{identity(one), values});
  }
  return out;
}

json::array combination(const draft_sku& sku) {
  json::array out;
  for (const auto& one : sku.sales_attributes) out.push_back(json::array{identity(one), identity(one.value)});
  return out;
}

json::value details_of(const draft& from) {
  return json::array{from.title, from.description, from.brand_id, answers(from.attributes),
                     json::value_from(joined_package(from))};
}

json::value structure_of(const draft& from) {
  json::array skus;
  for (const auto& sku : from.skus)
    skus.push_back(json::array{sku.seller_sku.text(), combination(sku), sku.identifier_type, sku.identifier_code});
  return json::array{from.category_id.text(), skus};
}

json::value media_of(const draft& from) {
  json::array variants;
  for (const auto& sku : from.skus) variants.push_back(json::value(sku.image ? sku.image->content_key() : ""));
  return json::array{content_keys(from.main_images), variants, from.size_chart ? from.size_chart->content_key() : ""};
}

json::value compliance_of(const draft& from) {
  json::array out;
  for (const auto& one : from.certificates)
    out.push_back(json::array{one.id, content_keys(one.media), one.expires ? to_text(*one.expires) : ""});
  return out;
}

json::value per_sku(const draft& from, auto value) {
  json::array out;
  for (const auto& sku : from.skus) out.push_back(json::array{sku.seller_sku.text(), value(sku)});
  return out;
}

} // namespace

std::string draft_media::content_key() const {
  auto key = original_sha256.empty() ? "ref:" + ref : original_sha256;
  for (const auto& operation : operations) key += '|' + operation;
  return key;
}

std::string_view name_of(facet one) {
  switch (one) {
  case facet::details:
    return "details";
  case facet::structure:
    return "structure";
  case facet::media:
    return "media";
  case facet::offers:
    return "offers";
  case facet::stock:
    return "stock";
  case facet::compliance:
    return "compliance";
  }
  return "details";
}

facet_digests draft::digests() const {
  return {{"details", digest_of(details_of(*this))},
          {"structure", digest_of(structure_of(*this))},
          {"media", digest_of(media_of(*this))},
          {"offers", digest_of(json::array{currency, per_sku(*this, [](const auto& sku) { return sku.price; })})},
          {"stock", digest_of(json::array{warehouse_id, per_sku(*this, [](const auto& sku) { return sku.stock; })})},
          {"compliance", digest_of(compliance_of(*this))}};
}

json::object draft::to_json() const {
  json::array sku_list;
  for (const auto& sku : skus) {
    json::object one{{"key", sku.key.text()},
                     {"seller_sku", sku.seller_sku.text()},
                     {"sales_attributes", sales_attributes(sku)},
                     {"price", sku.price},
                     {"stock", sku.stock}};
    if (!sku.identifier_code.empty()) one["identifier"] = sku.identifier_type + " " + sku.identifier_code;
    if (sku.image) one["image"] = listingd::to_json(*sku.image);
    sku_list.push_back(std::move(one));
  }
  json::array certificate_list;
  for (const auto& one : certificates)
    certificate_list.push_back(json::object{{"id", one.id}, {"name", one.name}, {"media", list(one.media)}});
  return {{"title", title},
          {"description", description},
          {"category_id", category_id.text()},
          {"brand_id", brand_id},
          {"attributes", list(attributes)},
          {"main_images", list(main_images)},
          {"skus", sku_list},
          {"currency", currency},
          {"warehouse_id", warehouse_id},
          {"package", json::value_from(joined_package(*this))},
          {"certificates", certificate_list}};
}

std::vector<draft_media*> draft::media() {
  std::vector<draft_media*> all;
  for (auto& one : main_images) all.push_back(&one);
  for (auto& sku : skus)
    if (sku.image) all.push_back(&*sku.image);
  for (auto& certificate : certificates)
    for (auto& one : certificate.media) all.push_back(&one);
  if (size_chart) all.push_back(&*size_chart);
  return all;
}

std::vector<facet> differing(const facet_digests& wanted, const facet_digests& accepted) {
  std::vector<facet> out;
  for (const auto one : all_facets) {
    const auto name = std::string(name_of(one));
    const auto a = wanted.find(name);
    const auto b = accepted.find(name);
    const bool same = a != wanted.end() && b != accepted.end() && a->second == b->second;
    if (!same) out.push_back(one);
  }
  return out;
}

} // namespace listingd
