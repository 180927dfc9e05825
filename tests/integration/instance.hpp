// One running listingd, without its loops: the parts and use cases wired as the daemon wires them, each called by hand.
// Several on one database are several instances of the daemon.
#pragma once

#include "net/transport.hpp"
#include "sync/inbox.hpp"
#include "sync/intake.hpp"
#include "sync/onboarding.hpp"
#include "sync/planner.hpp"
#include "sync/reconciler.hpp"
#include "sync/shop_keeper.hpp"
#include "tiktok/app_book.hpp"
#include "tiktok/platform_clock.hpp"

#include <filesystem>
#include <functional>
#include <memory>

namespace listingd::integration {

inline const shop_id us("7494049642642441621");
inline const source_name pim("pim");
inline const app_name app("us");

struct instance_options {
  std::string database;
  std::string tiktok_url;
  std::filesystem::path catalogue; ///< the folder of the source
  std::filesystem::path media;     ///< [media] directory
  bool live = true;
  std::shared_ptr<const mapping::profile> profile;
  const clock* wire_clock = nullptr; ///< for signatures; the true time when left out
};

/// The real client, with a place where a test steps in just before a request leaves.
class watched_wire final : public net::transport {
public:
  explicit watched_wire(std::unique_ptr<net::transport> inner) : inner_(std::move(inner)) {}
  std::function<void(const net::http_request&)> before;

  task<result<net::http_response>> send(net::http_request request) override {
    if (before) before(request);
    co_return co_await inner_->send(std::move(request));
  }

private:
  std::unique_ptr<net::transport> inner_;
};

class instance {
public:
  instance(const asio::any_io_executor& loop, const clock& time, const instance_options& options);
  ~instance() { media_pool.join(); }
  instance(const instance&) = delete;
  instance& operator=(const instance&) = delete;

  system_clock wire_time; // signatures carry the true time
  asio::thread_pool media_pool{2};
  std::unique_ptr<sync::store> db;
  watched_wire wire;
  tiktok::app_book apps;
  tiktok::platform_clock tiktok_clock;
  std::unique_ptr<sync::shop> tiktok;
  std::unique_ptr<sync::consent> consents;
  std::unique_ptr<sync::source> source;
  sync::services with;
  sync::token_keeper tokens;
  sync::taxonomy_keeper taxonomy;
  sync::media_cabinet media;
  sync::preparation preparing;
  sync::reconciler reconciler;
  sync::planner planner;
  sync::intake intake;
  sync::inbox inbox;
  sync::shop_keeper keeper;
  sync::onboarding onboarding;
};

} // namespace listingd::integration
