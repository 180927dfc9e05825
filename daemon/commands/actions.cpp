// Commands that change something: migrate, requeue; and check, which changes nothing.
#include "commands/commands.hpp"

#include "application.hpp"
#include "config/key_table.hpp"
#include "log/log.hpp"
#include "mapping/nearest.hpp"
#include "master_keys.hpp"
#include "model/digest.hpp"
#include "model/json.hpp"
#include "net/transport.hpp"
#include "sources.hpp"
#include "store/migrations.hpp"
#include "store/resealing.hpp"
#include "sync/onboarding.hpp"
#include "tiktok/client.hpp"

#include <cerrno>
#include <filesystem>
#include <iostream>
#include <system_error>
#include <unistd.h>

namespace listingd::commands {

namespace {

int refused(const error& problem) {
  std::cerr << "listingd: " << problem.text() << '\n';
  return failed;
}

/// Tokens that do not open would be found out at the first call to TikTok.
std::optional<std::string> sealed_tokens_problem(const config::settings& settings) {
  const auto sealing = make_sealer(settings, log::writer());
  for (const auto& [id, number] : store::sealed_under(settings.database_url))
    if (!id.empty() && (!sealing || !sealing->knows(id)))
      return "a stored secret needs master key '" + id + "', which is not configured: put its line back, or, when it " +
             "is lost for good, run: listingd keys forget " + id;
  if (!sealing) return std::nullopt;
  const auto damaged = store::damaged_secrets(settings.database_url, *sealing);
  if (damaged.empty()) return std::nullopt;
  return damaged.front() + "; to give up what is damaged, run: listingd keys forget --damaged";
}

/// Why files cannot be kept in a directory (which is made when it is missing); nothing when they can.
std::optional<std::string> directory_problem(const std::filesystem::path& directory) {
  std::error_code problem;
  auto there = std::filesystem::absolute(directory).lexically_normal();
  while (!std::filesystem::exists(there, problem) && there.has_relative_path()) there = there.parent_path();
  if (!std::filesystem::is_directory(there, problem)) return "'" + there.string() + "' is not a directory";
  if (::access(there.c_str(), W_OK | X_OK) == 0) return std::nullopt;
  return "'" + there.string() + "' cannot be written by this user: " + std::generic_category().message(errno);
}

} // namespace

int serve(const config::settings& settings, const options&) {
  const auto& known = store::embedded_migrations();
  if (settings.migrate_on_start)
    if (const auto applied = store::migrate(settings.database_url, known); !applied) return refused(applied.error());
  if (const auto good = store::check_schema(settings.database_url, known); !good) return refused(good.error());
  if (const auto problem = sealed_tokens_problem(settings)) {
    std::cerr << "listingd: [secrets] master_key_file does not fit the stored tokens: " << *problem << '\n';
    return misused;
  }
  return make_application(settings)->serve();
}

int migrate(const config::settings& settings, const options&) {
  const auto applied = store::migrate(settings.database_url, store::embedded_migrations());
  if (!applied) return refused(applied.error());
  for (const auto& name : *applied) std::cout << "applied " << name << '\n';
  if (applied->empty()) std::cout << "the database is up to date\n";
  return done;
}

int check(const config::settings& settings, const options& asked) {
  if (asked.reference) {
    std::cout << config::reference();
    return done;
  }
  if (const auto problem = directory_problem(settings.media_directory)) {
    std::cerr << settings.file.string() << ": [media] directory " << settings.media_directory.string() << ": "
              << *problem << '\n';
    return misused;
  }
  bool wrong = false;
  for (const auto& source : settings.sources)
    for (const auto& mistake : source_mistakes(source)) {
      std::cerr << settings.file.string() << ": [[source]] " << source.name.text() << ": " << mistake << '\n';
      wrong = true;
    }
  if (wrong) return misused;
  std::cout << settings.file.string() << ": good (" << counted(settings.apps.size(), "app") << ", "
            << counted(settings.sources.size(), "source") << ", " << counted(settings.shops.size(), "shop") << ")\n";
  for (const auto& shop : settings.shops)
    std::cout << "shop " << shop.id.text() << ": source " << shop.source.text() << ", app " << shop.app.text() << ", "
              << (shop.live ? "live" : "observe (writes nothing to TikTok)") << '\n';
  return done;
}

int requeue(const config::settings& settings, const options& asked) {
  const auto db = open_database(settings, false);
  if (!asked_exists(*db, settings, asked)) return failed;
  const auto shop = asked.shop.empty() ? std::nullopt : std::optional(shop_id(asked.shop));
  const listingd::sync::note why{
      .who = "operator", .event = "requeued", .message = "put back to work by an operator", .evidence = nullptr};
  const int woken = run(db->wake_product(shop, product_key(asked.product), system_clock().now(), {why}));
  std::cout << counted(static_cast<std::size_t>(woken), "listing") << " of product " << asked.product << " requeued\n";
  return woken > 0 ? done : failed;
}

} // namespace listingd::commands
