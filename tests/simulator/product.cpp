#include "simulator/product.hpp"

#include "simulator/signature.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace listingd::simulator {

namespace {

/// A stable id of 19 digits beginning with 7 for a name the seller made up.
std::string custom_id(std::string_view name) {
  const auto digest = sha256(name);
  const auto digits = std::to_string(std::stoull(digest.substr(0, 15), nullptr, 16));
  return "7" + std::string(18 - std::min<std::size_t>(18, digits.size()), '0') + digits.substr(0, 18);
}

const json::object* find_by(const json::array& items, std::string_view key, const std::string& wanted) {
  const auto found =
      std::ranges::find_if(items, [&](const json::value& each) { return text(as_object(each), key) == wanted; });
  return found == items.end() ? nullptr : &as_object(*found);
}

void settle_sales_attribute(const world& state, const std::string& category, json::object& given) {
  const auto known = state.attributes.find(category);
  const auto* attribute = known == state.attributes.end() ? nullptr : find_by(known->second, "id", text(given, "id"));
  if (!attribute) {
    if (text(given, "id").empty()) given["id"] = custom_id(text(given, "name"));
    if (text(given, "value_id").empty()) given["value_id"] = custom_id(text(given, "value_name"));
    return;
  }
  given["name"] = text(*attribute, "name");
  const auto& values = list(*attribute, "values");
  if (const auto* value = find_by(values, "id", text(given, "value_id"))) {
    given["value_name"] = text(*value, "name");
  } else if (const auto* named = find_by(values, "name", text(given, "value_name"))) {
    given["value_id"] = text(*named, "id");
  } else if (text(given, "value_id").empty()) {
    given["value_id"] = custom_id(text(given, "value_name"));
  }
}

json::object shown_image(const world& state, const std::string& uri) {
  const auto found = state.images.find(uri);
  const auto address = "https://p16-oec-va.ibyteimg.com/" + uri;
  return {{"uri", uri},
          {"urls", json::array{address + "~tplv-origin-jpeg.jpeg"}},
          {"thumb_urls", json::array{address + "~tplv-resize-jpeg:200:200.jpeg"}},
          {"width", found == state.images.end() ? 0 : found->second.width},
          {"height", found == state.images.end() ? 0 : found->second.height}};
}

json::array category_chain(const world& state, const std::string& leaf) {
  json::array chain;
  for (const auto* each = state.category(leaf); each; each = state.category(text(*each, "parent_id"))) {
    chain.insert(chain.begin(), json::object{{"id", text(*each, "id")},
                                             {"parent_id", text(*each, "parent_id")},
                                             {"local_name", text(*each, "local_name")},
                                             {"is_leaf", flag(*each, "is_leaf")}});
  }
  return chain;
}

/// Requests say price.amount, answers say sale_price and tax_exclusive_price (section 5.2).
json::object shown_offer(const product& shown, const std::string& sku_id) {
  json::object result;
  const auto found = shown.offers.find(sku_id);
  if (found == shown.offers.end()) return result;
  const auto& price = part(found->second, "price");
  if (!price.empty()) {
    result["price"] = json::object{{"currency", text(price, "currency")},
                                   {"sale_price", text(price, "amount")},
                                   {"tax_exclusive_price", text(price, "amount")}};
  }
  result["inventory"] = list(found->second, "inventory");
  if (has(found->second, "list_price")) result["list_price"] = part(found->second, "list_price");
  const bool off = shown.status == "SELLER_DEACTIVATED" || shown.status == "PLATFORM_DEACTIVATED";
  json::object info{{"status", off ? "DEACTIVATED" : "NORMAL"}};
  if (off) info["deactivation_source"] = shown.status == "SELLER_DEACTIVATED" ? "SELLER" : "PLATFORM";
  result["status_info"] = std::move(info);
  return result;
}

json::object shown_sku(const world& state, const product& shown, const json::object& sku) {
  auto result = shown_offer(shown, text(sku, "id"));
  for (const char* key : {"id", "seller_sku", "external_sku_id", "identifier_code", "extra_identifier_codes",
                          "external_urls", "sku_unit_count", "fees", "pre_sale", "external_list_prices"}) {
    if (has(sku, key)) result[key] = sku.at(key);
  }
  json::array attributes;
  for (const auto& value : list(sku, "sales_attributes")) {
    auto attribute = as_object(value);
    if (has(attribute, "sku_img")) attribute["sku_img"] = shown_image(state, text(part(attribute, "sku_img"), "uri"));
    json::array extra;
    for (const auto& each : list(attribute, "supplementary_sku_images"))
      extra.push_back(shown_image(state, text(as_object(each), "uri")));
    if (!extra.empty()) attribute["supplementary_sku_images"] = std::move(extra);
    attributes.push_back(std::move(attribute));
  }
  result["sales_attributes"] = std::move(attributes);
  return result;
}

/// Dimensions come back with two decimals since June 2026 (change note c00mfi6i).
json::object shown_dimensions(json::object given) {
  for (const char* side : {"length", "width", "height"}) {
    std::array<char, 32> number{};
    std::snprintf(number.data(), number.size(), "%.2f", std::atof(text(given, side).c_str()));
    given[side] = number.data();
  }
  return given;
}

/// Answers know KILOGRAM and POUND only.
json::object shown_weight(json::object given) {
  if (text(given, "unit") != "GRAM") return given;
  std::array<char, 32> number{};
  std::snprintf(number.data(), number.size(), "%.3f", std::atof(text(given, "value").c_str()) / 1000);
  return {{"unit", "KILOGRAM"}, {"value", number.data()}};
}

json::array shown_attributes(const world& state, const json::object& content) {
  const auto known = state.attributes.find(text(content, "category_id"));
  json::array result = list(content, "product_attributes");
  for (auto& value : result) {
    auto& attribute = value.as_object();
    const auto* found = known == state.attributes.end() ? nullptr : find_by(known->second, "id", text(attribute, "id"));
    attribute["name"] = found ? text(*found, "name") : "";
    for (auto& each : attribute["values"].as_array()) {
      if (text(as_object(each), "id").empty()) each.as_object()["id"] = custom_id(text(as_object(each), "name"));
    }
  }
  return result;
}

json::array shown_certifications(const world& state, const json::object& content) {
  json::array result = list(content, "certifications");
  const auto rules = state.rules.find(text(content, "category_id"));
  for (auto& value : result) {
    auto& certificate = value.as_object();
    if (rules != state.rules.end()) {
      const auto* rule = find_by(list(rules->second, "product_certifications"), "id", text(certificate, "id"));
      if (rule) certificate["title"] = text(*rule, "name");
    }
    json::array images;
    for (const auto& each : list(certificate, "images"))
      images.push_back(shown_image(state, text(as_object(each), "uri")));
    certificate["images"] = std::move(images);
    json::array files = list(certificate, "files");
    for (auto& each : files)
      each.as_object()["urls"] = json::array{"https://p16-oec-va.ibyteimg.com/" + text(as_object(each), "id")};
    certificate["files"] = std::move(files);
  }
  return result;
}

/// The status without the review, which knows neither PENDING nor FAILED (section 10.1). Who took a product down that
/// is reviewed again is not remembered.
std::string product_status(const product& shown) {
  if (shown.status != "PENDING" && shown.status != "FAILED") return shown.status;
  return shown.was_live ? "SELLER_DEACTIVATED" : "INITIAL";
}

json::object audit_of(const product& shown) {
  json::object audit{{"status", shown.audit}};
  if (!shown.pre_approved_reasons.empty()) audit["pre_approved_reasons"] = shown.pre_approved_reasons;
  return audit;
}

} // namespace

void settle_content(world& state, product& target, json::object& content) {
  for (const char* key : {"save_mode", "idempotency_key", "category_version", "option"}) content.erase(key);
  const auto category = text(content, "category_id");
  json::array skus = list(content, "skus");
  for (auto& value : skus) {
    auto& sku = value.as_object();
    if (text(sku, "id").empty()) sku["id"] = state.next_id();
    auto& offer = target.offers[text(sku, "id")];
    for (const char* key : {"price", "inventory", "list_price"}) {
      if (has(sku, key)) offer[key] = sku.at(key);
      sku.erase(key);
    }
    json::array attributes = list(sku, "sales_attributes");
    for (auto& each : attributes) settle_sales_attribute(state, category, each.as_object());
    sku["sales_attributes"] = std::move(attributes);
  }
  content["skus"] = std::move(skus);
}

json::object written(const product& shown, const json::object& content) {
  json::array skus;
  for (const auto& value : list(content, "skus")) {
    const auto& sku = as_object(value);
    json::array attributes;
    for (const auto& each : list(sku, "sales_attributes")) {
      attributes.push_back(
          json::object{{"id", text(as_object(each), "id")}, {"value_id", text(as_object(each), "value_id")}});
    }
    json::object row{
        {"id", text(sku, "id")}, {"seller_sku", text(sku, "seller_sku")}, {"sales_attributes", std::move(attributes)}};
    if (has(sku, "external_sku_id")) row["external_sku_id"] = text(sku, "external_sku_id");
    skus.push_back(std::move(row));
  }
  return {{"product_id", shown.id}, {"skus", std::move(skus)}};
}

json::object view(const world& state, const product& shown, const json::object& content) {
  json::object result{{"id", shown.id},
                      {"status", shown.status},
                      {"product_status", product_status(shown)},
                      {"audit", audit_of(shown)},
                      {"title", text(content, "title")},
                      {"description", text(content, "description")},
                      {"category_chains", category_chain(state, text(content, "category_id"))},
                      {"product_attributes", shown_attributes(state, content)},
                      {"certifications", shown_certifications(state, content)},
                      {"package_weight", shown_weight(part(content, "package_weight"))},
                      {"has_draft", shown.draft.has_value()},
                      {"is_replicated", false},
                      {"delivery_options", json::array{}},
                      {"recommended_categories", json::array{}},
                      {"create_time", shown.created_ms / 1000},
                      {"update_time", shown.updated_ms / 1000}};
  for (const char* key :
       {"external_product_id", "is_cod_allowed", "is_not_for_sale", "is_pre_owned", "manufacturer_ids",
        "responsible_person_ids", "shipping_template_id", "minimum_order_quantity", "shipping_insurance_requirement"}) {
    if (has(content, key)) result[key] = content.at(key);
  }
  if (shown.audit == "FAILED") result["audit_failed_reasons"] = shown.failed_reasons;
  if (has(content, "package_dimensions"))
    result["package_dimensions"] = shown_dimensions(part(content, "package_dimensions"));
  if (const auto* brand = find_by(state.brands, "id", text(content, "brand_id"))) {
    result["brand"] = json::object{{"id", text(*brand, "id")}, {"name", text(*brand, "name")}};
  }
  if (has(part(content, "size_chart"), "image")) {
    result["size_chart"] =
        json::object{{"image", shown_image(state, text(part(part(content, "size_chart"), "image"), "uri"))}};
  }
  json::array images, skus;
  for (const auto& each : list(content, "main_images"))
    images.push_back(shown_image(state, text(as_object(each), "uri")));
  for (const auto& each : list(content, "skus")) skus.push_back(shown_sku(state, shown, as_object(each)));
  result["main_images"] = std::move(images);
  result["skus"] = std::move(skus);
  return result;
}

const json::object& working_version(const product& shown) {
  if (shown.draft) return *shown.draft;
  return shown.review_version ? *shown.review_version : shown.base;
}

void touch(product& changed) {
  changed.updated_ms = now_ms();
  json::array skus;
  for (const auto& value : list(changed.base, "skus")) {
    auto row = shown_offer(changed, text(as_object(value), "id"));
    row["id"] = text(as_object(value), "id");
    row["seller_sku"] = text(as_object(value), "seller_sku");
    skus.push_back(std::move(row));
  }
  json::object row{{"id", changed.id},
                   {"title", text(changed.base, "title")},
                   {"status", changed.status},
                   {"audit", audit_of(changed)},
                   {"has_draft", changed.draft.has_value()},
                   {"create_time", changed.created_ms / 1000},
                   {"update_time", changed.updated_ms / 1000},
                   {"skus", std::move(skus)}};
  changed.index.push_back({changed.updated_ms, std::move(row)});
}

void submit(world& state, product& changed, json::object content) {
  const bool beside = changed.was_live && (changed.status == "ACTIVATE" || changed.status == "SELLER_DEACTIVATED");
  changed.draft.reset();
  if (beside && !changed.review_version && content == changed.base) return; // only price and stock: no review
  if (beside) {
    changed.review_version = std::move(content);
  } else {
    changed.base = std::move(content);
    changed.status = "PENDING";
  }
  changed.audit = "AUDITING";
  changed.failed_reasons.clear();
  changed.pre_approved_reasons.clear();
  changed.submitted_ms = now_ms();
  state.in_review.insert(changed.id);
  ++changed.rounds;
}

} // namespace listingd::simulator
