// Update price and update inventory: both take effect at once, without review (product reference, section 5.1).
#include "simulator/examination.hpp"
#include "simulator/gateway.hpp"
#include "simulator/product.hpp"

#include <algorithm>

namespace listingd::simulator {

namespace {

product& offered(call& asked) {
  auto* found = asked.state.find_product(asked.path_arguments.front());
  if (!found) throw refusal{12052032, "The product does not exist: " + asked.path_arguments.front()};
  if (found->shop_id != asked.seller->id) throw refusal{12052048, "The product is not in this shop."};
  if (list(asked.body, "skus").empty()) throw refusal{12052902, "The SKU list is empty."};
  return *found;
}

std::vector<problem> judge_stock(const call& asked, const json::object& offer, const json::array& inventory) {
  auto problems = examine_inventory(asked.state, inventory, asked.state.setting.zero_stock);
  std::set<std::string> before, now;
  for (const auto& each : list(offer, "inventory")) before.insert(text(as_object(each), "warehouse_id"));
  for (const auto& each : inventory) now.insert(text(as_object(each), "warehouse_id"));
  if (!std::ranges::includes(now, before))
    problems.push_back({12052516, "Send every warehouse assigned to the SKU."});
  else if (before != now)
    problems.push_back({12052533, "The warehouses of an existing SKU cannot change."});
  return problems;
}

/// warehouse_id may be left out while there is one warehouse only.
json::array completed(json::array inventory, const json::object& offer) {
  const auto& before = list(offer, "inventory");
  if (inventory.size() != 1 || before.size() != 1) return inventory;
  auto& only = inventory[0].as_object();
  if (!has(only, "warehouse_id")) only["warehouse_id"] = text(as_object(before[0]), "warehouse_id");
  return inventory;
}

json::object stock_error(const std::string& sku_id, const std::vector<problem>& problems) {
  json::array extra;
  for (const auto& each : problems) extra.push_back(json::object{{"code", each.code}, {"message", each.message}});
  return {{"code", 12052990},
          {"message", "The check failed, see extra_errors."},
          {"detail", json::object{{"sku_id", sku_id}, {"extra_errors", std::move(extra)}}}};
}

} // namespace

json::value update_prices(call& asked) {
  auto& target = offered(asked);
  check_shape(asked.body, asked.state.unknown_fields);
  if (target.status != "ACTIVATE") throw refusal{12052901, "The product status does not allow the operation."};
  // All or nothing: judge every SKU before any is changed.
  for (const auto& value : list(asked.body, "skus")) {
    const auto& sku = as_object(value);
    if (!target.offers.contains(text(sku, "id"))) throw refusal{12052557, "The SKU does not belong to this product."};
    const auto problems = examine_price(*asked.seller, part(sku, "price"));
    if (!problems.empty()) throw refusal{problems.front().code, problems.front().message};
  }
  for (const auto& value : list(asked.body, "skus")) {
    auto& offer = target.offers[text(as_object(value), "id")];
    offer["price"] = part(as_object(value), "price");
    if (has(as_object(value), "list_price")) offer["list_price"] = part(as_object(value), "list_price");
  }
  touch(target);
  return json::object{};
}

json::value update_inventory(call& asked) {
  auto& target = offered(asked);
  check_shape(asked.body, asked.state.unknown_fields);
  if (target.status == "FREEZE" || target.status == "DELETED") {
    throw refusal{12052901, "The product status does not allow the operation."};
  }
  json::array errors;
  for (const auto& value : list(asked.body, "skus")) {
    const auto id = text(as_object(value), "id");
    const auto offer = target.offers.find(id);
    if (offer == target.offers.end()) {
      errors.push_back(stock_error(id, {{12052556, "The SKU does not exist."}}));
      continue;
    }
    const auto inventory = completed(list(as_object(value), "inventory"), offer->second);
    const auto problems = judge_stock(asked, offer->second, inventory);
    if (problems.empty())
      offer->second["inventory"] = inventory;
    else
      errors.push_back(stock_error(id, problems));
  }
  touch(target);
  if (errors.empty()) return json::object{};
  return json::object{{"errors", std::move(errors)}};
}

} // namespace listingd::simulator
