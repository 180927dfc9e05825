// Activate, deactivate, delete, recover: up to 20 products a call, failures per item inside code 0 (section 7).
#include "simulator/gateway.hpp"
#include "simulator/product.hpp"
#include "simulator/webhooks.hpp"

namespace listingd::simulator {

namespace {

using change = void (*)(call&, product&);

refusal not_allowed() {
  return {12052901, "The product status does not allow the operation."};
}

json::object item_error(const std::string& id, const refusal& why, bool wrapped) {
  json::object detail{{"product_id", id}};
  if (!wrapped) return {{"code", why.code}, {"message", why.message}, {"detail", std::move(detail)}};
  detail["extra_errors"] = json::array{json::object{{"code", why.code}, {"message", why.message}}};
  return {{"code", 12052990}, {"message", "The check failed, see extra_errors."}, {"detail", std::move(detail)}};
}

json::value for_each_product(call& asked, change apply, bool wrapped = false) {
  const auto ids = texts(asked.body, "product_ids");
  if (ids.empty()) throw refusal{12052910, "The product_ids are missing."};
  if (ids.size() > 20) throw refusal{12019120, "There are more than 20 product ids."};
  json::array errors;
  for (const auto& id : ids) {
    try {
      auto* found = asked.state.find_product(id);
      if (!found) throw refusal{12052032, "The product does not exist: " + id};
      if (found->shop_id != asked.seller->id) throw refusal{12052048, "The product is not in this shop."};
      apply(asked, *found);
      touch(*found);
    } catch (const refusal& why) {
      errors.push_back(item_error(id, why, wrapped));
    }
  }
  if (errors.empty()) return json::object{};
  return json::object{{"errors", std::move(errors)}};
}

void activate(call& asked, product& target) {
  if (target.status != "SELLER_DEACTIVATED" && target.status != "PLATFORM_DEACTIVATED") throw not_allowed();
  auto& state = asked.state;
  if (state.setting.daily_quota > 0 && state.listed_today >= state.setting.daily_quota) {
    throw refusal{12052093, "The product listing limit of the seller has been reached."};
  }
  ++state.listed_today;
  target.status = "PENDING";
  submit(asked.state, target, target.review_version ? *target.review_version : target.base);
  target.review_version.reset();
}

void deactivate(call& asked, product& target) {
  if (target.status != "ACTIVATE") throw not_allowed();
  target.status = "SELLER_DEACTIVATED";
  notify_status(asked.state, target, "PRODUCT_STATUS_CHANGED");
}

void remove(call& asked, product& target) {
  if (target.status == "FREEZE" || target.status == "DELETED") throw not_allowed();
  if (target.draft) return; // seen live: such a delete answers 0 and does nothing
  target.status = "DELETED";
  target.submitted_ms = 0;
  notify_status(asked.state, target, "PRODUCT_STATUS_CHANGED");
}

void recover(call&, product& target) {
  if (target.status != "DELETED") throw not_allowed();
  target.status = "SELLER_DEACTIVATED";
}

} // namespace

json::value activate_products(call& asked) {
  return for_each_product(asked, activate, true);
}
json::value deactivate_products(call& asked) {
  return for_each_product(asked, deactivate);
}
json::value delete_products(call& asked) {
  return for_each_product(asked, remove);
}
json::value recover_products(call& asked) {
  return for_each_product(asked, recover);
}

} // namespace listingd::simulator
