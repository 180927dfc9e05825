#include "integration/instance.hpp"

#include "pim/folder.hpp"
#include "store/open_store.hpp"
#include "studio/studio.hpp"
#include "tiktok/client.hpp"

#include <cstdio>
#include <cstdlib>

namespace listingd::integration {

namespace {

constexpr duration never_too_fresh{-1}; // a file is taken as soon as it is there

std::vector<tiktok::app_credentials> credentials(const std::string& url) {
  return {{app, "us-key", {secret("us-secret")}, "900001", url + "/open/authorize"}};
}

const sync::studio& one_studio() {
  static const auto made = studio::make_studio({.threads = 1, .max_pixels = 100'000'000});
  return *made;
}

/// Silent, unless LISTINGD_TEST_LOG is set.
void log_line(std::string_view level, std::string_view event,
              const std::vector<std::pair<std::string_view, std::string>>& fields) {
  static const bool wanted = std::getenv("LISTINGD_TEST_LOG") != nullptr;
  if (!wanted) return;
  std::string line = std::string(level) + " " + std::string(event);
  for (const auto& [name, value] : fields) line += " " + std::string(name) + "=" + value;
  std::fprintf(stderr, "%s\n", line.c_str());
}

sync::sync_settings settings_of(const instance_options& options) {
  sync::sync_settings out;
  out.shops.push_back({us, pim, app, options.profile, options.live});
  out.media_directory = options.media;
  out.webhook_base_url = "https://127.0.0.1:1/webhooks"; // nobody listens there: deliveries are carried by hand
  return out;
}

} // namespace

instance::instance(const asio::any_io_executor& loop, const clock& time, const instance_options& options)
    : db(store::open_store({.url = options.database,
                            .connections = 3,
                            .sealing = store::sealer({{"test", secret(std::string(32, 'k'))}})})),
      wire(net::make_client({})), apps(credentials(options.tiktok_url)),
      tiktok_clock(options.wire_clock ? *options.wire_clock : wire_time),
      tiktok(tiktok::make_shop(wire, {options.tiktok_url, options.tiktok_url}, apps, tiktok_clock)),
      consents(tiktok::make_consent(wire, {options.tiktok_url, options.tiktok_url}, apps, tiktok_clock)),
      source(pim::make_folder_source(
          {.name = pim, .directory = options.catalogue, .media_hosts = {}, .quiet = never_too_fresh}, time,
          media_pool)),
      with{.db = *db,
           .tiktok = *tiktok,
           .consents = *consents,
           .pictures = one_studio(),
           .time = time,
           .media_pool = media_pool,
           .settings = settings_of(options),
           .sources = {{pim, source.get()}},
           .log = log_line,
           .work = async::signal(loop),
           .inbox = async::signal(loop),
           .shops = async::signal(loop),
           .random = std::mt19937_64(1)},
      tokens(with), taxonomy(with, tokens), media(with, tokens), preparing(with, taxonomy, media),
      reconciler(with, tokens, preparing, media), planner(with, tokens, preparing), intake(with), inbox(with, tokens),
      keeper(with, tokens), onboarding(with) {}

} // namespace listingd::integration
