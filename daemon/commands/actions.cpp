// Commands that change something: migrate, connect, sync, requeue; and check, which changes nothing.
#include "commands/commands.hpp"

#include "application.hpp"
#include "model/digest.hpp"
#include "model/json.hpp"
#include "net/transport.hpp"
#include "store/migrations.hpp"
#include "sync/onboarding.hpp"
#include "tiktok/client.hpp"

#include <iostream>
#include <unistd.h>

namespace listingd::commands {

namespace {

constexpr duration link_life{30 * 60'000};

const config::app* app_of(const config::settings& settings, const std::string& name) {
  if (name.empty()) return settings.apps.size() == 1 ? &settings.apps.front() : nullptr;
  const auto found = std::ranges::find(settings.apps, app_name(name), &config::app::name);
  return found == settings.apps.end() ? nullptr : &*found;
}

} // namespace

int serve(config::settings settings) {
  if (settings.migrate_on_start) {
    const auto applied = store::migrate(settings.database_url, store::embedded_migrations());
    if (!applied) {
      std::cerr << "listingd: " << applied.error().text() << '\n';
      return failed;
    }
  }
  return make_application(std::move(settings))->serve();
}

int migrate(const config::settings& settings, const options&) {
  const auto applied = store::migrate(settings.database_url, store::embedded_migrations());
  if (!applied) {
    std::cerr << "listingd: " << applied.error().text() << '\n';
    return failed;
  }
  for (const auto& name : *applied) std::cout << "applied " << name << '\n';
  if (applied->empty()) std::cout << "the database is up to date\n";
  return done;
}

int check(const config::settings& settings, const options&) {
  std::cout << settings.file.string() << ": good (" << settings.apps.size() << " apps, " << settings.sources.size()
            << " sources, " << settings.shops.size() << " shops)\n";
  for (const auto& shop : settings.shops)
    std::cout << "shop " << shop.id.text() << ": source " << shop.source.text() << ", app " << shop.app.text() << ", "
              << (shop.live ? "live" : "observe (writes nothing to TikTok)") << '\n';
  return done;
}

int connect(const config::settings& settings, const options& asked) {
  const auto* app = app_of(settings, asked.app);
  if (app == nullptr) {
    std::cerr << "listingd: name the app with --app:";
    for (const auto& one : settings.apps) std::cerr << ' ' << one.name.text();
    std::cerr << '\n';
    return misused;
  }
  if (!asked.code.empty()) {
    const auto answer = ask_daemon(settings, "/api/connect", {{"app", app->name.text()}, {"code", asked.code}});
    if (!answer) {
      std::cerr << "listingd: " << answer.error().text() << '\n';
      return failed;
    }
    print_json(*answer);
    return done;
  }
  const auto db = open_database(settings, false);
  const auto state = random_uuid();
  run(db->put_consent_state(state, app->name, system_clock().now() + link_life));
  if (isatty(STDOUT_FILENO) != 0) std::cerr << "Open this link as the seller within 30 minutes; it works once:\n";
  std::cout << app->consent_url << "?service_id=" << net::percent_encode(app->service_id)
            << "&state=" << net::percent_encode(state) << '\n';
  return done;
}

int sync(const config::settings& settings, const options& asked) {
  const auto db = open_database(settings, false);
  int asked_for = 0;
  for (const auto& source : settings.sources) {
    if (!asked.source.empty() && asked.source != source.name.text()) continue;
    run(db->request_read(source.name, asked.full));
    std::cout << "source " << source.name.text() << (asked.full ? ": full read requested\n" : ": read requested\n");
    ++asked_for;
  }
  if (asked_for > 0) return done;
  std::cerr << "listingd: no source named " << asked.source << '\n';
  return misused;
}

int requeue(const config::settings& settings, const options& asked) {
  const auto db = open_database(settings, false);
  const auto shop = asked.shop.empty() ? std::nullopt : std::optional(shop_id(asked.shop));
  const listingd::sync::note why{
      .who = "operator", .event = "requeued", .message = "put back to work by an operator", .evidence = nullptr};
  const int woken = run(db->wake_product(shop, product_key(asked.product), system_clock().now(), {why}));
  std::cout << woken << " listings of product " << asked.product << " requeued\n";
  return woken > 0 ? done : failed;
}

} // namespace listingd::commands
