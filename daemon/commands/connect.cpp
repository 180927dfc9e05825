// `listingd connect`: the consent link of an app or a market, the code by hand, and the operator's word on installs
// from TikTok's App Store. What asks TikTok is done by the running daemon.
#include "commands/commands.hpp"

#include "mapping/nearest.hpp"
#include "model/digest.hpp"
#include "model/json.hpp"
#include "model/printable.hpp"
#include "sync/consent_schedule.hpp"
#include "tiktok/consent_link.hpp"

#include <iostream>
#include <unistd.h>

namespace listingd::commands {

namespace {

const config::app* unclear(const std::string& sentence) {
  std::cerr << "listingd: " << sentence << '\n';
  return nullptr;
}

/// The app to connect; nothing, said on stderr, when that is not clear or its section has a mistake.
const config::app* app_of(const config::settings& settings, const options& asked) {
  std::vector<std::string> names;
  std::vector<const config::app*> fitting;
  for (const auto& one : settings.apps) {
    if (!asked.market.empty() && one.market != asked.market) continue;
    names.push_back(one.name.text());
    if (asked.app.empty() || asked.app == one.name.text()) fitting.push_back(&one);
  }
  const auto of_market = asked.market.empty() ? std::string{} : " of market " + asked.market;
  if (names.empty()) return unclear("no [[app]]" + of_market + " is configured");
  if (fitting.empty())
    return unclear("no such app" + of_market + " '" + asked.app + "'" + mapping::did_you_mean(asked.app, names));
  if (fitting.size() > 1) return unclear("name the app with --app: " + mapping::joined(names, " "));
  const auto* found = fitting.front();
  if (!found->service_id.empty() && !found->consent_url.empty()) return found;
  return unclear("app " + found->name.text() + " cannot be connected before its mistakes are mended");
}

int asked_daemon(const config::settings& settings, const options& asked, const json::object& body) {
  const auto answer = ask_daemon(settings, "/api/connect", body);
  if (!answer) {
    std::cerr << "listingd: " << printable(answer.error().text()) << '\n';
    return failed;
  }
  if (asked.json) {
    print_json(*answer);
    return done;
  }
  if (asked.decline != 0) {
    std::cout << "install " << asked.decline << " declined; its tokens are forgotten\n";
    return done;
  }
  const auto shown = [](const json::value& from, std::string_view name) { return printable(text_at(from, name)); };
  std::cout << shown(*answer, "seller") << " is connected through app " << shown(*answer, "app") << ":\n";
  for (const auto& one : items_at(*answer, "shops"))
    std::cout << "  shop " << shown(one, "shop") << "  " << shown(one, "name") << ", region " << shown(one, "region")
              << ", " << shown(one, "seller_type") << '\n';
  for (const auto& one : items_at(*answer, "missing_scopes"))
    std::cout << "  missing: " << shown(one, "name") << " (" << shown(one, "scope") << "): " << shown(one, "what_for")
              << '\n';
  for (const auto& one : items_at(*answer, "held_elsewhere"))
    std::cout << "  shop " << shown(one, "shop") << " stays with the consent of " << shown(one, "seller") << '\n';
  for (const auto& one : items_at(*answer, "not_configured"))
    std::cout << "  shop " << printable(text_of(one)) << " has no [[shop]] entry yet: it stays idle\n";
  const bool gaps = !items_at(*answer, "missing_scopes").empty() || !items_at(*answer, "held_elsewhere").empty();
  return gaps ? attention : done;
}

} // namespace

int connect(const config::settings& settings, const options& asked) {
  if (asked.confirm != 0) return asked_daemon(settings, asked, {{"confirm", asked.confirm}});
  if (asked.decline != 0) return asked_daemon(settings, asked, {{"decline", asked.decline}});
  if (!asked.code.empty() && !asked.state.empty())
    return asked_daemon(settings, asked, {{"code", asked.code}, {"state", asked.state}, {"app_key", asked.app_key}});
  const auto* app = app_of(settings, asked);
  if (app == nullptr) return misused;
  if (!asked.code.empty()) return asked_daemon(settings, asked, {{"app", app->name.text()}, {"code", asked.code}});
  const auto db = open_database(settings, false);
  const auto state = random_uuid();
  run(db->put_consent_state(state, app->name, system_clock().now() + sync::link_life));
  if (isatty(STDOUT_FILENO) != 0)
    std::cerr << "Open this link as the seller within " << sync::link_life.count() << " minutes; it works once:\n";
  std::cout << tiktok::consent_link(app->consent_url, app->service_id, state) << '\n';
  return done;
}

} // namespace listingd::commands
