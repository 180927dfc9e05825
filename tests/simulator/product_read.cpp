// Get Product and Search Products (product reference, sections 5.2 and 5.3).
#include "simulator/gateway.hpp"
#include "simulator/product.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace listingd::simulator {

namespace {

/// What the search index knows of a product: its newest state older than the lag, or nothing yet.
const json::object* visible(product& each, std::int64_t until) {
  while (each.index.size() > 1 && each.index[1].at_ms <= until) each.index.pop_front();
  return each.index.empty() || each.index.front().at_ms > until ? nullptr : &each.index.front().row;
}

bool within(const json::object& body, const json::object& row, const std::string& what) {
  const auto time = number(row, what);
  return (!has(body, what + "_ge") || time >= number(body, what + "_ge")) &&
         (!has(body, what + "_le") || time <= number(body, what + "_le"));
}

bool has_sku(const json::object& row, const std::vector<std::string>& wanted, std::string_view key) {
  return std::ranges::any_of(list(row, "skus"), [&](const json::value& sku) {
    return std::ranges::count(wanted, text(as_object(sku), key)) > 0;
  });
}

bool matches(const json::object& body, const json::object& row) {
  const auto status = text(body, "status");
  if (!status.empty() && status != "ALL" && status != text(row, "status")) return false;
  const auto audits = texts(body, "audit_status");
  if (!audits.empty() && !std::ranges::count(audits, text(part(row, "audit"), "status"))) return false;
  const auto seller_skus = texts(body, "seller_skus"), sku_ids = texts(body, "sku_ids");
  if (!seller_skus.empty() && !has_sku(row, seller_skus, "seller_sku")) return false;
  if (!sku_ids.empty() && !has_sku(row, sku_ids, "id")) return false;
  return within(body, row, "create_time") && within(body, row, "update_time");
}

void check_search(const call& asked) {
  static const std::set<std::string> states = {
      "",       "ALL",    "DRAFT", "PENDING", "FAILED", "ACTIVATE", "SELLER_DEACTIVATED", "PLATFORM_DEACTIVATED",
      "FREEZE", "DELETED"};
  if (!states.contains(text(asked.body, "status"))) throw refusal{12052910, "The status is not valid."};
  if (list(asked.body, "seller_skus").size() > 10) throw refusal{12019027, "There are more than 10 seller_skus."};
  if (list(asked.body, "sku_ids").size() > 10) throw refusal{12019087, "There are more than 10 sku_ids."};
  for (const char* key : {"update_time_ge", "update_time_le"}) {
    if (has(asked.body, key) && !asked.body.at(key).is_int64())
      throw refusal{12019119, "The update time is not valid."};
  }
  for (const char* key : {"create_time_ge", "create_time_le"}) {
    if (has(asked.body, key) && !asked.body.at(key).is_int64())
      throw refusal{12019118, "The create time is not valid."};
  }
}

std::size_t digits(const std::string& given, std::size_t otherwise) {
  const bool valid = !given.empty() && given.size() < 7 &&
                     std::ranges::all_of(given, [](unsigned char c) { return std::isdigit(c) != 0; });
  return valid ? std::stoul(given) : otherwise;
}

// A page token holds the characters that must be signed decoded and sent encoded.
std::string page_token(std::size_t at) {
  return "p+/" + std::to_string(at) + "==";
}

std::size_t page_start(const std::string& token) {
  if (token.empty()) return 0;
  const bool shaped = token.size() > 5 && token.starts_with("p+/") && token.ends_with("==");
  const auto at = shaped ? digits(token.substr(3, token.size() - 5), 0) : 0;
  if (at == 0) throw refusal{12019108, "The page_token is not valid."};
  return at;
}

} // namespace

json::value get_product(call& asked) {
  const auto* found = asked.state.find_product(asked.path_arguments.front());
  if (!found) throw refusal{12052032, "The product does not exist: " + asked.path_arguments.front()};
  if (found->shop_id != asked.seller->id) throw refusal{12052048, "The product is not in this shop."};
  if (found->status == "FREEZE" || found->status == "DELETED") {
    throw refusal{12052901, "The product status does not allow the operation."};
  }
  const bool review = asked.parameter("return_under_review_version") == "true";
  const bool draft = asked.parameter("return_draft_version") == "true";
  if (review && draft) throw refusal{12052910, "Only one version can be returned."};
  if (review) {
    if (!found->review_version) throw refusal{12052547, "The product has no version under review."};
    return view(asked.state, *found, *found->review_version);
  }
  return view(asked.state, *found, draft && found->draft ? *found->draft : found->base);
}

json::value search_products(call& asked) {
  const auto size = digits(asked.parameter("page_size"), 0);
  if (size < 1 || size > 100) throw refusal{12019109, "The page_size must be between 1 and 100."};
  check_search(asked);
  std::vector<const json::object*> rows;
  const auto until = now_ms() - asked.state.setting.search_lag_ms;
  for (auto& [id, each] : asked.state.products) {
    const auto* row = each.shop_id == asked.seller->id ? visible(each, until) : nullptr;
    if (row && matches(asked.body, *row)) rows.push_back(row);
  }
  if (std::cmp_greater(rows.size(), asked.state.setting.search_limit))
    throw refusal{12052180, "The search results exceed the limit."};
  // Newest first: pages shift while products are being created, as was seen live.
  std::ranges::reverse(rows);
  json::array page;
  auto at = page_start(asked.parameter("page_token"));
  for (; at < rows.size() && page.size() < size; ++at) {
    json::object row = *rows[at];
    row["sales_regions"] = json::array{asked.seller->region};
    page.push_back(std::move(row));
  }
  return json::object{{"products", std::move(page)},
                      {"total_count", rows.size()},
                      {"next_page_token", at < rows.size() ? page_token(at) : ""}};
}

} // namespace listingd::simulator
