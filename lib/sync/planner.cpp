#include "sync/planner.hpp"

#include "model/json.hpp"

namespace listingd::sync {

namespace {

/// Every leaf of a draft as "skus.0.price" -> text.
void flatten(const boost::json::value& from, const std::string& path, std::vector<drift>& out) {
  const auto below = [&](std::string_view name) {
    return path.empty() ? std::string(name) : path + "." + std::string(name);
  };
  if (const auto* object = from.if_object()) {
    for (const auto& [name, value] : *object) flatten(value, below(name), out);
  } else if (const auto* array = from.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) flatten((*array)[i], below(std::to_string(i)), out);
  } else if (auto text = from.is_string() ? std::string(from.get_string()) : boost::json::serialize(from);
             !text.empty() && !from.is_null()) {
    out.push_back({path, std::move(text), ""});
  }
}

} // namespace

task<result<planned>> planner::plan(listing_ref ref) {
  const auto where = "product " + ref.product.text();
  auto held = co_await with_.db.peek(ref);
  if (!held) co_return bad_data(where, "listing_unknown", "there is no such product in this shop");
  const auto shop = co_await with_.db.shop(ref.shop);
  const auto* configured = with_.setting_of(ref.shop);
  if (!shop || configured == nullptr)
    co_return bad_data(where, "shop_not_connected", "shop " + ref.shop.text() + " is not connected and configured");
  const auto setting = *configured;
  auto ready = co_await preparing_.prepare(*held, *shop, setting);
  if (!ready) co_return std::unexpected(ready.error());
  auto known = co_await preparing_.facts_for(*held, *shop, setting, *ready);
  known.shop.live_mode = true;
  planned out{.ref = ref,
              .live_mode = setting.live,
              .step = review::decide(known, with_.time.now(), with_.settings.policy),
              .violations = ready->violations,
              .changes = {}};
  if (!ready->wanted) co_return out;
  if (out.step.kind == review::step_kind::adopt) {
    if (const auto live = co_await adopted(out.ref, *ready->wanted))
      out.changes = with_.tiktok.compare(*ready->wanted, *live);
  } else if (held->state.id.empty()) {
    flatten(ready->wanted->to_json(), "", out.changes);
  } else if (!held->state.observed.empty()) {
    observed_product live;
    live.id = held->state.id;
    live.body = held->state.observed;
    out.changes = with_.tiktok.compare(*ready->wanted, live);
  }
  co_return out;
}

task<std::optional<observed_product>> planner::adopted(const listing_ref& ref, const draft& wanted) {
  const auto existing = co_await with_.db.existing_with(ref.shop, skus_of(wanted));
  if (existing.size() != 1) co_return std::nullopt;
  const auto id = existing.front();
  auto seen = co_await tokens_.call<observed_product>(
      ref.shop, [this, id](shop_access access) { return with_.tiktok.get(std::move(access), id, false); });
  if (!seen) co_return std::nullopt;
  co_return std::move(*seen);
}

} // namespace listingd::sync
