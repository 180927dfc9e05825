// `listingd shops` and `listingd alerts`: who has consented to what, how long it lasts, and what waits for a person.
#include "commands/commands.hpp"

#include "model/json.hpp"
#include "model/printable.hpp"
#include "sync/consent_schedule.hpp"
#include "tiktok/scopes.hpp"

#include <algorithm>
#include <iostream>
#include <map>
#include <spdlog/fmt/fmt.h>

namespace listingd::commands {

namespace {

/// Everything that `shops` tells of.
struct consents {
  std::vector<sync::connected_shop> shops;
  std::map<std::int64_t, sync::authorization> authorizations;
  std::vector<sync::waiting_install> installs;
  instant now{};
};

consents read_consents(sync::store& db) {
  consents out{
      .shops = run(db.shops()), .authorizations = {}, .installs = run(db.installs()), .now = system_clock().now()};
  for (auto& one : run(db.authorizations())) out.authorizations.emplace(one.id, std::move(one));
  return out;
}

std::vector<sync::missing_scope> missing_of(const sync::authorization& one) {
  auto missing = tiktok::missing_scopes(one.scopes);
  std::erase_if(missing, [](const auto& scope) { return scope.need == sync::scope_need::optional; });
  return missing;
}

bool overdue(const sync::authorization& one, instant now) {
  return one.state == "active" && now >= sync::renewal_overdue_from(one.renewal_due, one.access_expires);
}

std::string shop_state(const sync::connected_shop& shop, const config::settings& settings) {
  if (!shop.alive()) return shop.authorization_state;
  const auto configured = std::ranges::find(settings.shops, shop.info.id, &config::shop::id);
  if (configured == settings.shops.end()) return "not_configured";
  if (!shop.adopt_scan_finished) return "scanning";
  return configured->live ? "live" : "observe";
}

std::string words_of(std::string_view seller_type) {
  return seller_type == "CROSS_BORDER" ? "cross-border" : seller_type == "LOCAL" ? "local" : std::string(seller_type);
}

json::object row_of(const sync::connected_shop& shop, const consents& known, const std::string& state) {
  const auto& behind = known.authorizations.at(shop.authorization);
  json::array missing;
  for (const auto& one : missing_of(behind)) missing.push_back(json::value(one.key));
  return {{"shop", shop.info.id.text()},
          {"name", shop.info.name},
          {"region", shop.info.region},
          {"seller_type", shop.info.seller_type},
          {"app", shop.app.text()},
          {"state", state},
          {"reason", or_null(shop.state_reason)},
          {"authorization", behind.id},
          {"seller", behind.seller_name},
          {"scopes", json_list(shop.scopes)},
          {"missing_scopes", missing},
          {"access_expires_at", to_text(behind.access_expires)},
          {"renewal_due_at", to_text(behind.renewal_due)},
          {"renewal_overdue", overdue(behind, known.now)},
          {"next_refresh_at", to_text(behind.next_refresh_at)},
          {"last_refresh_at", or_null(behind.last_refresh_at)},
          {"last_refresh_result", or_null(behind.last_refresh_result)},
          {"refresh_failures", behind.failures},
          {"consented_at", to_text(behind.consented_at)},
          {"consent_expires_at", to_text(behind.consent_ends)},
          {"consent_days_left", sync::days_left(known.now, behind.consent_ends)},
          {"quota_until", or_null(shop.quota_until)},
          {"prerequisites", or_null(shop.prerequisites_problem)},
          {"install", nullptr}};
}

/// A shop without a living row: the keys of the others, empty where nothing is known.
json::object bare_row(const std::string& shop, const std::string& app, const std::string& state) {
  json::object out;
  for (const auto* key : {"shop",
                          "name",
                          "region",
                          "seller_type",
                          "app",
                          "state",
                          "reason",
                          "authorization",
                          "seller",
                          "scopes",
                          "missing_scopes",
                          "access_expires_at",
                          "renewal_due_at",
                          "renewal_overdue",
                          "next_refresh_at",
                          "last_refresh_at",
                          "last_refresh_result",
                          "refresh_failures",
                          "consented_at",
                          "consent_expires_at",
                          "consent_days_left",
                          "quota_until",
                          "prerequisites",
                          "install"})
    out[key] = nullptr;
  out["shop"] = shop;
  out["app"] = app;
  out["state"] = state;
  return out;
}

json::object waiting_row(const sync::waiting_install& install, const sync::authorized_shop& shop) {
  auto out = bare_row(shop.id.text(), install.app.text(), "unconfirmed");
  out["name"] = shop.name;
  out["region"] = shop.region;
  out["seller_type"] = shop.seller_type;
  out["seller"] = install.seller_name;
  out["install"] = install.id;
  return out;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& one : texts) out += (out.empty() ? "" : ", ") + one;
  return out;
}

std::string last_refresh(const sync::authorization& one, instant now) {
  if (!one.last_refresh_at) return "none yet; consented " + distance(now, one.consented_at);
  auto out = distance(now, *one.last_refresh_at) + ": " + one.last_refresh_result;
  if (one.failures > 0)
    out += fmt::format(" ({} in a row; next attempt {})", counted(static_cast<std::size_t>(one.failures), "failure"),
                       distance(now, one.next_refresh_at));
  return out;
}

void print_authorization(const sync::authorization& one, instant now) {
  const auto line = [](std::string_view name, const std::string& text) {
    std::cout << fmt::format("  {:<15}{}\n", name, printable(text));
  };
  std::cout << '\n'
            << printable(fmt::format("authorization {}: {} (app {}), {}{}", one.id,
                                     one.seller_name.empty() ? one.open_id : one.seller_name, one.app.text(), one.state,
                                     one.state_reason.empty() ? "" : ": " + one.state_reason))
            << '\n';
  line("access token", fmt::format("expires {}, renewal {} {}", distance(now, one.access_expires),
                                   overdue(one, now) ? "OVERDUE, was due" : "due", distance(now, one.renewal_due)));
  line("last refresh", last_refresh(one, now));
  line("consent", fmt::format("ends in {} d, {}", sync::days_left(now, one.consent_ends), to_text(one.consent_ends)));
  line("scopes", one.scopes.empty() ? "not told" : joined(one.scopes));
  for (const auto& scope : missing_of(one))
    line("missing", fmt::format("{} ({}): {}", scope.name, scope.key, scope.what_for));
}

void print_installs(const consents& known) {
  for (const auto& one : known.installs)
    std::cout << fmt::format("\ninstall {}: {} ({}), app {}, from TikTok's App Store {}; waits for your word: "
                             "listingd connect --confirm {}, or --decline {}\n",
                             one.id, printable(one.seller_name), printable(one.seller_region), one.app.text(),
                             distance(known.now, one.received_at), one.id, one.id);
}

bool selected(const options& asked, const shop_id& shop) {
  return asked.shop.empty() || asked.shop == shop.text();
}

/// The rows of `shops`, for machines and for people, and whether somebody must act.
struct shop_rows {
  json::array rows;
  std::vector<std::vector<std::string>> cells;
  std::vector<std::int64_t> authorizations;
  bool attention = false;
};

void add_connected(shop_rows& out, const consents& known, const config::settings& settings, const options& asked) {
  for (const auto& shop : known.shops) {
    if (!selected(asked, shop.info.id)) continue;
    const auto& behind = known.authorizations.at(shop.authorization);
    const auto state = shop_state(shop, settings);
    out.rows.push_back(row_of(shop, known, state));
    out.cells.push_back({shop.info.id.text(), shop.info.name, shop.info.region, words_of(shop.info.seller_type),
                         shop.app.text(), state, "consent ends " + distance(known.now, behind.consent_ends),
                         shop.prerequisites_problem});
    out.attention = out.attention || !shop.alive() || overdue(behind, known.now) || !missing_of(behind).empty() ||
                    sync::countdown_level(known.now, behind.consent_ends).has_value();
    if (std::ranges::find(out.authorizations, behind.id) == out.authorizations.end())
      out.authorizations.push_back(behind.id);
  }
}

void add_waiting(shop_rows& out, const consents& known, const options& asked) {
  for (const auto& install : known.installs)
    for (const auto& shop : install.shops) {
      if (!selected(asked, shop.id)) continue;
      out.attention = true;
      out.rows.push_back(waiting_row(install, shop));
      out.cells.push_back({shop.id.text(), shop.name, shop.region, words_of(shop.seller_type), install.app.text(),
                           "unconfirmed", "run: listingd connect --confirm " + std::to_string(install.id), ""});
    }
}

void add_not_connected(shop_rows& out, const consents& known, const config::settings& settings, const options& asked) {
  for (const auto& shop : settings.shops) {
    if (!selected(asked, shop.id)) continue;
    if (std::ranges::any_of(known.shops, [&](const auto& one) { return one.info.id == shop.id; })) continue;
    out.attention = true;
    out.rows.push_back(bare_row(shop.id.text(), shop.app.text(), "not_connected"));
    out.cells.push_back({shop.id.text(), "", "", "", shop.app.text(), "not_connected",
                         "run: listingd connect --app " + shop.app.text(), ""});
  }
}

} // namespace

int shops(const config::settings& settings, const options& asked) {
  const auto db = open_database(settings, false);
  if (!asked_exists(*db, settings, asked)) return failed;
  const auto known = read_consents(*db);
  shop_rows out;
  add_connected(out, known, settings, asked);
  add_waiting(out, known, asked);
  add_not_connected(out, known, settings, asked);
  if (asked.json) {
    print_json(out.rows);
    return done;
  }
  print_table({"SHOP", "NAME", "REGION", "SELLER", "APP", "STATE", "CONSENT", "PREREQUISITES"}, out.cells);
  for (const auto id : out.authorizations) print_authorization(known.authorizations.at(id), known.now);
  print_installs(known);
  return out.attention ? attention : done;
}

int alerts(const config::settings& settings, const options& asked) {
  const auto db = open_database(settings, false);
  const auto now = system_clock().now();
  json::array out;
  std::vector<std::vector<std::string>> rows;
  bool any_open = false;
  for (const auto& one : run(db->alerts(asked.all))) {
    any_open = any_open || !one.closed_at;
    out.push_back(json::object{{"kind", name_of(one.kind)},
                               {"subject", one.subject},
                               {"level", one.level},
                               {"severity", one.critical ? "critical" : "warning"},
                               {"message", one.message},
                               {"fix", or_null(one.fix)},
                               {"opened_at", to_text(one.opened_at)},
                               {"closed_at", or_null(one.closed_at)}});
    rows.push_back({one.critical ? "critical" : "warning", std::string(name_of(one.kind)),
                    distance(now, one.opened_at) + (one.closed_at ? ", settled" : ""),
                    one.message + (one.fix.empty() ? "" : " → " + one.fix)});
  }
  if (asked.json)
    print_json(out);
  else if (rows.empty())
    std::cout << "nothing waits for you\n";
  else
    print_table({"SEVERITY", "KIND", "SINCE", "WHAT → THE FIX"}, rows);
  return any_open && !asked.json ? attention : done;
}

} // namespace listingd::commands
