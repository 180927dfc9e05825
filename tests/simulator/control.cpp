#include "simulator/control.hpp"

#include "simulator/product.hpp"
#include "simulator/review.hpp"
#include "simulator/webhooks.hpp"

#include <algorithm>

namespace listingd::simulator {

namespace {

template <class Number>
json::object counted(const std::map<std::string, Number>& numbers) {
  json::object result;
  for (const auto& [name, count] : numbers) result[name] = count;
  return result;
}

json::object product_row(const product& each) {
  json::array skus;
  for (const auto& sku : list(each.base, "skus")) skus.emplace_back(text(as_object(sku), "seller_sku"));
  return {{"id", each.id},
          {"shop_id", each.shop_id},
          {"external_product_id", text(each.base, "external_product_id")},
          {"title", text(each.base, "title")},
          {"category_id", text(each.base, "category_id")},
          {"status", each.status},
          {"audit", each.audit},
          {"audit_failed_reasons", each.failed_reasons},
          {"rounds", each.rounds},
          {"under_review_version", each.review_version.has_value()},
          {"seller_skus", std::move(skus)},
          {"update_time_ms", each.updated_ms}};
}

/// External ids and seller SKUs that more than one product of a shop carries, deleted ones aside.
json::array duplicates(const world& state) {
  std::map<std::string, std::set<std::string>> carriers;
  for (const auto& [id, each] : state.products) {
    if (each.status == "DELETED") continue;
    const auto external = text(each.base, "external_product_id");
    if (!external.empty()) carriers[each.shop_id + " external_product_id " + external].insert(id);
    for (const auto& sku : list(each.base, "skus")) {
      const auto seller_sku = text(as_object(sku), "seller_sku");
      if (!seller_sku.empty()) carriers[each.shop_id + " seller_sku " + seller_sku].insert(id);
    }
  }
  json::array result;
  for (const auto& [what, ids] : carriers) {
    if (ids.size() < 2) continue;
    json::array products;
    for (const auto& id : ids) products.emplace_back(id);
    result.push_back(json::object{{"what", what}, {"products", std::move(products)}});
  }
  return result;
}

json::object webhook_state(const world& state) {
  json::array rows;
  std::map<std::string, std::int64_t> totals;
  std::int64_t failures = 0;
  for (const auto& each : state.deliveries) {
    ++totals[each.state];
    failures += each.attempts - (each.state == "delivered" || each.state == "denied" ? 1 : 0);
  }
  const std::size_t shown = std::min<std::size_t>(200, state.deliveries.size());
  for (auto at = state.deliveries.end() - static_cast<std::ptrdiff_t>(shown); at != state.deliveries.end(); ++at) {
    rows.push_back(json::object{{"tts_notification_id", at->notification_id},
                                {"type", at->type},
                                {"shop_id", at->shop_id},
                                {"address", at->address},
                                {"state", at->state},
                                {"attempts", at->attempts},
                                {"last_status", at->last_status},
                                {"last_problem", at->last_problem}});
  }
  return {{"totals", counted(totals)}, {"failed_attempts", failures}, {"latest", std::move(rows)}};
}

json::object oauth_state(const oauth_counters& seen) {
  return {{"exchanges", seen.exchanges},
          {"refreshes", seen.refreshes},
          {"refreshes_refused", seen.refreshes_refused},
          {"refreshes_lost", seen.refreshes_lost},
          {"refreshes_in_flight_most", seen.refreshes_in_flight_most},
          {"expired_calls", seen.expired_calls},
          {"dead_calls", seen.dead_calls}};
}

json::value show_state(const world& state) {
  json::array products, unknown, faults;
  for (const auto& [id, each] : state.products) products.push_back(product_row(each));
  for (const auto& name : state.unknown_fields) unknown.emplace_back(name);
  for (const auto& each : state.faults) {
    faults.push_back(json::object{
        {"match", each.method + " " + each.path}, {"kind", each.kind}, {"times", each.times}, {"hits", each.hits}});
  }
  return json::object{{"products", std::move(products)},
                      {"duplicates", duplicates(state)},
                      {"creates", counted(state.creates)},
                      {"calls", counted(state.calls)},
                      {"refusals", counted(state.refusals)},
                      {"unknown_fields", std::move(unknown)},
                      {"images", state.images.size()},
                      {"files", state.files.size()},
                      {"in_review", state.in_review.size()},
                      {"listed_today", state.listed_today},
                      {"subscriptions", state.subscriptions.size()},
                      {"webhooks", webhook_state(state)},
                      {"oauth", oauth_state(state.oauth)},
                      {"held", state.held},
                      {"faults", std::move(faults)}};
}

void add_faults(world& state, const json::value& body) {
  static const std::set<std::string> kinds = {"latency",    "429",      "500",        "503",       "drop_before",
                                              "drop_after", "bad_json", "wrong_type", "no_effect", "hold"};
  if (!body.is_array()) throw bad("an array of faults is expected");
  for (const auto& value : body.as_array()) {
    const auto& given = as_object(value);
    const auto match = text(given, "match");
    const auto space = match.find(' ');
    if (space == std::string::npos || !kinds.contains(text(given, "kind"))) throw bad("match or kind is not valid");
    state.faults.push_back({match.substr(0, space), match.substr(space + 1), text(given, "kind"),
                            number(given, "times", 1), number(given, "skip"), number(given, "ms"),
                            number(given, "retry_after", -1)});
  }
}

void release(world& state) {
  ++state.releases;
  state.held = 0;
}

/// What happens to a product without the app: the platform forces a state, or the seller edits the live version.
void change_product(world& state, product& target, const json::object& body) {
  if (has(body, "status")) target.status = text(body, "status");
  if (has(body, "audit")) target.audit = text(body, "audit");
  if (has(body, "audit_failed_reasons")) target.failed_reasons = list(body, "audit_failed_reasons");
  if (has(body, "status") || has(body, "audit")) {
    target.submitted_ms = 0;
    target.was_live |= target.status == "ACTIVATE";
    if (target.audit != "FAILED" && target.audit != "AUDITING") target.review_version.reset();
    if (target.audit != "PRE_APPROVED") target.pre_approved_reasons.clear();
  }
  if (has(body, "category_id")) {
    const auto previous = text(target.base, "category_id");
    target.base["category_id"] = text(body, "category_id");
    notify_category(state, target, previous);
  }
  if (const auto& edit = part(body, "seller_edit"); !edit.empty()) {
    auto content = target.base;
    for (const auto& [name, value] : edit) content[name] = value;
    settle_content(state, target, content);
    const auto fields = changed_fields(target.base, content);
    target.base = std::move(content);
    notify_information(state, target, fields, "SELLER_CENTER");
  }
  touch(target);
  if (has(body, "status")) notify_status(state, target, "PRODUCT_STATUS_CHANGED");
  if (has(body, "audit")) notify_audit(state, target);
}

/// A product the seller made in Seller Center: live at once, nothing checked.
json::value add_product(world& state, const json::object& body) {
  product made;
  made.id = state.next_id();
  made.shop_id = has(body, "shop_id") ? text(body, "shop_id") : state.shops.front().id;
  made.created_ms = now_ms();
  made.status = has(body, "status") ? text(body, "status") : "ACTIVATE";
  made.audit = made.status == "ACTIVATE" ? "APPROVED" : "NONE";
  made.was_live = made.status == "ACTIVATE";
  made.base = part(body, "product");
  settle_content(state, made, made.base);
  touch(made);
  notify_creation(state, made);
  const auto id = made.id;
  state.products.emplace(id, std::move(made));
  return json::object{{"id", id}};
}

void send_webhook(world& state, const json::object& body) {
  const auto shop_id = has(body, "shop_id") ? text(body, "shop_id") : state.shops.front().id;
  const auto type = static_cast<int>(number(body, "type"));
  const auto& app = has(body, "app_key") ? *state.app_by_key(text(body, "app_key")) : state.applications.front();
  auto address = has(body, "address") ? text(body, "address") : subscribed_address(state, app.key, shop_id, type);
  if (address.empty()) throw bad("no address is subscribed for this type");
  auto content = text(body, "raw_body");
  if (content.empty()) {
    const auto id = std::to_string(7'400'000'000'000'000'001ULL + 2 * ++state.last_id);
    content = json::serialize(json::object{{"type", type},
                                           {"tts_notification_id", id},
                                           {"shop_id", shop_id},
                                           {"timestamp", state.platform_seconds()},
                                           {"data", part(body, "data")}});
  }
  queue_delivery(state, app, shop_id, address, type, std::move(content), flag(body, "bad_signature"));
}

void repeat_webhook(world& state, const json::object& body) {
  const auto wanted = text(body, "tts_notification_id");
  const auto found = std::find_if(state.deliveries.rbegin(), state.deliveries.rend(), [&](const delivery& each) {
    return wanted.empty() || each.notification_id == wanted;
  });
  if (found == state.deliveries.rend()) throw bad("no such notification");
  delivery again = *found;
  again.attempts = 0;
  again.due_ms = 0;
  again.state = "waiting";
  state.waiting_deliveries.insert(state.deliveries.size());
  state.deliveries.push_back(std::move(again));
}

json::value perform(world& state, const std::string& what, const json::value& body) {
  const auto& object = as_object(body);
  if (what == "GET state") return show_state(state);
  if (what == "POST settings")
    change_settings(state, object);
  else if (what == "POST faults")
    add_faults(state, body);
  else if (what == "DELETE faults")
    state.faults.clear();
  else if (what == "POST release")
    release(state);
  else if (what == "POST products")
    return add_product(state, object);
  else if (what == "POST seller")
    return set_seller(state, object);
  else if (what == "POST app_secrets")
    set_secrets(state, object);
  else if (what == "POST deauthorize")
    deauthorize(state, object);
  else if (what == "POST rotate_cipher")
    return rotate_cipher(state, object);
  else if (what == "POST expiry_warning")
    warn_of_expiry(state, object);
  else if (what == "POST expire_tokens")
    for (auto& [token, each] : state.tokens) each.expires_at = 0;
  else if (what == "POST webhook")
    send_webhook(state, object);
  else if (what == "POST webhook_duplicate")
    repeat_webhook(state, object);
  else if (what.starts_with("POST products/") || what.starts_with("GET products/")) {
    auto* found = state.find_product(what.substr(what.find('/') + 1));
    if (!found) throw refusal{1, "no such product", 404};
    if (what.starts_with("GET")) return view(state, *found, found->base);
    change_product(state, *found, object);
  } else
    throw refusal{1, "no such control: " + what, 404};
  return json::object{};
}

} // namespace

bool is_control(const request& asked) {
  return asked.path.starts_with("/_sim/");
}

reply handle_control(world& state, const request& asked) {
  try {
    const auto body = asked.body.empty() ? json::value(json::object{}) : json::parse(asked.body);
    return document(perform(state, asked.method + " " + asked.path.substr(6), body));
  } catch (const refusal& why) {
    return document(json::object{{"error", why.message}}, why.http);
  } catch (const std::exception& problem) {
    return document(json::object{{"error", problem.what()}}, 400);
  }
}

std::optional<fault> take_fault(world& state, const request& asked) {
  for (auto& each : state.faults) {
    const bool method = each.method == "*" || each.method == asked.method;
    if (!method || asked.path.find(each.path) == std::string::npos) continue;
    if (each.skip > 0) {
      --each.skip;
      continue;
    }
    if (each.times == 0) continue;
    --each.times;
    ++each.hits;
    return each;
  }
  return std::nullopt;
}

} // namespace listingd::simulator
