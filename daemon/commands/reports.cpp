// What people and machines ask: shops, status, violations, remediations, why.
#include "commands/commands.hpp"

#include "model/json.hpp"

#include <iostream>
#include <map>

namespace listingd::commands {

namespace {

json::value or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}
json::value or_null(const std::optional<instant>& at) {
  return at ? json::value(to_text(*at)) : json::value(nullptr);
}

json::array list(const std::vector<std::string>& texts) {
  json::array out;
  for (const auto& one : texts) out.push_back(json::value(one));
  return out;
}

bool selected(const options& asked, const shop_id& shop) {
  return asked.shop.empty() || asked.shop == shop.text();
}
bool selected(const options& asked, const sync::listing_ref& ref) {
  return selected(asked, ref.shop) && (asked.product.empty() || asked.product == ref.product.text());
}

std::string shop_state(const sync::connected_shop& shop, const config::settings& settings) {
  if (shop.authorization_state != "active") return shop.authorization_state;
  const auto configured = std::ranges::find(settings.shops, shop.info.id, &config::shop::id);
  if (configured == settings.shops.end()) return "not_configured";
  if (!shop.adopt_scan_finished) return "scanning";
  return configured->live ? "live" : "observe";
}

/// The row of a shop that no seller has connected: the keys of the others, empty.
json::object not_connected(const config::shop& shop) {
  json::object out;
  for (const auto* key : {"shop", "name", "region", "seller_type", "app", "state", "reason", "scopes",
                          "access_expires_at", "consent_expires_at", "quota_until", "prerequisites"})
    out[key] = nullptr;
  out["shop"] = shop.id.text();
  out["app"] = shop.app.text();
  out["state"] = "not_connected";
  return out;
}

/// Nothing while there is no product at TikTok that could be reviewed.
std::string review_of(const sync::listing_state& state) {
  return state.id.empty() ? std::string{} : std::string(name_of(state.review));
}

bool is_verified(const sync::status_row& row) {
  return row.state.job == "verified";
}

/// Listings of a shop that cannot be worked for are as due as any; what they wait for is the shop's.
std::string reason_of(const sync::listing_state& state, const std::string& obstacle) {
  return state.job == "working" && state.reason.empty() ? obstacle : state.reason;
}

} // namespace

int shops(const config::settings& settings, const options& asked) {
  const auto db = open_database(settings, false);
  if (!asked_exists(*db, settings, asked)) return failed;
  const auto connected = run(db->shops());
  const auto now = system_clock().now();
  json::array out;
  std::vector<std::vector<std::string>> rows;
  bool needs_attention = false;
  for (const auto& shop : connected) {
    if (!selected(asked, shop.info.id)) continue;
    const auto state = shop_state(shop, settings);
    needs_attention = needs_attention || state == "needs_reauth";
    out.push_back(json::object{{"shop", shop.info.id.text()},
                               {"name", shop.info.name},
                               {"region", shop.info.region},
                               {"seller_type", shop.info.seller_type},
                               {"app", shop.app.text()},
                               {"state", state},
                               {"reason", or_null(shop.state_reason)},
                               {"scopes", list(shop.scopes)},
                               {"access_expires_at", to_text(shop.access_expires)},
                               {"consent_expires_at", to_text(shop.refresh_expires)},
                               {"quota_until", or_null(shop.quota_until)},
                               {"prerequisites", or_null(shop.prerequisites_problem)}});
    rows.push_back({shop.info.id.text(), shop.info.name, shop.info.region, shop.app.text(), state,
                    "consent ends " + distance(now, shop.refresh_expires), shop.prerequisites_problem});
  }
  for (const auto& shop : settings.shops) {
    if (!selected(asked, shop.id)) continue;
    if (std::ranges::any_of(connected, [&](const auto& one) { return one.info.id == shop.id; })) continue;
    needs_attention = true;
    out.push_back(not_connected(shop));
    rows.push_back({shop.id.text(), "", "", shop.app.text(), "not_connected",
                    "run: listingd connect --app " + shop.app.text(), ""});
  }
  if (asked.json)
    print_json(out);
  else
    print_table({"SHOP", "NAME", "REGION", "APP", "STATE", "CONSENT", "PREREQUISITES"}, rows);
  return needs_attention && !asked.json ? attention : done;
}

int status(const config::settings& settings, const options& asked) {
  const auto db = open_database(settings, false);
  if (!asked_exists(*db, settings, asked)) return failed;
  const auto listed = run(db->status(asked.shop.empty() ? std::nullopt : std::optional(shop_id(asked.shop))));
  const auto connected = run(db->shops());
  std::map<shop_id, std::string> obstacles;
  for (const auto& row : listed)
    if (!obstacles.contains(row.ref.shop)) obstacles[row.ref.shop] = shop_obstacle(connected, settings, row.ref.shop);
  json::array out;
  std::vector<std::vector<std::string>> rows;
  bool needs_attention = false;
  for (const auto& row : listed) {
    if (!selected(asked, row.ref)) continue;
    const auto& state = row.state;
    const auto reason = reason_of(state, obstacles.at(row.ref.shop));
    const bool rests = state.job == "parked" || state.job == "blocked";
    needs_attention = needs_attention || rests;
    out.push_back(json::object{{"shop", row.ref.shop.text()},
                               {"product", row.ref.product.text()},
                               {"seller_skus", list(row.seller_skus)},
                               {"listing_id", or_null(state.id.text())},
                               {"listing_status", or_null(std::string(name_of(state.status)))},
                               {"review_state", or_null(review_of(state))},
                               {"state", state.job},
                               {"verified", is_verified(row)},
                               {"verified_at", or_null(row.verified_at)},
                               {"due_at", or_null(state.due_at)},
                               {"parked", state.job == "parked" ? or_null(state.reason) : json::value(nullptr)},
                               {"reason", or_null(reason)}});
    rows.push_back({row.ref.shop.text(), row.ref.product.text(), state.job, std::string(name_of(state.status)),
                    review_of(state), state.id.text(), reason});
  }
  if (asked.json)
    print_json(out);
  else
    print_table_by_shop({"SHOP", "PRODUCT", "STATE", "LISTING STATUS", "REVIEW", "LISTING ID", "REASON"}, rows);
  return needs_attention && !asked.json ? attention : done;
}

int violations(const config::settings& settings, const options& asked) {
  const auto db = open_database(settings, false);
  if (!asked_exists(*db, settings, asked)) return failed;
  json::array out;
  std::vector<std::vector<std::string>> rows;
  bool any_open = false;
  for (const auto& row : run(db->violations(asked.all))) {
    if (!selected(asked, row.ref)) continue;
    const auto& what = row.what;
    out.push_back(json::object{{"shop", row.ref.shop.text()},
                               {"product", row.ref.product.text()},
                               {"origin", name_of(what.origin)},
                               {"class", what.klass},
                               {"code", what.code},
                               {"position", what.position},
                               {"reason", what.reason},
                               {"suggestion", what.suggestion},
                               {"who", name_of(what.who)},
                               {"opened_at", to_text(row.opened_at)},
                               {"closed_at", or_null(row.closed_at)},
                               {"evidence", what.evidence}});
    any_open = any_open || !row.closed_at;
    rows.push_back({row.ref.shop.text(), row.ref.product.text(), what.code, std::string(name_of(what.who)),
                    what.reason + (what.suggestion.empty() ? "" : " → " + what.suggestion)});
  }
  if (asked.json)
    print_json(out);
  else
    print_table_by_shop({"SHOP", "PRODUCT", "CODE", "WHO ACTS", "WHAT IS WRONG → THE FIX"}, rows);
  return any_open && !asked.json ? attention : done;
}

int remediations(const config::settings& settings, const options& asked) {
  const auto db = open_database(settings, false);
  if (!asked_exists(*db, settings, asked)) return failed;
  json::array out;
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : run(db->remediations())) {
    if (!selected(asked, row.ref)) continue;
    const auto& what = row.what;
    out.push_back(json::object{{"shop", row.ref.shop.text()},
                               {"product", row.ref.product.text()},
                               {"rule", what.change.rule},
                               {"attempt", what.attempt},
                               {"change", what.change.change},
                               {"because", what.because},
                               {"outcome", what.outcome}});
    rows.push_back({row.ref.shop.text(), row.ref.product.text(), what.change.rule, std::to_string(what.attempt),
                    what.outcome, what.because});
  }
  if (asked.json)
    print_json(out);
  else
    print_table_by_shop({"SHOP", "PRODUCT", "RULE", "ATTEMPT", "OUTCOME", "BECAUSE"}, rows);
  return done;
}

int why(const config::settings& settings, const options& asked) {
  const auto db = open_database(settings, false);
  if (!asked_exists(*db, settings, asked)) return failed;
  json::array out;
  for (const auto& one : run(db->notes_about(product_key(asked.product)))) {
    if (!asked.shop.empty() && !one.about.shop.empty() && one.about.shop.text() != asked.shop) continue;
    out.push_back(json::object{{"at", to_text(one.at)},
                               {"shop", or_null(one.about.shop.text())},
                               {"who", one.who},
                               {"event", one.event},
                               {"message", one.message},
                               {"evidence", one.evidence}});
    if (!asked.json)
      std::cout << to_text(one.at) << "  " << one.who << "  " << one.event << ": " << one.message << '\n';
  }
  if (asked.json) print_json(out);
  return done;
}

} // namespace listingd::commands
