#include "sync/onboarding.hpp"

#include "model/digest.hpp"

namespace listingd::sync {

namespace {

constexpr duration state_life{30 * 60'000};
constexpr int seller = 0;

} // namespace

task<std::string> onboarding::link(app_name app) {
  const auto state = random_uuid();
  co_await with_.db.put_consent_state(state, app, with_.time.now() + state_life);
  co_return with_.consents.consent_url(app, state);
}

task<result<connected>> onboarding::finish(std::string state, std::string code) {
  const auto app = co_await with_.db.take_consent_state(state, with_.time.now());
  if (!app)
    co_return bad_data("consent", "state_unknown",
                       "this link is unknown, already used or older than 30 minutes; run listingd connect again");
  co_return co_await exchange(*app, std::move(code));
}

task<result<connected>> onboarding::exchange(app_name app, std::string code) {
  auto grant = co_await with_.consents.exchange(app, std::move(code));
  if (!grant) co_return std::unexpected(grant.error());
  if (grant->user_type != seller)
    co_return bad_data("consent", "not_a_seller", "the account that consented is not a seller's");
  auto shops = co_await with_.consents.shops(app, grant->access_token);
  if (!shops) co_return std::unexpected(shops.error());
  co_await with_.db.put_authorization(app, *grant, *shops, with_.time.now());
  connected done{.seller_name = grant->seller_name, .shops = *shops, .scopes = grant->scopes, .not_configured = {}};
  for (const auto& one : *shops) {
    with_.log("info", "shop_connected", {{"shop", one.id.text()}, {"region", one.region}, {"app", app.text()}});
    if (with_.setting_of(one.id) == nullptr) done.not_configured.push_back(one.id.text());
  }
  with_.shops.notify();
  with_.work.notify();
  co_return done;
}

} // namespace listingd::sync
