#include "tiktok/product_wire.hpp"

#include "model/json.hpp"

#include <algorithm>
#include <map>

namespace listingd::tiktok {

namespace {

json::array uris(const std::vector<draft_media>& media) {
  json::array out;
  for (const auto& one : media) out.push_back(json::object{{"uri", one.uri}});
  return out;
}

void put(json::object& out, std::string_view name, const std::string& value) {
  if (!value.empty()) out[name] = value;
}

json::array attributes_of(const draft& wanted) {
  json::array out;
  for (const auto& attribute : wanted.attributes) {
    json::array values;
    for (const auto& value : attribute.values)
      values.push_back(value.id.empty() ? json::object{{"name", value.name}} : json::object{{"id", value.id}});
    out.push_back(json::object{{"id", attribute.id}, {"values", std::move(values)}});
  }
  return out;
}

json::array certifications_of(const draft& wanted) {
  json::array out;
  for (const auto& certificate : wanted.certificates) {
    json::array images, files;
    for (const auto& one : certificate.media) {
      if (one.use == media_use::document)
        files.push_back(json::object{{"id", one.uri}, {"name", file_name_for_upload(one.name)}, {"format", "PDF"}});
      else
        images.push_back(json::object{{"uri", one.uri}});
    }
    json::object entry{{"id", certificate.id}};
    if (!images.empty()) entry["images"] = std::move(images);
    if (!files.empty()) entry["files"] = std::move(files);
    if (certificate.expires)
      entry["expiration_date"] =
          std::chrono::floor<std::chrono::seconds>(*certificate.expires).time_since_epoch().count();
    out.push_back(std::move(entry));
  }
  return out;
}

void put_package(json::object& out, const draft& wanted) {
  if (!wanted.weight.empty())
    out["package_weight"] = json::object{{"value", wanted.weight}, {"unit", wanted.weight_unit}};
  if (wanted.length.empty() || wanted.width.empty() || wanted.height.empty()) return;
  out["package_dimensions"] = json::object{
      {"length", wanted.length}, {"width", wanted.width}, {"height", wanted.height}, {"unit", wanted.dimension_unit}};
}

void put_size_chart(json::object& out, const draft& wanted) {
  if (wanted.size_chart) out["size_chart"] = json::object{{"image", json::object{{"uri", wanted.size_chart->uri}}}};
}

/// An id wins over a name at TikTok; both are sent only where there is no id.
json::array sales_attributes_of(const draft_sku& sku, std::optional<std::size_t> pictures) {
  json::array out;
  for (std::size_t i = 0; i < sku.sales_attributes.size(); ++i) {
    const auto& one = sku.sales_attributes[i];
    json::object entry;
    if (one.id.empty())
      put(entry, "name", one.name);
    else
      entry["id"] = one.id;
    if (one.value.id.empty())
      put(entry, "value_name", one.value.name);
    else
      entry["value_id"] = one.value.id;
    if (pictures == i && sku.image) entry["sku_img"] = json::object{{"uri", sku.image->uri}};
    out.push_back(std::move(entry));
  }
  return out;
}

json::object sku_content(const draft_sku& sku, std::optional<std::size_t> pictures) {
  json::object out{{"seller_sku", sku.seller_sku.text()}, {"external_sku_id", sku.key.text()}};
  if (!sku.sales_attributes.empty()) out["sales_attributes"] = sales_attributes_of(sku, pictures);
  if (!sku.identifier_code.empty())
    out["identifier_code"] = json::object{{"type", sku.identifier_type}, {"code", sku.identifier_code}};
  return out;
}

json::object price_of(const draft& wanted, const draft_sku& sku) {
  return {{"amount", sku.price}, {"currency", wanted.currency}};
}

json::array inventory_of(const draft& wanted, const draft_sku& sku) {
  return {json::object{{"warehouse_id", wanted.warehouse_id}, {"quantity", sku.stock}}};
}

/// What create and full edit share, the SKUs apart.
json::object content_of(const draft& wanted) {
  json::object out{{"save_mode", "LISTING"}};
  put(out, "category_version", wanted.category_version);
  out["category_id"] = wanted.category_id.text();
  out["title"] = wanted.title;
  out["description"] = wanted.description;
  put(out, "brand_id", wanted.brand_id);
  out["main_images"] = uris(wanted.main_images);
  out["product_attributes"] = attributes_of(wanted);
  put_package(out, wanted);
  out["certifications"] = certifications_of(wanted);
  put_size_chart(out, wanted);
  put(out, "external_product_id", wanted.external_product_id);
  return out;
}

const json::value* live_sku(const observed_product& live, const seller_sku& wanted) {
  const auto* skus = live.body.if_contains("skus");
  if (skus == nullptr || !skus->is_array()) return nullptr;
  for (const auto& one : skus->get_array())
    if (text_at(one, "seller_sku") == wanted.text()) return &one;
  return nullptr;
}

void carry(json::object& into, const json::value& from, std::string_view name) {
  const auto* value = find(from, name);
  const bool empty = value == nullptr || (value->is_bool() && !value->get_bool()) ||
                     (value->is_array() && value->get_array().empty()) ||
                     (value->is_string() && value->get_string().empty());
  if (!empty && !into.contains(name)) into[name] = *value;
}

/// The fields of a live product that a draft has no word for; a full edit would blank them.
void carry_over(json::object& out, const observed_product& live) {
  const json::value body = live.body;
  for (const auto* name : {"manufacturer_ids", "responsible_person_ids", "is_cod_allowed", "shipping_template_id",
                           "shipping_insurance_requirement", "is_pre_owned"})
    carry(out, body, name);
  if (integer_at(body, "minimum_order_quantity").value_or(0) > 0) carry(out, body, "minimum_order_quantity");
  if (const auto video = text_at(body, "video.id"); !video.empty()) out["video"] = json::object{{"id", video}};
  if (const auto chart = text_at(body, "size_chart.template.id"); !chart.empty() && !out.contains("size_chart"))
    out["size_chart"] = json::object{{"template", json::object{{"id", chart}}}};
  json::array options, platforms;
  for (const auto& one : items_at(body, "delivery_options"))
    if (flag_at(one, "is_available")) options.push_back(json::value(text_at(one, "id")));
  for (const auto& one : items_at(body, "integrated_platform_statuses"))
    platforms.push_back(json::value(text_at(one, "platform")));
  if (!options.empty()) out["delivery_option_ids"] = std::move(options);
  if (!platforms.empty()) out["listing_platforms"] = std::move(platforms);
}

void carry_over_sku(json::object& out, const json::value& live) {
  for (const auto* name : {"identifier_code", "extra_identifier_codes", "external_urls", "sku_unit_count", "fees",
                           "list_price", "external_list_prices"})
    carry(out, live, name);
  if (const auto type = text_at(live, "pre_sale.type"); !type.empty() && type != "NONE") carry(out, live, "pre_sale");
}

json::array stock_in_warehouses(const draft& wanted, const draft_sku& sku, const json::value& live) {
  json::array out;
  const auto known = items_at(live, "inventory");
  bool placed = false;
  for (const auto& one : known) {
    const auto id = text_at(one, "warehouse_id");
    const bool ours = id == wanted.warehouse_id || known.size() == 1;
    placed |= ours;
    out.push_back(
        json::object{{"warehouse_id", id}, {"quantity", ours ? sku.stock : integer_at(one, "quantity").value_or(0)}});
  }
  if (!placed) out.push_back(json::object{{"warehouse_id", wanted.warehouse_id}, {"quantity", sku.stock}});
  return out;
}

bool has(const std::vector<facet>& facets, facet one) {
  return std::ranges::find(facets, one) != facets.end();
}

} // namespace

std::optional<std::size_t> picture_axis(const draft& wanted) {
  std::size_t axes = 0;
  for (const auto& sku : wanted.skus)
    if (sku.image) axes = std::max(axes, sku.sales_attributes.size());
  if (axes == 0) return std::nullopt;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    std::map<draft_value, std::string> picture_of_value;
    const bool consistent = std::ranges::all_of(wanted.skus, [&](const draft_sku& sku) {
      if (!sku.image || axis >= sku.sales_attributes.size()) return true;
      return picture_of_value.try_emplace(sku.sales_attributes[axis].value, sku.image->uri).first->second ==
             sku.image->uri;
    });
    if (consistent) return axis;
  }
  return 0;
}

json::object create_body(const draft& wanted, const std::string& idempotency_key) {
  auto out = content_of(wanted);
  const auto pictures = picture_axis(wanted);
  json::array skus;
  for (const auto& sku : wanted.skus) {
    auto entry = sku_content(sku, pictures);
    entry["price"] = price_of(wanted, sku);
    entry["inventory"] = inventory_of(wanted, sku);
    skus.push_back(std::move(entry));
  }
  out["skus"] = std::move(skus);
  out["idempotency_key"] = idempotency_key;
  return out;
}

json::object check_body(const draft& wanted) {
  auto out = create_body(wanted, "");
  for (const auto* name : {"idempotency_key", "save_mode", "category_version"}) out.erase(name);
  return out;
}

json::object edit_body(const draft& wanted, const observed_product& live, prices with) {
  auto out = content_of(wanted);
  carry_over(out, live);
  const auto pictures = picture_axis(wanted);
  json::array skus;
  for (const auto& sku : wanted.skus) {
    auto entry = sku_content(sku, pictures);
    const auto* existing = live_sku(live, sku.seller_sku);
    if (existing != nullptr) {
      entry["id"] = text_at(*existing, "id");
      carry_over_sku(entry, *existing);
    } else {
      entry["inventory"] = inventory_of(wanted, sku);
    }
    if (existing == nullptr || with == prices::include) entry["price"] = price_of(wanted, sku);
    skus.push_back(std::move(entry));
  }
  out["skus"] = std::move(skus);
  return out;
}

json::object partial_edit_body(const draft& wanted, const std::vector<facet>& facets) {
  json::object out{{"save_mode", "LISTING"}};
  if (has(facets, facet::details)) {
    out["title"] = wanted.title;
    out["description"] = wanted.description;
    put(out, "brand_id", wanted.brand_id);
    out["product_attributes"] = attributes_of(wanted);
    put_package(out, wanted);
  }
  if (has(facets, facet::media)) {
    out["main_images"] = uris(wanted.main_images);
    put_size_chart(out, wanted);
  }
  if (has(facets, facet::compliance)) out["certifications"] = certifications_of(wanted);
  return out;
}

json::object price_body(const draft& wanted, const observed_product& live) {
  json::array skus;
  for (const auto& sku : wanted.skus)
    if (const auto* existing = live_sku(live, sku.seller_sku))
      skus.push_back(json::object{{"id", text_at(*existing, "id")}, {"price", price_of(wanted, sku)}});
  return {{"skus", std::move(skus)}};
}

json::object stock_body(const draft& wanted, const observed_product& live) {
  json::array skus;
  for (const auto& sku : wanted.skus)
    if (const auto* existing = live_sku(live, sku.seller_sku))
      skus.push_back(
          json::object{{"id", text_at(*existing, "id")}, {"inventory", stock_in_warehouses(wanted, sku, *existing)}});
  return {{"skus", std::move(skus)}};
}

std::string file_name_for_upload(std::string_view name) {
  const auto dot = name.rfind('.');
  const auto stem = name.substr(0, dot);
  auto ending = dot == std::string_view::npos ? std::string_view{"pdf"} : name.substr(dot + 1);
  std::string out;
  for (const unsigned char c : stem) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (plain)
      out += static_cast<char>(c);
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return (out.empty() ? "document" : out) + '.' + std::string(ending);
}

} // namespace listingd::tiktok
