// Shops, category tree, attributes, rules, brands, warehouses, prerequisites (product reference, sections 1, 6 and 8).
#include "simulator/gateway.hpp"

#include <algorithm>
#include <cctype>

namespace listingd::simulator {

namespace {

/// The market's tree version; an omitted one means v1 (section 1.2).
void check_version(const call& asked, const std::string& given) {
  const auto wanted = asked.state.category_version.find(asked.seller->region);
  const std::string version = given.empty() ? "v1" : given;
  if (version != (wanted == asked.state.category_version.end() ? "v1" : wanted->second)) {
    throw refusal{12052217, "The category_version is not valid for this shop."};
  }
}

const json::object& leaf_of(const call& asked) {
  check_version(asked, asked.parameter("category_version"));
  const auto* category = asked.state.category(asked.path_arguments.front());
  if (!category) throw refusal{12052023, "The category does not exist."};
  if (!flag(*category, "is_leaf"))
    throw refusal{12052230, "The category is not a leaf or of another category version."};
  return *category;
}

bool permits(const json::object& category, std::string_view status) {
  return std::ranges::count(texts(category, "permission_statuses"), status) > 0;
}

std::int64_t page_size_of(const call& asked) {
  const auto given = asked.parameter("page_size");
  const bool digits = !given.empty() && given.size() < 4 &&
                      std::ranges::all_of(given, [](unsigned char c) { return std::isdigit(c) != 0; });
  const auto size = digits ? std::stoll(given) : 0;
  if (size < 1 || size > 100) throw refusal{12019109, "The page_size must be between 1 and 100."};
  return size;
}

bool starts_like(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && std::equal(start.begin(), start.end(), text.begin(), [](char a, char b) {
           return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
         });
}

} // namespace

json::object shop_row(const shop& about) {
  return {{"id", about.id},         {"name", about.name}, {"region", about.region}, {"seller_type", about.seller_type},
          {"cipher", about.cipher}, {"code", about.code}};
}

json::value get_shops(call& asked) {
  json::array shops;
  for (const auto& id : asked.grant->shop_ids) {
    auto row = shop_row(*asked.state.shop_by_id(id));
    if (asked.state.setting.extra_fields) {
      row["health"] = json::object{{"score", 98}, {"warnings", json::array{json::object{{"kind", nullptr}}}}};
    }
    shops.emplace_back(std::move(row));
  }
  json::object result{{"shops", std::move(shops)}};
  if (asked.state.setting.extra_fields) result["total_count"] = asked.grant->shop_ids.size();
  return result;
}

json::value get_categories(call& asked) {
  check_version(asked, asked.parameter("category_version"));
  const bool prohibited = asked.parameter("include_prohibited_categories") == "true";
  json::array categories;
  for (const auto& id : asked.state.category_order) {
    const auto& category = asked.state.categories.at(id);
    if (!prohibited && permits(category, "PROHIBITED")) continue;
    if (text(category, "local_name").find(asked.parameter("keyword")) == std::string::npos) continue;
    categories.emplace_back(category);
  }
  return json::object{{"categories", std::move(categories)}};
}

json::value get_rules(call& asked) {
  leaf_of(asked);
  const auto found = asked.state.rules.find(asked.path_arguments.front());
  return found == asked.state.rules.end() ? json::object{} : found->second;
}

json::value get_attributes(call& asked) {
  leaf_of(asked);
  const auto found = asked.state.attributes.find(asked.path_arguments.front());
  return json::object{{"attributes", found == asked.state.attributes.end() ? json::array{} : found->second}};
}

json::value recommend_category(call& asked) {
  check_version(asked, text(asked.body, "category_version"));
  const auto title = text(asked.body, "product_title");
  for (const auto& id : asked.state.category_order) {
    const auto& category = asked.state.categories.at(id);
    const auto name = text(category, "local_name");
    auto stem = name.substr(0, name.find(' '));
    if (stem.ends_with('s')) stem.pop_back();
    const bool named = !std::ranges::search(title, stem, [](unsigned char a, unsigned char b) {
                          return std::tolower(a) == std::tolower(b);
                        }).empty();
    if (!flag(category, "is_leaf") || stem.size() < 3 || !named) continue;
    json::array chain;
    for (const auto* each = &category; each; each = asked.state.category(text(*each, "parent_id"))) {
      chain.insert(chain.begin(), json::object{{"id", text(*each, "id")},
                                               {"name", text(*each, "local_name")},
                                               {"is_leaf", flag(*each, "is_leaf")},
                                               {"permission_statuses", list(*each, "permission_statuses")}});
    }
    int level = 0;
    for (auto& each : chain) each.as_object()["level"] = ++level;
    return json::object{{"leaf_category_id", id}, {"categories", std::move(chain)}};
  }
  throw refusal{12019064, "No category matches; give a fuller title."};
}

json::value get_brands(call& asked) {
  const auto size = page_size_of(asked);
  const auto token = asked.parameter("page_token");
  json::array matching, page;
  for (const auto& value : asked.state.brands) {
    if (starts_like(text(as_object(value), "name"), asked.parameter("brand_name"))) matching.push_back(value);
  }
  std::size_t at = token.starts_with("b=") && token.size() < 12 ? std::stoul("0" + token.substr(2)) : 0;
  for (; at < matching.size() && page.size() < static_cast<std::size_t>(size); ++at) page.push_back(matching[at]);
  return json::object{{"brands", std::move(page)},
                      {"total_count", matching.size()},
                      {"next_page_token", at < matching.size() ? "b=" + std::to_string(at) : ""}};
}

json::value create_brand(call& asked) {
  const auto name = text(asked.body, "name");
  const auto length = code_points(name).size();
  if (length < 2) throw refusal{12052189, "The brand name is shorter than 2 characters."};
  if (length > 30) throw refusal{12052190, "The brand name is longer than 30 characters."};
  if (has_chinese(name)) throw refusal{12052204, "The brand name is not valid."};
  if (badly_formatted(name)) throw refusal{12052191, "The brand name holds special characters."};
  for (const auto& brand : asked.state.brands) {
    if (text(as_object(brand), "name") == name) throw refusal{12052205, "The brand name exists already."};
  }
  const auto id = asked.state.next_id();
  asked.state.brands.push_back(
      json::object{{"id", id}, {"name", name}, {"authorized_status", "UNAUTHORIZED"}, {"is_t1_brand", false}});
  return json::object{{"id", id}};
}

json::value get_warehouses(call& asked) {
  return json::object{{"warehouses", asked.state.warehouses}};
}

json::value get_prerequisites(call& asked) {
  const auto& setting = asked.state.setting;
  const bool full = setting.daily_quota > 0 && asked.state.listed_today >= setting.daily_quota;
  json::array results;
  for (const char* item : {"SHOP_STATUS", "SHOP_TAX", "PICKUP_WAREHOUSE", "RETURN_WAREHOUSE", "DELIVERY_OPTION",
                           "SHIPPING_TEMPLATE", "PRODUCT_QUANTITY_LIMIT", "BANk_ACCOUNT", "CONTACT_INFO"}) {
    const bool limited = full && std::string_view(item) == "PRODUCT_QUANTITY_LIMIT";
    const bool failed = limited || item == setting.failed_prerequisite;
    json::array reasons;
    if (limited) reasons.emplace_back("The number of products listed today has reached the limit.");
    if (failed && !limited) reasons.emplace_back("Complete this item in Seller Center.");
    results.push_back(json::object{{"check_item", item}, {"is_failed", failed}, {"fail_reasons", std::move(reasons)}});
  }
  return json::object{{"check_results", std::move(results)}};
}

} // namespace listingd::simulator
