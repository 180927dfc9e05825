// SKUs: sales attributes, images of variants, stock, price, identifier codes (product reference, sections 4.1
// and 12.1).
#include "simulator/examination.hpp"
#include "simulator/media.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <regex>

namespace listingd::simulator {

namespace {

struct market {
  std::string_view region, currency;
  double least, most;
  bool whole;
};

// Section 12.1; "whole" because whether JPY, IDR and VND take decimals is not stated, so integers are expected.
constexpr std::array markets{
    market{"US", "USD", 0.01, 7600, false},   market{"GB", "GBP", 0.01, 5600, false},
    market{"DE", "EUR", 0.01, 6300, false},   market{"FR", "EUR", 0.01, 6300, false},
    market{"ES", "EUR", 0.01, 6300, false},   market{"IT", "EUR", 0.01, 6300, false},
    market{"IE", "EUR", 0.01, 6300, false},   market{"JP", "JPY", 1, 500000, true},
    market{"MX", "MXN", 1, 50000, false},     market{"BR", "BRL", 0.5, 10000, false},
    market{"ID", "IDR", 100, 1e8, true},      market{"MY", "MYR", 0.01, 320000, false},
    market{"PH", "PHP", 0.01, 400000, false}, market{"SG", "SGD", 0.01, 10000, false},
    market{"TH", "THB", 30, 260000, false},   market{"VN", "VND", 1, 1.8e8, true},
};

const market& market_of(const std::string& region) {
  const auto found = std::ranges::find(markets, region, &market::region);
  return found == markets.end() ? markets.front() : *found;
}

bool all_digits(std::string_view code) {
  return !code.empty() && std::ranges::all_of(code, [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool fits_type(const std::string& type, const std::string& code) {
  static const std::map<std::string, std::set<std::size_t>> lengths = {
      {"GTIN", {14}}, {"EAN", {8, 13, 14}}, {"UPC", {12}}, {"ISBN", {13}}, {"JAN", {8, 13}}};
  if (type == "ISBN" && code.size() == 10)
    return all_digits(code.substr(0, 9)) && (code[9] == 'X' || all_digits(code.substr(9)));
  const auto found = lengths.find(type);
  return found != lengths.end() && found->second.contains(code.size()) && all_digits(code);
}

const json::object* former_sku(const examination& all, const std::string& id) {
  if (!all.existing) return nullptr;
  const auto& content = all.existing->review_version ? *all.existing->review_version : all.existing->base;
  for (const auto* version : {&content, &all.existing->base}) {
    for (const auto& value : list(*version, "skus")) {
      if (text(as_object(value), "id") == id) return &as_object(value);
    }
  }
  return nullptr;
}

void examine_identifier(examination& all, json::object& sku, const json::object* former, std::set<std::string>& codes) {
  const auto& given = part(sku, "identifier_code");
  const auto code = text(given, "code"), type = text(given, "type");
  const auto old = former ? text(part(*former, "identifier_code"), "code") : "";
  if (!old.empty() && code != old && all.existing->status != "DRAFT") {
    all.fail(12052593, "The identifier code cannot change after submission.");
  }
  if (code.empty()) return;
  static const std::set<std::string> types = {"GTIN", "EAN", "UPC", "ISBN", "JAN"};
  if (!types.contains(type)) return all.fail(12052600, "The identifier type is missing or unknown.");
  if (!codes.insert(code).second) all.fail(12052592, "The identifier code " + code + " is used twice.");
  if (fits_type(type, code)) return;
  if (type == "GTIN" && all.why != purpose::check) {
    sku.erase("identifier_code");
    all.warnings.push_back("[identifier_code]:" + code + " has been cleared. Reason: [The GTIN format is not valid]");
    return;
  }
  const bool misplaced = type == "ISBN" && code.find('X') != std::string::npos && !code.ends_with('X');
  all.fail(misplaced ? 12052598 : 12052591, "The identifier code " + code + " does not fit the type " + type + ".");
}

void examine_offer(examination& all, const json::object& sku, const json::object* former) {
  const bool may_miss = former && all.offers_kept;
  if (has(sku, "price")) {
    for (auto& each : examine_price(all.seller, part(sku, "price"))) all.problems.push_back(std::move(each));
  } else if (!may_miss) {
    all.fail(12052571, "The price is missing for the SKU " + text(sku, "seller_sku") + ".");
  }
  if (has(sku, "list_price")) {
    const auto& listed = part(sku, "list_price");
    if (all.seller.region != "US")
      all.fail(12052376, "The list price is not supported here.");
    else if (std::atof(text(listed, "amount").c_str()) > 7600)
      all.fail(12052383, "The list price is above the limit.");
  }
  const auto& inventory = list(sku, "inventory");
  if (inventory.empty()) {
    if (!may_miss) all.fail(12052486, "The stock is missing for the SKU " + text(sku, "seller_sku") + ".");
    return;
  }
  for (auto& each : examine_inventory(all.state, inventory, all.state.setting.zero_stock)) {
    all.problems.push_back(std::move(each));
  }
  const auto offer =
      former ? all.existing->offers.find(text(sku, "id")) : std::map<std::string, json::object>::const_iterator();
  if (!former || offer == all.existing->offers.end()) return;
  std::set<std::string> before, now;
  for (const auto& value : list(offer->second, "inventory")) before.insert(text(as_object(value), "warehouse_id"));
  for (const auto& value : inventory) now.insert(text(as_object(value), "warehouse_id"));
  if (before != now) all.fail(12052533, "The warehouses of an existing SKU cannot change.");
}

/// One sales attribute of one SKU; returns what identifies the attribute, for the comparison between SKUs.
std::string examine_sales_attribute(examination& all, const json::array& known, const json::object& given) {
  const auto id = text(given, "id"), name = text(given, "name");
  const auto value_id = text(given, "value_id"), value_name = text(given, "value_name");
  if (id.empty() && name.empty()) all.fail(12052241, "A sales attribute has neither id nor name.");
  if (value_id.empty() && value_name.empty()) all.fail(12052248, "A sales attribute value has neither id nor name.");
  if (id.empty() && code_points(name).size() > 20) all.fail(12052242, "A sales attribute name is longer than 20.");
  if (value_id.empty() && code_points(value_name).size() > 50) all.fail(12052249, "A value name is longer than 50.");
  if (has_chinese(name + value_name) && all.seller.region != "JP")
    all.fail(12052554, "A SKU name holds Chinese characters.");
  if (id.empty() && (badly_formatted(name) || has_html_entity(name)))
    all.fail(12052933, "A sales attribute name is badly formatted.");
  if (value_id.empty() && (badly_formatted(value_name) || has_html_entity(value_name))) {
    all.fail(12052934, "A sales attribute value is badly formatted: " + value_name);
  }
  const bool custom = id.starts_with("7") && id.size() == 19; // given out by this shop for a custom name
  const auto found = std::ranges::find_if(known, [&](const json::value& each) {
    return text(as_object(each), "id") == id && text(as_object(each), "type") == "SALES_PROPERTY";
  });
  if (!id.empty() && !custom && found == known.end()) {
    all.fail(12052527, "The sales attribute id " + id + " is unknown in this category.");
  } else if (!id.empty() && !custom && !value_id.empty() && !(value_id.starts_with("7") && value_id.size() == 19)) {
    const auto& values = list(as_object(*found), "values");
    const bool listed =
        std::ranges::any_of(values, [&](const json::value& v) { return text(as_object(v), "id") == value_id; });
    if (!listed) all.fail(12052529, "The value id " + value_id + " is unknown.");
  }
  return id.empty() ? "name " + name : "id " + id;
}

struct variant_images {
  std::set<std::string> attributes;    // that carry images
  std::set<std::string> with, without; // attribute + value
};

void examine_variant_image(examination& all, const json::object& given, const std::string& axis, variant_images& seen) {
  const auto value = axis + "\n" + text(given, "value_id") + "\n" + text(given, "value_name");
  const auto& extra = list(given, "supplementary_sku_images");
  if (extra.size() > 8) all.fail(12052356, "There are more than 8 supplementary images.");
  if (!has(given, "sku_img")) {
    if (!extra.empty()) all.fail(12052357, "Supplementary images need a sku_img.");
    seen.without.insert(value);
    return;
  }
  seen.attributes.insert(axis);
  seen.with.insert(value);
  const auto uri = text(part(given, "sku_img"), "uri");
  const auto found = all.state.images.find(uri);
  if (found == all.state.images.end() || found->second.use_case != "ATTRIBUTE_IMAGE") {
    all.fail(12052520, "The variant image URI " + uri + " is not valid.");
  } else if (!within_ratio(found->second.width, found->second.height)) {
    all.fail(12052524, "The aspect ratio of the variant image must be between 3:4 and 4:3: " + uri);
  }
}

void judge_variant_images(examination& all, const variant_images& seen) {
  if (seen.attributes.size() > 1) all.fail(12052528, "Images are on more than one sales attribute.");
  for (const auto& value : seen.without) {
    const auto axis = value.substr(0, value.find('\n'));
    if (seen.attributes.contains(axis)) return all.fail(12052522, "A variant image is missing for some value.");
  }
}

void examine_axes(examination& all, const json::array& skus) {
  const auto found = all.state.attributes.find(text(all.content, "category_id"));
  static const json::array none;
  const auto& known = found == all.state.attributes.end() ? none : found->second;
  std::set<std::set<std::string>> axis_sets;
  std::set<std::string> combinations;
  variant_images seen;
  for (const auto& value : skus) {
    const auto& attributes = list(as_object(value), "sales_attributes");
    std::set<std::string> axes, combination;
    for (const auto& each : attributes) {
      const auto axis = examine_sales_attribute(all, known, as_object(each));
      if (!axes.insert(axis).second) all.fail(12052244, "A sales attribute is repeated in one SKU.");
      combination.insert(axis + "=" + text(as_object(each), "value_id") + "/" + text(as_object(each), "value_name"));
      examine_variant_image(all, as_object(each), axis, seen);
    }
    if (axes.size() > 3) all.fail(12052525, "There are more than 3 sales attributes.");
    axis_sets.insert(axes);
    std::string joined;
    for (const auto& each : combination) joined += each + "\n";
    if (!combinations.insert(joined).second && !joined.empty()) {
      all.fail(12052560, "Two SKUs have the same combination of sales attributes.");
    }
  }
  const bool bare = skus.size() > 1 && axis_sets.contains({});
  if (axis_sets.size() > 1 || bare) all.fail(12052550, "The SKUs do not all carry the same sales attributes.");
  judge_variant_images(all, seen);
}

} // namespace

std::int64_t sku_limit(const std::string& region) {
  static const std::set<std::string> many = {"BR", "DE", "FR", "ES", "IT", "IE", "JP", "MX", "GB", "US"};
  return many.contains(region) ? 300 : 100;
}

std::string market_currency(const std::string& region) {
  return std::string(market_of(region).currency);
}

std::vector<problem> examine_price(const shop& seller, const json::object& price) {
  static const std::regex form("[0-9]{1,10}(\\.[0-9]{1,2})?");
  const auto& here = market_of(seller.region);
  const auto amount = text(price, "amount");
  std::vector<problem> problems;
  if (text(price, "currency") != here.currency) problems.push_back({12052084, "The currency is wrong for this shop."});
  if (!std::regex_match(amount, form) || (here.whole && amount.find('.') != std::string::npos)) {
    problems.push_back({12052012, "The price is not a decimal of this currency: " + amount});
  } else if (std::stod(amount) < here.least || std::stod(amount) > here.most) {
    problems.push_back({12052570, "The price is outside the range of this market: " + amount});
  }
  if (has(price, "sale_price") && seller.seller_type == "LOCAL") {
    problems.push_back({12052092, "The sale_price is for global sellers only."});
  }
  return problems;
}

std::vector<problem> examine_inventory(const world& state, const json::array& inventory, bool zero_allowed) {
  std::vector<problem> problems;
  std::set<std::string> seen;
  for (const auto& value : inventory) {
    const auto& stock = as_object(value);
    const auto id = text(stock, "warehouse_id");
    const auto found = std::ranges::find_if(state.warehouses,
                                            [&](const json::value& each) { return text(as_object(each), "id") == id; });
    if (id.empty())
      problems.push_back({12052096, "The warehouse_id is missing."});
    else if (found == state.warehouses.end())
      problems.push_back({12052097, "The warehouse " + id + " does not exist."});
    else if (text(as_object(*found), "type") != "SALES_WAREHOUSE")
      problems.push_back({12052532, "The warehouse " + id + " is not a shipping warehouse."});
    else if (text(as_object(*found), "effect_status") == "DISABLED")
      problems.push_back({12052531, "The warehouse " + id + " is disabled."});
    if (!seen.insert(id).second) problems.push_back({12052555, "The warehouse " + id + " is repeated."});
    const auto quantity = number(stock, "quantity", -1);
    if (quantity < (zero_allowed ? 0 : 1) || quantity > 99999) {
      problems.push_back({12052055, "The quantity must be between 1 and 99999."});
    }
  }
  return problems;
}

void examine_skus(examination& all) {
  json::array skus = list(all.content, "skus");
  if (skus.empty()) return all.fail(12052902, "The SKU list is empty.");
  const auto limit = sku_limit(all.seller.region);
  if (skus.size() > static_cast<std::size_t>(limit))
    all.fail(12052050, "There are more than " + std::to_string(limit) + " SKUs.");
  std::set<std::string> ids, codes;
  for (auto& value : skus) {
    if (!value.is_object()) continue;
    auto& sku = value.as_object();
    const auto id = text(sku, "id"), seller_sku = text(sku, "seller_sku");
    const auto* former = id.empty() ? nullptr : former_sku(all, id);
    if (!id.empty() && !former) all.fail(12052557, "The SKU " + id + " does not belong to this product.");
    if (!id.empty() && !ids.insert(id).second) all.fail(12052553, "The SKU id " + id + " is repeated.");
    if (seller_sku.size() > 50) all.fail(12052054, "The seller_sku is longer than 50 characters.");
    if (seller_sku.find(' ') != std::string::npos) all.fail(12019059, "The seller_sku holds spaces: " + seller_sku);
    if (text(sku, "external_sku_id").size() > 999) all.fail(12052369, "The external_sku_id is too long.");
    examine_identifier(all, sku, former, codes);
    examine_offer(all, sku, former);
  }
  examine_axes(all, skus);
  all.content["skus"] = std::move(skus);
}

void examine(examination& all) {
  examine_words(all);
  examine_images(all);
  examine_attributes(all);
  examine_skus(all);
  examine_package(all);
  examine_compliance(all);
}

} // namespace listingd::simulator
