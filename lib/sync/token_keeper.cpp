#include "sync/token_keeper.hpp"

#include "model/backoff.hpp"

namespace listingd::sync {

namespace {

constexpr duration refresh_lease{60'000};
constexpr duration look_every{30'000};
constexpr backoff refresh_backoff{.first = duration{10'000}, .most = duration{15 * 60'000}};

} // namespace

task<void> token_keeper::run() {
  while (!with_.stopping) {
    try {
      co_await refresh_due();
    } catch (const std::exception& problem) {
      with_.log("error", "token_keeper_broken", {{"problem", problem.what()}});
    }
    co_await with_.rest(look_every);
  }
}

task<int> token_keeper::refresh_due() {
  int renewed_count = 0;
  while (auto job = co_await with_.db.lease_refresh(with_.time.now(), refresh_lease, std::nullopt, secret()))
    renewed_count += co_await refresh(*job) ? 1 : 0;
  co_return renewed_count;
}

task<std::optional<connected_shop>> token_keeper::renewed(connected_shop stale) {
  constexpr int looks = 40;
  for (int look = 0; look < looks; ++look) {
    auto job =
        co_await with_.db.lease_refresh(with_.time.now(), refresh_lease, stale.authorization, stale.access_token);
    if (job) co_await refresh(*job);
    auto now = co_await with_.db.shop(stale.info.id);
    if (!now || now->authorization_state != "active") co_return std::nullopt;
    if (now->access_token != stale.access_token) co_return now;
    if (job) co_return std::nullopt; // we tried and failed; the keeper goes on with backoff
    co_await async::pause(duration{250});
  }
  co_return std::nullopt;
}

task<bool> token_keeper::refresh(store::refresh_job job) {
  const auto grant = co_await with_.consents.refresh(job.app, job.refresh_token);
  const auto now = with_.time.now();
  if (grant) {
    co_await with_.db.refreshed(job, *grant, now);
    with_.log("info", "token_refreshed", {{"app", job.app.text()}, {"expires", to_text(grant->access_expires)}});
    co_return true;
  }
  if (grant.error().kind == error_kind::auth || grant.error().kind == error_kind::needs_human) {
    store::lost_evidence evidence{.access_token = {}, .lease_token = job.lease_token};
    co_await lost(job.authorization, std::move(evidence), grant.error());
    co_return false;
  }
  const auto wait = refresh_backoff.wait(job.failures + 1, with_.chance(), grant.error().retry_after);
  co_await with_.db.refresh_failed(job, grant.error().text(), now + wait);
  with_.log("warning", "token_refresh_failed", {{"app", job.app.text()}, {"problem", grant.error().text()}});
  co_return false;
}

task<void> token_keeper::lost(std::int64_t authorization, store::lost_evidence evidence, error why) {
  if (!co_await with_.db.authorization_lost(authorization, std::move(evidence), why.text(), with_.time.now()))
    co_return;
  with_.log(
      "error", "needs_reauth",
      {{"authorization", std::to_string(authorization)}, {"problem", why.text()}, {"request_id", why.request_id}});
  with_.work.notify();
}

} // namespace listingd::sync
