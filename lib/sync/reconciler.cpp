#include "sync/reconciler.hpp"

#include "model/backoff.hpp"

namespace listingd::sync {

namespace {

constexpr duration longest_sleep{1000};
constexpr backoff step_backoff{.first = duration{1000}, .most = duration{10 * 60'000}};

/// The first thing that a person must mend, and how many more there are.
std::string what_blocks(const std::vector<violation>& preflight, const std::vector<violation>& from_tiktok,
                        const std::string& otherwise) {
  const auto& found = preflight.empty() ? from_tiktok : preflight;
  if (found.empty()) return otherwise;
  auto text = found.front().reason;
  if (found.size() > 1) text += " (and " + std::to_string(found.size() - 1) + " more)";
  return text;
}

/// A step that is right only as long as the shop holds what it was last seen to hold.
bool rests_on_scan(const review::facts& known, review::step_kind next) {
  using review::step_kind;
  if (next == step_kind::create || next == step_kind::adopt) return true;
  return next == step_kind::park && (known.existing == review::adoptable::several || known.taken_by_scan);
}

bool same_rest(const listing_state& before, const listing_state& after) {
  return before.job == after.job && before.reason == after.reason;
}

} // namespace

task<void> reconciler::run() {
  while (!with_.stopping) {
    bool worked = false;
    try {
      worked = co_await advance_one();
    } catch (const std::exception& problem) { // a broken world: the lease runs out and the step is taken again
      with_.log("error", "step_broken", {{"problem", problem.what()}});
    }
    if (!worked && !with_.stopping) co_await with_.work.wait(longest_sleep);
  }
}

task<std::vector<shop_id>> reconciler::active_shops() {
  std::vector<shop_id> out;
  for (const auto& shop : co_await with_.db.shops())
    if (with_.setting_of(shop.info.id) != nullptr) out.push_back(shop.info.id);
  co_return out;
}

task<bool> reconciler::advance_one() {
  auto shops = co_await active_shops();
  if (shops.empty()) co_return false;
  auto held = co_await with_.db.claim(std::move(shops), with_.time.now(), with_.settings.listing_lease);
  if (!held) co_return false;
  co_await advance(std::move(*held));
  co_return true;
}

task<void> reconciler::advance(claimed_listing held) {
  auto shop = co_await with_.db.shop(held.ref.shop);
  const auto* setting = with_.setting_of(held.ref.shop);
  if (!shop || setting == nullptr) co_return;
  const auto state = held.state;
  turn at{.held = std::move(held),
          .shop = std::move(*shop),
          .setting = *setting,
          .ready = {},
          .step = {},
          .out = {.state = state,
                  .notes = {},
                  .preflight = {},
                  .refusal = {},
                  .review = {},
                  .platform = {},
                  .skus = {},
                  .remediations = {}},
          .now = with_.time.now()};
  std::string broken;
  try {
    co_await take_step(at);
  } catch (const std::exception& problem) {
    broken = problem.what();
  }
  if (!broken.empty()) { // a stored intent stays open: what became of it is asked at the next turn
    with_.log("error", "step_broken", {{"product", at.held.ref.product.text()}, {"problem", broken}});
    failed(at, {.kind = error_kind::bug, .code = "step_broken", .message = broken, .where = "listingd"});
  }
  co_await settle(at);
}

task<void> reconciler::take_step(turn& at) {
  const bool may_ask = preparing_.may_ask(at.shop);
  auto ready = may_ask ? co_await preparing_.prepare(at.held, at.shop, at.setting) : result<prepared>(prepared{});
  if (!ready) {
    failed(at, ready.error());
    co_return;
  }
  at.ready = std::move(*ready);
  auto known = co_await preparing_.facts_for(at.held, at.shop, at.setting, at.ready);
  at.step = review::decide(known, at.now, with_.settings.policy);
  if (rests_on_scan(known, at.step.kind)) {
    if (const auto asked = co_await ask_for_skus(at); !asked) {
      failed(at, asked.error());
      co_return;
    }
    known = co_await preparing_.facts_for(at.held, at.shop, at.setting, at.ready);
    at.step = review::decide(known, at.now, with_.settings.policy);
  }
  at.out.state.job = "working";
  at.out.state.reason = at.step.reason;
  at.out.state.due_at = at.now;
  if (may_ask) at.out.preflight = at.ready.violations;
  at.out.remediations = at.ready.voided;
  if (at.ready.wanted) {
    std::vector<sku_link> links;
    for (const auto& sku : at.ready.wanted->skus) links.push_back({sku.key, sku.seller_sku, sku_id()});
    at.out.skus = std::move(links);
  }
  co_await perform(at);
}

task<void> reconciler::settle(turn& at) {
  const bool kept = co_await with_.db.record(at.held, at.out, with_.time.now());
  with_.log("info", "step",
            {{"shop", at.held.ref.shop.text()},
             {"product", at.held.ref.product.text()},
             {"step", std::string(review::name_of(at.step.kind))},
             {"job", at.out.state.job},
             {"listing_status", std::string(name_of(at.out.state.status))},
             {"review_state", std::string(name_of(at.out.state.review))},
             {"reason", at.out.state.reason},
             {"recorded", kept ? "yes" : "lease lost"}});
  if (at.out.state.due_at && *at.out.state.due_at <= with_.time.now()) with_.work.notify();
}

task<void> reconciler::perform(turn& at) {
  using review::step_kind;
  switch (at.step.kind) {
  case step_kind::idle:
  case step_kind::block:
  case step_kind::park:
  case step_kind::await_review:
    return rest(at);
  case step_kind::upload_media:
    return upload_media(at);
  case step_kind::adopt:
    return adopt(at);
  case step_kind::create:
    return create(at);
  case step_kind::edit:
    return edit(at);
  case step_kind::set_price:
    return set_offers(at, write_kind::price);
  case step_kind::set_stock:
    return set_offers(at, write_kind::stock);
  case step_kind::activate:
    return switch_live(at, write_kind::activate);
  case step_kind::deactivate:
    return switch_live(at, write_kind::deactivate);
  case step_kind::resolve_uncertain:
    return resolve_uncertain(at);
  case step_kind::read_back:
    return read_back(at);
  case step_kind::remediate:
    return remediate(at);
  }
  return rest(at);
}

task<void> reconciler::rest(turn& at) {
  auto& state = at.out.state;
  using review::step_kind;
  state.due_at = at.step.until;
  switch (at.step.kind) {
  case step_kind::block:
    state.job = "blocked";
    break;
  case step_kind::park:
    state.job = "parked";
    break;
  case step_kind::await_review:
    break;
  default:
    if (!at.step.until) {
      const bool live = state.status == listing_status::activate;
      state.job = live && state.verified_fingerprint == accepted_fingerprint(state.accepted) && at.held.payload
                      ? "verified"
                      : "idle";
    }
  }
  if (at.step.kind == step_kind::block)
    state.reason = what_blocks(at.ready.violations, at.held.violations, at.step.reason);
  if (same_rest(at.held.state, state) || state.job == "verified") co_return; // the read-back has told it
  const auto& found = at.ready.violations.empty() ? at.held.violations : at.ready.violations;
  const bool has_fix = at.step.kind == step_kind::block && !found.empty() && !found.front().suggestion.empty();
  note why{.event = state.job == "working" ? std::string(review::name_of(at.step.kind)) : state.job,
           .message = state.reason + (has_fix ? " Fix: " + found.front().suggestion : ""),
           .evidence = nullptr};
  at.out.notes.push_back(std::move(why));
}

void reconciler::failed(turn& at, const error& why) {
  auto& state = at.out.state;
  const auto wait = step_backoff.wait(++state.failures, with_.chance(), why.retry_after);
  state.job = "working";
  state.reason = why.text();
  state.retry_not_before = with_.time.now() + wait;
  state.due_at = state.retry_not_before;
  if (why.kind == error_kind::auth) state.due_at = with_.time.now();
  if (state.failures <= 3 || state.failures % 10 == 0)
    at.out.notes.push_back({.who = "tiktok",
                            .event = "trouble",
                            .message = "attempt " + std::to_string(state.failures) + " failed: " + why.text(),
                            .evidence = boost::json::object{{"code", why.code}, {"request_id", why.request_id}}});
}

} // namespace listingd::sync
