// `listingd connect`: the consent link of an app or a market, the code by hand, and the operator's word on installs
// from TikTok's App Store. What asks TikTok is done by the running daemon.
#include "commands/commands.hpp"

#include "mapping/nearest.hpp"
#include "model/digest.hpp"
#include "model/json.hpp"
#include "net/transport.hpp"

#include <iostream>
#include <unistd.h>

namespace listingd::commands {

namespace {

constexpr duration link_life{30 * 60'000};

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
    std::cerr << "listingd: " << answer.error().text() << '\n';
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
  std::cout << text_at(*answer, "seller") << " is connected through app " << text_at(*answer, "app") << ":\n";
  for (const auto& one : items_at(*answer, "shops"))
    std::cout << "  shop " << text_at(one, "shop") << "  " << text_at(one, "name") << ", region "
              << text_at(one, "region") << ", " << text_at(one, "seller_type") << '\n';
  for (const auto& one : items_at(*answer, "missing_scopes"))
    std::cout << "  missing: " << text_at(one, "name") << " (" << text_at(one, "scope")
              << "): " << text_at(one, "what_for") << '\n';
  for (const auto& one : items_at(*answer, "held_elsewhere"))
    std::cout << "  shop " << text_at(one, "shop") << " stays with the consent of " << text_at(one, "seller") << '\n';
  for (const auto& one : items_at(*answer, "not_configured"))
    std::cout << "  shop " << text_of(one) << " has no [[shop]] entry yet: it stays idle\n";
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
  run(db->put_consent_state(state, app->name, system_clock().now() + link_life));
  if (isatty(STDOUT_FILENO) != 0) std::cerr << "Open this link as the seller within 30 minutes; it works once:\n";
  const char joint = app->consent_url.find('?') == std::string::npos ? '?' : '&';
  std::cout << app->consent_url << joint << "service_id=" << net::percent_encode(app->service_id)
            << "&state=" << net::percent_encode(state) << '\n';
  return done;
}

} // namespace listingd::commands
