#include "sync/inbox.hpp"

#include "model/backoff.hpp"

#include <stdexcept>

namespace listingd::sync {

namespace {

constexpr int batch = 100;
constexpr duration look_every{5'000};
constexpr int most_attempts = 10;
constexpr backoff event_backoff{.first = duration{5'000}, .most = duration{10 * 60'000}};

/// A warning that comes late, or again, says nothing of a consent that the seller has given since. `skew`: TikTok's
/// clock minus ours.
bool before_consent(const shop_event& event, const connected_shop& shop, duration skew) {
  constexpr std::chrono::seconds grain{1};
  return event.sent_at && *event.sent_at + grain - skew <= shop.consented_at;
}

} // namespace

task<void> inbox::run() {
  while (!with_.stopping) {
    int taken = 0;
    try {
      taken = co_await drain();
    } catch (const std::exception& problem) {
      with_.log("error", "inbox_broken", {{"problem", problem.what()}});
    }
    if (taken < batch && !with_.stopping) co_await with_.inbox.wait(look_every);
  }
}

task<int> inbox::drain() {
  const auto events = co_await with_.db.waiting_events(batch, with_.time.now());
  for (const auto& event : events) {
    std::string problem;
    bool broken = false;
    try {
      problem = co_await take(event);
    } catch (const std::exception& thrown) {
      broken = true;
      problem = thrown.what();
      with_.log("error", "event_broken",
                {{"app", event.app}, {"event", std::to_string(event.id)}, {"problem", problem}});
    }
    const auto now = with_.time.now();
    const int attempt = event.attempts + 1;
    if (broken && attempt < most_attempts) // it may be the world that was broken; those behind it go on
      co_await with_.db.event_later(event.id, problem, now + event_backoff.wait(attempt, with_.chance()));
    else
      co_await with_.db.event_done(event.id, problem, now);
  }
  if (!events.empty()) with_.work.notify();
  co_return static_cast<int>(events.size());
}

task<std::string> inbox::take(const inbox_event& stored) {
  const auto event = with_.tiktok.read_event(stored.body);
  if (!event) {
    with_.log("warning", "event_unreadable", {{"app", stored.app}, {"problem", event.error().text()}});
    co_return event.error().text();
  }
  const auto now = with_.time.now();
  with_.log("info", "event",
            {{"app", stored.app},
             {"shop", event->shop.text()},
             {"type", std::to_string(event->type)},
             {"listing", event->listings.empty() ? "" : event->listings.front().text()}});
  if (event->kind == event_kind::deauthorized || event->kind == event_kind::consent_ends)
    co_return co_await about_consent(*event, app_name(stored.app));
  const note told{.who = "tiktok",
                  .event = "webhook",
                  .message =
                      event->name.empty() ? "webhook of type " + std::to_string(event->type) : "webhook " + event->name,
                  .evidence = nullptr};
  int woken = 0;
  for (const auto& listing : event->listings) {
    std::vector<note> notes{told};
    woken += co_await with_.db.wake_listing(event->shop, listing, true, now, std::move(notes));
  }
  co_return woken == 0 && !event->listings.empty() ? "no listing of ours" : "";
}

/// Webhooks 6 and 7. The first is a hint: TikTok is asked what is left of the consent.
task<std::string> inbox::about_consent(const shop_event& event, app_name app) {
  auto shop = co_await with_.db.shop(event.shop);
  if (!shop) co_return "the shop is not connected";
  if (shop->app != app) co_return "the shop is served by another app's consent";
  if (event.kind == event_kind::deauthorized) {
    const auto asked = co_await tokens_.deauthorized(std::move(*shop));
    if (!asked) throw std::runtime_error(asked.error().text()); // taken again later
    co_return "";
  }
  if (before_consent(event, *shop, with_.consents.clock_skew().value_or(duration{0})))
    co_return "older than the seller's last consent";
  if (!event.ends_at || *event.ends_at < shop->consented_at) co_return "no usable expiration_time";
  co_await with_.db.announce_end(shop->authorization, *event.ends_at);
  co_await tokens_.watch();
  co_return "";
}

} // namespace listingd::sync
