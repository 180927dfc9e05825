// What people and machines ask: status, violations, remediations, why.
#include "commands/commands.hpp"

#include "model/json.hpp"
#include "model/printable.hpp"

#include <iostream>
#include <map>

namespace listingd::commands {

namespace {

bool selected(const options& asked, const sync::listing_ref& ref) {
  return (asked.shop.empty() || asked.shop == ref.shop.text()) &&
         (asked.product.empty() || asked.product == ref.product.text());
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
                               {"seller_skus", json_list(row.seller_skus)},
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
      std::cout << to_text(one.at) << "  " << one.who << "  " << one.event << ": " << printable(one.message) << '\n';
  }
  if (asked.json) print_json(out);
  return done;
}

} // namespace listingd::commands
