// The watching half of the token keeper: what a person must be told about consents and the clock, each once.
#include "sync/consent_schedule.hpp"
#include "sync/token_keeper.hpp"

#include <array>
#include <spdlog/fmt/fmt.h>
#include <unistd.h>

namespace listingd::sync {

namespace {

constexpr duration tolerated_skew{10'000};
constexpr duration settled_skew{5'000};

std::string this_machine() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "this machine";
  return name.data();
}

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
          .subject = this_machine(),
          .critical = false,
          .message = fmt::format("the clock of {} is {} s {} TikTok's", this_machine(), std::abs(seconds),
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

alert install_alert(const waiting_install& one) {
  return {.kind = alert_kind::install_waits,
          .subject = fmt::format("install {}", one.id),
          .critical = false,
          .message = fmt::format("{} ({}) has installed app {} from TikTok's App Store and waits to be confirmed",
                                 one.seller_name, one.seller_region, one.app.text()),
          .fix = fmt::format("listingd connect --confirm {0}, or --decline {0}", one.id)};
}

/// What is to be told about an authorization now: of the countdown only the step it has reached.
void add_wanted(std::vector<alert>& wanted, const authorization& one, const std::vector<missing_scope>& missing,
                instant now) {
  if (one.state != "active") {
    wanted.push_back(lost_alert(one));
    return;
  }
  if (const auto level = countdown_level(now, one.consent_ends)) wanted.push_back(countdown_alert(one, *level, now));
  if (now >= renewal_overdue_from(one.renewal_due, one.access_expires)) wanted.push_back(overdue_alert(one));
  if (!missing.empty()) wanted.push_back(scope_alert(one, missing));
}

} // namespace

void token_keeper::told(const alert_changes& changes) const {
  for (const auto& one : changes.opened)
    with_.log(one.critical ? "error" : "warning", "alert",
              {{"kind", std::string(name_of(one.kind))},
               {"subject", one.subject},
               {"message", one.message},
               {"fix", one.fix}});
  for (const auto& one : changes.closed)
    with_.log("info", "alert_settled", {{"kind", std::string(name_of(one.kind))}, {"subject", one.subject}});
}

task<std::optional<instant>> token_keeper::watch() {
  const auto now = with_.time.now();
  std::optional<instant> next;
  std::vector<alert> wanted;
  for (const auto& one : co_await with_.db.authorizations()) {
    if (one.shops == 0) continue; // its shops have moved to another
    add_wanted(wanted, one, needed_scopes(with_.consents, one.scopes), now);
    if (one.state == "active" && (!next || one.next_refresh_at < *next)) next = one.next_refresh_at;
  }
  for (const auto& shop : co_await with_.db.shops())
    if (!shop.alive() && shop.lost_alone) wanted.push_back(shop_alert(shop));
  for (const auto& one : co_await with_.db.installs()) wanted.push_back(install_alert(one));
  std::vector<alert_kind> kinds{alert_kind::needs_reauth, alert_kind::consent_ends, alert_kind::renewal_overdue,
                                alert_kind::missing_scope, alert_kind::install_waits};
  told(co_await with_.db.keep_alerts(std::move(kinds), std::move(wanted), now));
  co_await watch_clock();
  co_return next;
}

task<void> token_keeper::watch_clock() {
  const auto skew = with_.consents.clock_skew();
  if (!skew) co_return;
  if (std::chrono::abs(*skew) <= settled_skew)
    co_await with_.db.close_alerts(alert_kind::clock_skew, this_machine(), with_.time.now());
  if (std::chrono::abs(*skew) <= tolerated_skew) co_return;
  const auto raised = clock_alert(*skew);
  if (!co_await with_.db.raise(raised, with_.time.now())) co_return;
  alert_changes changes;
  changes.opened.push_back(raised);
  told(changes);
}

} // namespace listingd::sync
