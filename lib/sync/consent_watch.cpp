// The watching half of the token keeper: what a person must be told about consents and the clock, each once.
#include "sync/consent_schedule.hpp"
#include "sync/token_keeper.hpp"

#include <spdlog/fmt/fmt.h>

namespace listingd::sync {

namespace {

constexpr duration tolerated_skew{10'000};
constexpr std::string_view machine = "this machine";

std::string about(const authorization& one) {
  return fmt::format("{} (app {})", one.seller_name.empty() ? "seller " + one.open_id : one.seller_name,
                     one.app.text());
}

std::string renew_by(const authorization& one) {
  return "send the seller the link of: " + reconnect_command(one.app);
}

alert lost_alert(const authorization& one) {
  return {.kind = alert_kind::needs_reauth,
          .subject = subject_of(one.id),
          .critical = true,
          .message = fmt::format("{}: the consent is dead ({}); its shops are parked", about(one), one.state_reason),
          .fix = renew_by(one)};
}

alert countdown_alert(const authorization& one, int level, instant now) {
  const int left = days_left(now, one.consent_ends);
  return {.kind = alert_kind::consent_ends,
          .subject = subject_of(one.id),
          .level = level,
          .critical = level <= 3,
          .message = left == 0 ? fmt::format("{}: the consent ended {}", about(one), to_text(one.consent_ends))
                               : fmt::format("{}: the consent ends in {} day{}, {}", about(one), left,
                                             left == 1 ? "" : "s", to_text(one.consent_ends)),
          .fix = renew_by(one)};
}

alert overdue_alert(const authorization& one) {
  return {.kind = alert_kind::renewal_overdue,
          .subject = subject_of(one.id),
          .critical = true,
          .message = fmt::format("{}: the token was to be renewed {} and is not; it expires {}. Last attempt: {}",
                                 about(one), to_text(one.renewal_due), to_text(one.access_expires),
                                 one.last_refresh_result.empty() ? "none" : one.last_refresh_result),
          .fix = "see the last attempt; listingd keeps trying"};
}

alert shop_alert(const connected_shop& shop) {
  return {.kind = alert_kind::needs_reauth,
          .subject = "shop " + shop.info.id.text(),
          .critical = true,
          .message = fmt::format("{} ({}): no longer part of the seller's consent ({}); it is parked", shop.info.name,
                                 shop.info.region, shop.state_reason),
          .fix = "send the seller the link of: " + reconnect_command(shop.app)};
}

alert clock_alert(duration skew) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(skew).count();
  return {.kind = alert_kind::clock_skew,
          .subject = std::string(machine),
          .critical = false,
          .message = fmt::format("this machine's clock is {} s {} TikTok's", std::abs(seconds),
                                 seconds > 0 ? "behind" : "ahead of"),
          .fix = "set the clock (chrony or systemd-timesyncd); listingd corrects its signatures meanwhile"};
}

alert scope_alert(const authorization& one, const std::vector<missing_scope>& missing) {
  std::string names;
  for (const auto& scope : missing)
    names += fmt::format("{}{} ({}): {}", names.empty() ? "" : "; ", scope.name, scope.key, scope.what_for);
  return {.kind = alert_kind::missing_scope,
          .subject = subject_of(one.id),
          .critical = true,
          .message = fmt::format("{} lacks {}", about(one), names),
          .fix = "switch the scope on in Partner Center, then " + renew_by(one)};
}

} // namespace

task<void> token_keeper::tell(alert what) {
  const auto kept = what;
  if (!co_await with_.db.raise(std::move(what), with_.time.now())) co_return;
  with_.log(kept.critical ? "error" : "warning", "alert",
            {{"kind", std::string(name_of(kept.kind))},
             {"subject", kept.subject},
             {"message", kept.message},
             {"fix", kept.fix}});
}

task<void> token_keeper::settled(alert_kind kind, const std::string& subject) {
  if (co_await with_.db.close_alerts(kind, subject, with_.time.now()) > 0)
    with_.log("info", "alert_settled", {{"kind", std::string(name_of(kind))}, {"subject", subject}});
}

task<std::optional<instant>> token_keeper::watch() {
  std::optional<instant> next;
  for (const auto& one : co_await with_.db.authorizations()) {
    co_await watch_one(one);
    if (one.state == "active" && (!next || one.next_refresh_at < *next)) next = one.next_refresh_at;
  }
  for (const auto& shop : co_await with_.db.shops())
    if (!shop.alive() && shop.lost_alone) co_await tell(shop_alert(shop));
  co_await watch_clock();
  co_return next;
}

task<void> token_keeper::watch_one(const authorization& one) {
  const auto now = with_.time.now();
  const auto subject = subject_of(one.id);
  if (one.state != "active") {
    co_await tell(lost_alert(one)); // the others stay open: a consent answers them all
    co_return;
  }
  if (const auto level = countdown_level(now, one.consent_ends))
    co_await tell(countdown_alert(one, *level, now));
  else
    co_await settled(alert_kind::consent_ends, subject);
  if (now >= renewal_overdue_from(one.renewal_due, one.access_expires))
    co_await tell(overdue_alert(one));
  else
    co_await settled(alert_kind::renewal_overdue, subject);
  if (const auto missing = needed_scopes(with_.consents, one.scopes); !missing.empty())
    co_await tell(scope_alert(one, missing));
  else
    co_await settled(alert_kind::missing_scope, subject);
}

task<void> token_keeper::watch_clock() {
  const auto skew = with_.consents.clock_skew();
  if (!skew) co_return;
  if (std::chrono::abs(*skew) <= tolerated_skew) {
    co_await settled(alert_kind::clock_skew, std::string(machine));
    co_return;
  }
  co_await tell(clock_alert(*skew));
}

} // namespace listingd::sync
