#include "sync/onboarding.hpp"

#include "model/backoff.hpp"
#include "model/digest.hpp"
#include "sync/consent_schedule.hpp"
#include "sync/token_keeper.hpp"

#include <algorithm>
#include <spdlog/fmt/fmt.h>

namespace listingd::sync {

namespace {

constexpr int shop_attempts = 3;
constexpr duration longest_redeem{60'000};
constexpr backoff knocking{.first = duration{2'000}, .most = duration{5 * 60'000}};
constexpr int seller = 0, creator = 1, partner = 3; // user_type of the token answer

std::string_view name_of_user(int type) {
  return type == creator   ? "a creator"
         : type == partner ? "a partner"
                           : "neither a seller's, a creator's nor a partner";
}

std::unexpected<error> unknown_install() {
  return bad_data("install", "install_unknown", "no such install waits; see listingd shops");
}

std::string holder_of(const shop_conflict& one) {
  return fmt::format("shop {} is served by the consent of {} (app {})", one.shop.text(),
                     one.seller_name.empty() ? "another account" : one.seller_name, one.app.text());
}

} // namespace

task<std::string> onboarding::link(app_name app) {
  const auto state = random_uuid();
  co_await with_.db.put_consent_state(state, app, with_.time.now() + link_life);
  co_return with_.consents.consent_url(app, state);
}

task<result<connected>> onboarding::finish(std::string state, std::string code, std::string app_key) {
  if (!app_key.empty() && !with_.consents.app_with_key(app_key))
    co_return bad_data("consent", "other_app", "the answer is for another app than ours");
  const auto app = co_await with_.db.take_consent_state(state, with_.time.now());
  if (!app)
    co_return bad_data("consent", "state_unknown",
                       "this link is unknown, already used or older than 30 minutes; ask for a new one");
  if (!app_key.empty() && with_.consents.app_with_key(app_key) != app)
    co_return bad_data("consent", "other_app", "the answer is for another app than the one this link is of");
  auto done = co_await exchange(*app, std::move(code));
  if (!done && done.error().kind == error_kind::retry) co_await with_.db.return_consent_state(state);
  co_return done;
}

task<result<connected>> onboarding::exchange(app_name app, std::string code) {
  auto got = co_await redeem(app, std::move(code));
  if (!got) co_return std::unexpected(got.error());
  co_return co_await keep(app, std::move(*got));
}

/// The code for tokens and shops, as far as they are a seller's and enough to connect.
task<result<onboarding::consented>> onboarding::redeem(app_name app, std::string code) {
  auto grant = co_await with_.consents.exchange(app, std::move(code));
  if (!grant) co_return std::unexpected(grant.error());
  if (grant->user_type != seller)
    co_return bad_data("consent", "not_a_seller",
                       fmt::format("the account that consented is {}, not a seller: sign in to TikTok Shop with the "
                                   "seller's main account and open the link again",
                                   name_of_user(grant->user_type)));
  for (const auto& one : needed_scopes(with_.consents, grant->scopes))
    if (one.need == scope_need::connecting || one.need == scope_need::reading)
      co_return bad_data("consent", "missing_scope",
                         fmt::format("the scope {} ({}) is missing, without which nothing works: {}; switch it on for "
                                     "the app in Partner Center and consent again",
                                     one.name, one.key, one.what_for));
  // The code is used up and a former consent of this seller may be over: what was got is not given up for one answer.
  auto shops = co_await with_.consents.shops(app, grant->access_token);
  for (int attempt = 1; !shops && shops.error().kind == error_kind::retry && attempt < shop_attempts; ++attempt) {
    co_await async::pause(duration{300} * attempt);
    shops = co_await with_.consents.shops(app, grant->access_token);
  }
  if (!shops && shops.error().kind != error_kind::retry) co_return std::unexpected(shops.error());
  if (shops && shops->empty())
    co_return bad_data("consent", "no_shop", "the account that consented has no shop in this market");
  co_return consented{.grant = std::move(*grant), .shops = shops ? std::move(*shops) : std::vector<authorized_shop>{}};
}

task<result<connected>> onboarding::keep(app_name app, consented what) {
  const auto now = with_.time.now();
  std::vector<shop_id> claimed;
  for (const auto& one : with_.settings.shops)
    if (one.app == app) claimed.push_back(one.id);
  const auto due = renewal_due(now, what.grant.access_expires, with_.chance());
  auto kept = co_await with_.insist<consent_outcome>(
      [&] { return with_.db.put_authorization(app, what.grant, what.shops, claimed, due, now); });
  connected done{.app = app,
                 .seller_name = what.grant.seller_name,
                 .seller_region = what.grant.seller_region,
                 .shops = {},
                 .scopes = what.grant.scopes,
                 .missing = needed_scopes(with_.consents, what.grant.scopes),
                 .held_elsewhere = std::move(kept.held_elsewhere),
                 .not_configured = {}};
  co_await tell_conflicts(done);
  if (kept.authorization == 0 && done.held_elsewhere.empty())
    co_return bad_data("consent", "shops_unread",
                       "TikTok did not tell which shops the consent is for; ask for a new link in a minute");
  if (kept.authorization == 0)
    co_return bad_data("consent", "shop_conflict",
                       holder_of(done.held_elsewhere.front()) +
                           "; to move it, end that consent in Seller Center first, or, where this is another app of "
                           "yours, name it in the shop's [[shop]] entry");
  for (const auto& id : kept.shops) {
    const auto shop = co_await with_.db.shop(id);
    if (!shop) continue;
    with_.log("info", "shop_connected", {{"shop", id.text()}, {"region", shop->info.region}, {"app", app.text()}});
    if (with_.setting_of(id) == nullptr) done.not_configured.push_back(id.text());
    done.shops.push_back(shop->info);
  }
  with_.shops.notify();
  with_.work.notify();
  co_return done;
}

task<void> onboarding::tell_conflicts(const connected& done) {
  for (const auto& one : done.held_elsewhere) {
    alert told{.kind = alert_kind::shop_conflict,
               .subject = "shop " + one.shop.text(),
               .critical = false,
               .message = fmt::format("{} has consented through app {}, but {}", done.seller_name, done.app.text(),
                                      holder_of(one)),
               .fix = "end one of the two consents in Seller Center"};
    with_.log("warning", "shop_conflict", {{"shop", one.shop.text()}, {"message", told.message}});
    co_await with_.db.raise(std::move(told), with_.time.now());
  }
}

task<result<std::int64_t>> onboarding::install(std::string app_key, std::string code) {
  const auto app = with_.consents.app_with_key(app_key);
  if (!app) co_return bad_data("consent", "app_unknown", "the answer does not say which of our apps it is for");
  // Whoever can reach the listener can knock here: TikTok is asked about one code at a time, and ever more seldom while
  // codes are wrong.
  const auto now = with_.time.now();
  if (now < next_install_at_) co_return try_again("consent", "busy", "another installation is being read; try again");
  next_install_at_ = now + longest_redeem;
  auto got = co_await redeem(*app, std::move(code));
  wrong_installs_ = got ? 0 : wrong_installs_ + 1;
  next_install_at_ = with_.time.now() + (got ? duration{0} : knocking.wait(wrong_installs_, 1.0));
  if (!got) co_return std::unexpected(got.error());
  if (got->shops.empty()) co_return try_again("consent", "shops_unread", "TikTok did not tell the shops");
  const auto number = co_await with_.db.put_install(*app, got->grant, got->shops, now);
  with_.log("warning", "install_waits", {{"install", std::to_string(number)}, {"seller", got->grant.seller_name}});
  co_await token_keeper(with_).watch(); // tells the operator
  co_return number;
}

task<result<connected>> onboarding::confirm(std::int64_t install) {
  auto waiting = co_await with_.db.install(install);
  if (!waiting) co_return unknown_install();
  consented what{.grant = std::move(waiting->grant), .shops = std::move(waiting->shops)};
  co_return co_await keep(waiting->app, std::move(what)); // when it is not kept the install goes on waiting
}

task<result<void>> onboarding::decline(std::int64_t install) {
  if (!co_await with_.db.drop_install(install)) co_return unknown_install();
  co_await token_keeper(with_).watch();
  co_return result<void>{};
}

} // namespace listingd::sync
