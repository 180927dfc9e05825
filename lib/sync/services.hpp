// What the use cases work with: the ports, the clock, the pools and the settings. Made once by the daemon (or a test)
// and handed to each use case by reference; nothing here is global.
#pragma once

#include "async/signal.hpp"
#include "mapping/profile.hpp"
#include "model/violation.hpp"
#include "review/decide.hpp"
#include "sync/shop.hpp"
#include "sync/source.hpp"
#include "sync/store.hpp"
#include "sync/studio.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

namespace listingd::sync {

/// One [[shop]] of the configuration.
struct shop_setting {
  shop_id id;
  source_name source;
  app_name app;
  std::shared_ptr<const mapping::profile> profile;
  bool live = false;
  /// Of what decides about every listing of the shop: mode and profile.
  [[nodiscard]] std::string digest() const { return (live ? "live " : "observe ") + profile->digest; }
};

struct sync_settings {
  std::vector<shop_setting> shops;
  review::policy policy;
  std::filesystem::path media_directory;
  std::string webhook_base_url; ///< "https://host/webhooks"; empty = none are registered
  duration listing_lease{180'000};
  duration taxonomy_life{24 * 3'600'000};
  std::size_t workers = 6;
  std::string instance; ///< UUID of this daemon: the token of its source leases
};

/// Structured log line: level (debug, info, warning, error), event, and key=value fields. Never gets a secret.
using log_line = std::function<void(std::string_view level, std::string_view event,
                                    const std::vector<std::pair<std::string_view, std::string>>& fields)>;

struct services {
  store& db;
  shop& tiktok;
  consent& consents;
  const studio& pictures;
  const clock& time;
  asio::thread_pool& media_pool;
  sync_settings settings;
  std::map<source_name, source*> sources;
  log_line log;
  async::signal work;  ///< a listing may be due
  async::signal inbox; ///< an event has arrived
  async::signal shops; ///< a shop was connected or asked for
  std::mt19937_64 random{std::random_device{}()};

  bool stopping = false; ///< set once by the daemon; every loop ends at its next safe point

  /// Sleeps in short slices, so that stopping ends it soon.
  task<void> rest(duration wait) {
    constexpr duration slice{200};
    for (duration slept{0}; slept < wait && !stopping; slept += slice)
      co_await async::pause(std::min(slice, wait - slept));
  }

  /// Runs `work` until it does not throw: for what TikTok has answered and must not be lost to a database that
  /// stumbles. Gives up, rethrowing, only when the daemon stops. `work` may be run again after it had its effect.
  template <class T>
  task<T> insist(std::function<task<T>()> work) {
    for (int attempt = 1;; ++attempt) {
      std::exception_ptr problem;
      try {
        co_return co_await work();
      } catch (const std::exception& thrown) {
        problem = std::current_exception();
        log("error", "not_stored_yet", {{"problem", thrown.what()}, {"attempt", std::to_string(attempt)}});
      }
      if (stopping) std::rethrow_exception(problem);
      co_await rest(std::min(duration{250} * attempt, duration{5'000}));
    }
  }

  [[nodiscard]] const shop_setting* setting_of(const shop_id& id) const {
    for (const auto& one : settings.shops)
      if (one.id == id) return &one;
    return nullptr;
  }
  [[nodiscard]] double chance() { return std::uniform_real_distribution<double>(0.0, 1.0)(random); }
};

/// The scopes that a grant lacks and listingd cannot do without.
[[nodiscard]] inline std::vector<missing_scope> needed_scopes(const consent& consents,
                                                              const std::vector<std::string>& granted) {
  auto missing = consents.missing_scopes(granted);
  std::erase_if(missing, [](const missing_scope& one) { return one.need == scope_need::optional; });
  return missing;
}

} // namespace listingd::sync
