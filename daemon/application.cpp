#include "application.hpp"

#include "config/load.hpp"
#include "instance.hpp"
#include "log/log.hpp"
#include "master_keys.hpp"
#include "net/server.hpp"
#include "net/transport.hpp"
#include "operator/operator_site.hpp"
#include "public/public_site.hpp"
#include "sources.hpp"
#include "store/open_store.hpp"
#include "studio/studio.hpp"
#include "sync/inbox.hpp"
#include "sync/intake.hpp"
#include "sync/planner.hpp"
#include "sync/reconciler.hpp"
#include "sync/shop_keeper.hpp"
#include "tiktok/client.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdlib>
#include <list>
#include <systemd/sd-daemon.h>

namespace listingd {

namespace {

constexpr duration drain_limit{8'000};  // steps end at a safe point within this
constexpr duration answer_grace{1'500}; // requests in flight when the listeners close
constexpr duration last_grace{1'800};   // everything else, from then on
constexpr duration watchdog_every{5'000};
constexpr std::uint64_t webhook_body_limit = 1'000'000;
constexpr std::uint64_t most_pixels = 20'000ULL * 20'000ULL;

sync::sync_settings sync_settings(const config::settings& from, const std::string& instance_id) {
  sync::sync_settings out;
  out.instance = instance_id;
  for (const auto& one : from.shops) out.shops.push_back({one.id, one.source, one.app, one.profile, one.live});
  out.policy.poll_every = from.review_poll_every;
  out.policy.uncertain_wait = from.review_uncertain_wait;
  out.media_directory = from.media_directory;
  if (!from.public_base_url.empty()) out.webhook_base_url = from.public_base_url + "/webhooks";
  out.workers = static_cast<std::size_t>(std::max(2, from.database_connections - 2));
  return out;
}

std::vector<tiktok::app_credentials> credentials(const config::settings& from) {
  std::vector<tiktok::app_credentials> out;
  for (const auto& one : from.apps)
    out.push_back({one.name, one.app_key, one.app_secrets, one.service_id, one.consent_url});
  return out;
}

class running final : public application {
public:
  explicit running(config::settings settings)
      : settings_(std::move(settings)),                                 // what the operator wrote
        instance_(settings_.media_directory),                           // who this daemon is
        media_pool_(static_cast<std::size_t>(settings_.media_threads)), // pictures and files
        sealing_(make_sealer(settings_, log::writer())),                // the keys to stored secrets
        store_(store::open_store({.url = settings_.database_url,        // what survives
                                  .connections = static_cast<std::size_t>(settings_.database_connections),
                                  .instance = instance_.id(),
                                  .sealing = sealing_})),
        client_(net::make_client({.ca_file = settings_.tiktok_ca_file.string()})), // TikTok's hosts
        apps_(credentials(settings_)),                                             // in whose name we speak to them
        tiktok_clock_(clock_),                                                     // and their time
        shop_(tiktok::make_shop(*client_, {settings_.tiktok_api_url, settings_.tiktok_auth_url}, apps_, tiktok_clock_)),
        consent_(tiktok::make_consent(*client_, {settings_.tiktok_api_url, settings_.tiktok_auth_url}, apps_,
                                      tiktok_clock_)),
        studio_(studio::make_studio({.threads = 1, .max_pixels = most_pixels})),
        with_{.db = *store_,
              .tiktok = *shop_,
              .consents = *consent_,
              .pictures = *studio_,
              .time = clock_,
              .media_pool = media_pool_,
              .settings = sync_settings(settings_, instance_.id()),
              .sources = {},
              .log = log::writer(),
              .work = async::signal(context_.get_executor()),
              .inbox = async::signal(context_.get_executor()),
              .shops = async::signal(context_.get_executor())},
        tokens_(with_), taxonomy_(with_, tokens_), media_(with_, tokens_), preparing_(with_, taxonomy_, media_),
        reconciler_(with_, tokens_, preparing_, media_), planner_(with_, tokens_, preparing_), intake_(with_),
        inbox_(with_, tokens_), shops_(with_, tokens_), onboarding_(with_), receiver_(with_, onboarding_, apps_),
        operators_(with_, onboarding_, planner_, receiver_, settings_.operator_token, [this] { return reread_keys(); }),
        public_server_(
            net::make_server(context_.get_executor(),
                             {.listen = settings_.public_listen,
                              .certificate_file = settings_.tls_certificate.string(),
                              .private_key_file = settings_.tls_private_key.string(),
                              .body_limit = webhook_body_limit,
                              .report = reporter("public")},
                             [this](net::server_request request) { return receiver_.handle(std::move(request)); })),
        operator_server_(
            net::make_server(context_.get_executor(),
                             {.listen = settings_.operator_listen,
                              .certificate_file = "",
                              .private_key_file = "",
                              .report = reporter("operator")},
                             [this](net::server_request request) { return operators_.handle(std::move(request)); })),
        signals_(context_, SIGTERM, SIGINT), hangup_(context_, SIGHUP) {
    for (const auto& one : settings_.sources) {
      sources_.push_back(make_source(one, *client_, clock_, media_pool_));
      with_.sources[one.name] = sources_.back().get();
    }
  }

  ~running() override { media_pool_.join(); }

  int serve() override {
    for (std::size_t i = 0; i < sources_.size(); ++i)
      start(intake_.run(*sources_[i], {settings_.sources[i].poll_every, settings_.sources[i].sweep_every}));
    start(begin_work());
    start(inbox_.run());
    start(shops_.run());
    start(tokens_.run());
    start(watchdog());
    watch_over(public_server_->run());
    watch_over(operator_server_->run());
    watch_over(reread_on_hangup());
    watch_over(wait_for_the_end());
    with_.log("info", "serving",
              {{"public", settings_.public_listen},
               {"operator", settings_.operator_listen},
               {"shops", std::to_string(with_.settings.shops.size())}});
    sd_notify(0, "READY=1");
    while (!ending_ && context_.run_one() > 0) {
    }
    context_.run_for(last_grace);
    if (!context_.stopped()) leave_at_once();
    with_.log("info", "stopped", {});
    return failed_ ? 1 : 0;
  }

private:
  /// What a killed daemon held is taken up again at once; then the workers start.
  task<void> begin_work() {
    try {
      const int released = instance_.resumed() ? co_await store_->release_leases() : 0;
      if (released > 0) with_.log("info", "leases_released", {{"listings", std::to_string(released)}});
    } catch (const std::exception& problem) { // then they run out by themselves
      with_.log("warning", "leases_not_released", {{"problem", problem.what()}});
    }
    for (std::size_t i = 0; i < with_.settings.workers; ++i) start(reconciler_.run());
  }

  /// Starts one of the loops that the end waits for.
  void start(task<void> loop) {
    ++loops_;
    auto ended = [this](const std::exception_ptr& problem) {
      --loops_;
      if (!cut_off_) broken(problem);
    };
    asio::co_spawn(context_, std::move(loop),
                   asio::bind_cancellation_slot(cut_offs_.emplace_back().slot(), std::move(ended)));
  }

  /// The same for what lives until the very end: listeners and signals.
  void watch_over(task<void> job) {
    asio::co_spawn(context_, std::move(job), [this](const std::exception_ptr& problem) { broken(problem); });
  }

  /// A loop that broke is logged, and started again with the process by systemd.
  void broken(const std::exception_ptr& problem) {
    if (!problem) return;
    failed_ = true;
    try {
      std::rethrow_exception(problem);
    } catch (const std::exception& why) {
      with_.log("error", "loop_broken", {{"problem", why.what()}});
    }
    std::raise(SIGTERM);
  }

  /// SIGHUP: profiles, [[shop]], [[app]] with its secrets, master keys, certificates and the log level are read again;
  /// what is wrong leaves everything as it was.
  task<void> reread_on_hangup() {
    for (;;) {
      const auto [problem, number] = co_await hangup_.async_wait(asio::as_tuple(asio::use_awaitable));
      if (problem) co_return;
      sd_notify(0, "RELOADING=1");
      const auto keys = reread_keys(); // whatever is wrong elsewhere
      if (!keys) with_.log("error", "keys_not_taken", {{"problem", keys.error().text()}});
      reread();
      sd_notify(0, "READY=1");
    }
  }

  result<std::string> reread_keys() {
    if (const auto done = sealing_->reread(); !done) return std::unexpected(done.error());
    return sealing_->newest();
  }

  void reread() {
    const auto fresh = config::load_config(settings_.file);
    if (!fresh) {
      for (const auto& mistake : fresh.error())
        with_.log("error", "configuration_not_reread", {{"problem", mistake.text()}});
      return;
    }
    log::set_level(fresh->log_level);
    with_.settings.shops = sync_settings(*fresh, instance_.id()).shops;
    apps_.replace(credentials(*fresh));
    if (const auto done = public_server_->reload_tls(); !done)
      with_.log("error", "certificate_not_reread", {{"problem", done.error().text()}});
    with_.log("info", "configuration_reread", {{"shops", std::to_string(fresh->shops.size())}});
    with_.work.notify();
    with_.shops.notify();
  }

  net::problem_report reporter(std::string listener) {
    return [this, listener = std::move(listener)](std::string_view event, std::string_view problem) {
      with_.log("warning", event, {{"listener", listener}, {"problem", std::string(problem)}});
    };
  }

  task<void> watchdog() {
    while (!with_.stopping) {
      sd_notify(0, "WATCHDOG=1");
      co_await with_.rest(watchdog_every);
    }
  }

  /// SIGTERM: no new steps, those running finish, the public listener closes last (TikTok waits 3 s for an answer). A
  /// step that hangs in a call is cut off: its lease runs out and the next start takes it again.
  task<void> wait_for_the_end() {
    co_await signals_.async_wait(asio::as_tuple(asio::use_awaitable));
    sd_notify(0, "STOPPING=1");
    with_.log("info", "stopping", {});
    with_.stopping = true;
    with_.work.notify();
    with_.inbox.notify();
    with_.shops.notify();
    const auto drained_by = std::chrono::steady_clock::now() + drain_limit;
    while (loops_ > 0 && std::chrono::steady_clock::now() < drained_by) co_await async::pause(duration{20});
    if (loops_ > 0) {
      with_.log("warning", "drain_timeout", {{"loops", std::to_string(loops_)}});
      cut_off_ = true;
      for (auto& one : cut_offs_) one.emit(asio::cancellation_type::terminal);
    }
    hangup_.cancel();
    operator_server_->stop(answer_grace);
    public_server_->stop(answer_grace);
    ending_ = true;
  }

  /// A thread hangs in a call that nothing can interrupt, such as one to a frozen database, and would hang whoever
  /// joins it. To end here is what a crash is, and for that everything is made.
  [[noreturn]] void leave_at_once() {
    with_.log("error", "left_hanging", {{"loops", std::to_string(loops_)}});
    std::_Exit(1);
  }

  config::settings settings_;
  instance instance_;
  system_clock clock_;
  std::list<asio::cancellation_signal> cut_offs_; // one for each loop
  asio::io_context context_{1};
  asio::thread_pool media_pool_;
  std::optional<store::sealer> sealing_;
  std::unique_ptr<sync::store> store_;
  std::unique_ptr<net::transport> client_;
  tiktok::app_book apps_;
  tiktok::platform_clock tiktok_clock_;
  std::unique_ptr<sync::shop> shop_;
  std::unique_ptr<sync::consent> consent_;
  std::unique_ptr<sync::studio> studio_;
  sync::services with_;
  std::vector<std::unique_ptr<sync::source>> sources_;
  sync::token_keeper tokens_;
  sync::taxonomy_keeper taxonomy_;
  sync::media_cabinet media_;
  sync::preparation preparing_;
  sync::reconciler reconciler_;
  sync::planner planner_;
  sync::intake intake_;
  sync::inbox inbox_;
  sync::shop_keeper shops_;
  sync::onboarding onboarding_;
  public_site::site receiver_;
  operator_site::site operators_;
  std::unique_ptr<net::server> public_server_, operator_server_;
  asio::signal_set signals_, hangup_;
  int loops_ = 0;
  bool failed_ = false;
  bool cut_off_ = false; // the loops were told to end where they are
  bool ending_ = false;  // nothing is waited for any more but the last answers
};

} // namespace

std::unique_ptr<application> make_application(config::settings settings) {
  return std::make_unique<running>(std::move(settings));
}

} // namespace listingd
