#include "sync/token_keeper.hpp"

#include "model/backoff.hpp"
#include "sync/consent_schedule.hpp"

#include <algorithm>

namespace listingd::sync {

namespace {

// A lease outlives the two calls that a refresh may make (10 s each), so that a successor never overtakes one on its
// way.
constexpr duration refresh_lease{30'000};
constexpr duration one_call{10'000};
constexpr duration look_every{15'000};
constexpr duration soonest_look{500};
constexpr backoff refresh_backoff{.first = duration{10'000}, .most = duration{15 * 60'000}};
constexpr int cures = 1;         // of an operation whose token was refused
constexpr int most_attempts = 4; // a new token may not be known everywhere at once
constexpr backoff settling{.first = duration{500}, .most = duration{2'000}};
constexpr int shop_looks = 3; // before a shop that is not shown counts as lost

std::unexpected<error> needs_reauth(const connected_shop& shop) {
  return std::unexpected(error{.kind = error_kind::auth,
                               .code = "needs_reauth",
                               .message = "the seller must consent again: " + reconnect_command(shop.app),
                               .where = "shop " + shop.info.id.text(),
                               .whole_shop = true});
}

lost_evidence by_token(const connected_shop& refused) {
  return {.generation = refused.generation, .lease_token = {}};
}

std::unexpected<error> not_renewed_yet(const connected_shop& shop) {
  return try_again("shop " + shop.info.id.text(), "token_refresh",
                   "the access token has expired and is not renewed yet");
}

} // namespace

std::string subject_of(std::int64_t authorization) {
  return "authorization " + std::to_string(authorization);
}

std::string reconnect_command(const app_name& app) {
  return "listingd connect --app " + app.text();
}

task<void> token_keeper::run() {
  while (!with_.stopping) {
    auto pause = look_every;
    try {
      co_await refresh_due();
    } catch (const std::exception& problem) {
      with_.log("error", "token_keeper_broken", {{"problem", problem.what()}});
    }
    try { // also when a refresh broke: that is when people must be told
      const auto next = co_await watch();
      if (next) pause = std::clamp(*next - with_.time.now(), soonest_look, look_every);
    } catch (const std::exception& problem) {
      with_.log("error", "consent_watch_broken", {{"problem", problem.what()}});
    }
    co_await with_.rest(pause);
  }
}

task<int> token_keeper::refresh_due() {
  int renewed_count = 0;
  while (auto job = co_await with_.db.lease_refresh(with_.time.now(), refresh_lease, std::nullopt)) {
    renewed_count += co_await refresh(std::move(*job)) ? 1 : 0;
    if (with_.stopping) break;
  }
  co_return renewed_count;
}

task<result<connected_shop>> token_keeper::usable(shop_id id) {
  auto found = co_await with_.db.shop(id);
  if (!found) co_return our_bug("shop " + id.text(), "shop_not_connected", "the shop is not connected");
  if (!found->alive()) co_return needs_reauth(*found);
  if (with_.time.now() < last_use(found->renewal_due, found->access_expires)) co_return std::move(*found);
  co_return co_await renewed(std::move(*found));
}

task<result<connected_shop>> token_keeper::cured(connected_shop refused, error why, int attempt) {
  auto now = co_await with_.db.shop(refused.info.id);
  if (!now || !now->alive()) co_return needs_reauth(refused);
  const bool moved_on = now->generation != refused.generation || now->info.cipher != refused.info.cipher;
  if (moved_on && attempt < most_attempts) co_return std::move(*now);
  if (attempt <= cures) {
    if (why.may_help == cure::reread_shops) co_return co_await reread(std::move(*now));
    // Also a token that is called invalid may have died of a refresh whose reply was lost: whether the consent is dead
    // is what a refresh tells.
    co_return co_await renewed(std::move(*now));
  }
  if (attempt < most_attempts) {
    co_await async::pause(settling.wait(attempt, 1.0));
    co_return std::move(*now);
  }
  if (moved_on) co_return not_renewed_yet(refused);
  if (now->pair_proven) // the consent is good elsewhere: what is refused is this shop
    co_await lost_shop(refused.info.id, why.text());
  else
    co_await lost(refused.authorization, by_token(refused), why.text());
  co_return needs_reauth(refused);
}

task<result<connected_shop>> token_keeper::renewed(connected_shop stale) {
  constexpr int looks = 45; // about ten seconds
  constexpr backoff waiting{.first = duration{20}, .most = duration{250}};
  for (int look = 1; look <= looks; ++look) {
    const consent_store::stale_tokens only{.authorization = stale.authorization, .generation = stale.generation};
    auto job = co_await with_.db.lease_refresh(with_.time.now(), refresh_lease, only);
    const bool ours = job.has_value();
    if (ours) co_await refresh(std::move(*job));
    auto now = co_await with_.db.shop(stale.info.id);
    if (!now || !now->alive()) co_return needs_reauth(stale);
    if (now->generation != stale.generation) co_return std::move(*now);
    constexpr int settled_after = 4; // looks: a lease that is being taken shows only when it is committed
    if (ours || (now->refresh_failing && look >= settled_after))
      co_return not_renewed_yet(stale); // the keeper goes on with backoff
    co_await async::pause(waiting.wait(look, 1.0));
  }
  co_return not_renewed_yet(stale);
}

/// What Get Authorized Shops shows; asked again while it lacks a shop that it showed before.
task<result<std::vector<authorized_shop>>> token_keeper::shown_shops(std::int64_t authorization, app_name app,
                                                                     secret token) {
  std::vector<shop_id> known;
  for (const auto& one : co_await with_.db.shops())
    if (one.authorization == authorization && one.alive()) known.push_back(one.info.id);
  for (int look = 1;; ++look) {
    auto shown = co_await with_.consents.shops(app, token);
    const auto missing = [&](const shop_id& id) {
      return std::ranges::find(*shown, id, &authorized_shop::id) == shown->end();
    };
    if (!shown || look == shop_looks || std::ranges::none_of(known, missing)) co_return shown;
    co_await async::pause(settling.wait(look, 1.0));
  }
}

task<result<connected_shop>> token_keeper::reread(connected_shop stale) {
  const auto shown = co_await shown_shops(stale.authorization, stale.app, stale.access_token);
  if (!shown && shown.error().kind == error_kind::auth) co_return co_await renewed(std::move(stale));
  if (!shown) co_return not_renewed_yet(stale);
  if (!shown->empty())
    co_await with_.db.put_shops(stale.authorization, stale.generation, *shown, with_.time.now());
  else
    co_await lost_shop(stale.info.id, "the seller's consent covers no shop any more");
  auto now = co_await with_.db.shop(stale.info.id);
  if (now && now->alive()) co_return std::move(*now);
  co_await watch(); // the shop is no longer part of the consent
  with_.work.notify();
  co_return needs_reauth(stale);
}

task<result<token_grant>> token_keeper::ask_for_tokens(refresh_job& job) {
  const auto begun = std::chrono::steady_clock::now();
  auto grant = co_await with_.consents.refresh(job.app, job.refresh_token);
  if (grant || grant.error().kind != error_kind::auth || job.previous_refresh_token.empty()) co_return grant;
  // The pair before is kept until this one has worked: it may be the one that TikTok has kept.
  if (std::chrono::steady_clock::now() - begun > refresh_lease - 2 * one_call)
    co_return try_again("token refresh", "slow", "the refusal came late; asking again");
  auto second = co_await with_.consents.refresh(job.app, job.previous_refresh_token);
  if (!second && second.error().kind == error_kind::auth) co_return grant;
  if (second) job.refresh_token = job.previous_refresh_token; // this is the one that lives
  co_return second;
}

task<bool> token_keeper::refresh(refresh_job job) {
  const auto grant = co_await ask_for_tokens(job);
  if (!grant) {
    co_await not_refreshed(job, grant.error());
    co_return false;
  }
  const auto now = with_.time.now();
  const auto due = renewal_due(now, grant->access_expires, with_.chance());
  const bool kept = co_await with_.insist<bool>([&] { return with_.db.refreshed(job, *grant, due, now); });
  if (!kept) {
    with_.log("warning", "token_refresh_overtaken", {{"app", job.app.text()}});
    co_return false;
  }
  with_.log(grant->access_expires > now ? "info" : "error",
            grant->access_expires > now ? "token_refreshed" : "token_dead_on_arrival",
            {{"authorization", std::to_string(job.authorization)},
             {"app", job.app.text()},
             {"expires", to_text(grant->access_expires)}});
  co_await accept(job, *grant);
  co_return true;
}

/// The new pair is used at once: that proves it, and shows the shops as they are now.
task<void> token_keeper::accept(const refresh_job& job, const token_grant& grant) {
  const auto shown = co_await shown_shops(job.authorization, job.app, grant.access_token);
  if (!shown) {
    with_.log("warning", "shops_not_read", {{"app", job.app.text()}, {"problem", shown.error().text()}});
    co_return; // the next call will tell
  }
  co_await with_.db.pair_worked(job.authorization, job.fence);
  if (!shown->empty()) co_await with_.db.put_shops(job.authorization, job.fence, *shown, with_.time.now());
}

task<void> token_keeper::not_refreshed(const refresh_job& job, const error& why) {
  const auto now = with_.time.now();
  const bool ended = now >= job.consent_ends && why.kind != error_kind::retry;
  if (why.kind == error_kind::auth || why.kind == error_kind::needs_human || ended) {
    lost_evidence evidence{.generation = std::nullopt, .lease_token = job.lease_token};
    co_await lost(job.authorization, std::move(evidence), why.text());
    co_return;
  }
  const auto wait = refresh_backoff.wait(job.failures + 1, with_.chance(), why.retry_after);
  co_await with_.db.refresh_failed(job, why.text(), now + wait, now);
  with_.log("warning", "token_refresh_failed",
            {{"authorization", std::to_string(job.authorization)},
             {"app", job.app.text()},
             {"problem", why.text()},
             {"request_id", why.request_id}});
}

task<void> token_keeper::lost(std::int64_t authorization, lost_evidence evidence, std::string why) {
  if (!co_await with_.db.authorization_lost(authorization, std::move(evidence), why, with_.time.now())) co_return;
  with_.log("error", "needs_reauth", {{"authorization", std::to_string(authorization)}, {"problem", why}});
  co_await watch(); // the alarm does not wait for the next look
  with_.work.notify();
}

task<void> token_keeper::lost_shop(shop_id shop, std::string why) {
  if (!co_await with_.db.shop_lost(shop, why, with_.time.now())) co_return;
  with_.log("error", "needs_reauth", {{"shop", shop.text()}, {"problem", why}});
  co_await watch();
  with_.work.notify();
}

task<result<void>> token_keeper::deauthorized(connected_shop shop) {
  if (!shop.alive()) co_return result<void>{};
  const auto shown = co_await call<std::vector<authorized_shop>>(shop.info.id, [this, shop](const shop_access& access) {
    return shown_shops(shop.authorization, access.app, access.access_token);
  });
  if (!shown && shown.error().kind == error_kind::auth) co_return result<void>{}; // call() has drawn the consequence
  if (!shown) co_return std::unexpected(shown.error());
  if (std::ranges::find(*shown, shop.info.id, &authorized_shop::id) != shown->end())
    with_.log("warning", "deauthorization_contradicted", {{"shop", shop.info.id.text()}});
  else
    co_await lost_shop(shop.info.id, "deauthorized by the seller (webhook 6)");
  co_return result<void>{};
}

} // namespace listingd::sync
