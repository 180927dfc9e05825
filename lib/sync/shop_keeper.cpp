#include "sync/shop_keeper.hpp"

#include "model/backoff.hpp"
#include "model/json.hpp"
#include "sync/time_windows.hpp"

#include <algorithm>

namespace listingd::sync {

namespace {

constexpr duration round_every{2'000};
constexpr duration overlap{5 * 60'000};
constexpr duration prerequisites_every{3'600'000};
constexpr duration webhooks_every{6 * 3'600'000};
constexpr duration listings_every{3'600'000};
constexpr backoff trouble{.first = duration{4'000}, .most = duration{15 * 60'000}};
constexpr int page_limit = 2000; // 200,000 products; a search that never ends is a bug somewhere
constexpr std::string_view too_many_results = "12052180";
const instant no_shop_before{std::chrono::sys_days{std::chrono::year{2020} / 1 / 1}};
constexpr std::chrono::days skew{1}; // of TikTok's clock against ours, and more

time_windows all_since(std::optional<instant> since, instant now) {
  return {{.since = since, .until = {}}, no_shop_before, now + skew};
}

duration always(const services&) {
  return duration{0};
}

} // namespace

/// What a shop needs again and again. `wanted` says whether now, apart from the rhythm.
struct shop_keeper::duty {
  std::string_view failure; ///< the log's event
  bool (*wanted)(const services& with, const connected_shop& shop);
  duration (*every)(const services& with);
  task<result<void>> (shop_keeper::*perform)(const connected_shop& shop);
};

std::span<const shop_keeper::duty> shop_keeper::duties() {
  static constexpr duty all[] = {
      // intake makes the listings, but for a shop that is new
      {"listings_failed", [](const services&, const connected_shop&) { return true; },
       [](const services&) { return listings_every; }, &shop_keeper::list},
      {"prerequisites_failed",
       [](const services& with, const connected_shop& shop) {
         return !shop.prerequisites_checked_at ||
                *shop.prerequisites_checked_at + prerequisites_every <= with.time.now();
       },
       always, &shop_keeper::check_prerequisites},
      {"scan_failed", [](const services&, const connected_shop& shop) { return !shop.adopt_scan_finished; }, always,
       &shop_keeper::scan},
      {"webhooks_failed",
       [](const services& with, const connected_shop&) { return !with.settings.webhook_base_url.empty(); },
       [](const services&) { return webhooks_every; }, &shop_keeper::register_webhooks},
      {"watch_failed", [](const services&, const connected_shop&) { return true; },
       [](const services& with) { return with.settings.policy.poll_every; }, &shop_keeper::watch},
  };
  return all;
}

task<void> shop_keeper::run() {
  while (!with_.stopping) {
    try {
      co_await round();
    } catch (const std::exception& problem) {
      with_.log("error", "shop_round_broken", {{"problem", problem.what()}});
    }
    if (!with_.stopping) co_await with_.shops.wait(round_every);
  }
}

task<void> shop_keeper::round() {
  for (auto& shop : co_await with_.db.shops()) {
    if (with_.setting_of(shop.info.id) == nullptr) continue;
    if (shop.alive())
      co_await look_after(std::move(shop));
    else // a new consent begins anew
      std::erase_if(rhythms_, [&](const auto& one) { return one.first.first == shop.info.id.text(); });
    if (with_.stopping) co_return;
  }
}

task<void> shop_keeper::look_after(connected_shop shop) {
  if (const auto digest = with_.setting_of(shop.info.id)->digest(); digest != shop.setting_digest) {
    const auto woken = co_await with_.db.setting_changed(shop.info.id, digest, with_.time.now());
    with_.log("info", "setting_changed", {{"shop", shop.info.id.text()}, {"listings", std::to_string(woken)}});
    with_.work.notify();
  }
  for (const auto& one : duties()) {
    auto& due = rhythms_[{shop.info.id.text(), &one}];
    if (due.next <= with_.time.now() && one.wanted(with_, shop)) co_await attend(shop, one, due);
    if (with_.stopping) co_return;
  }
}

task<void> shop_keeper::attend(const connected_shop& shop, const duty& one, rhythm& due) {
  result<void> done;
  try {
    done = co_await (this->*one.perform)(shop);
  } catch (const std::exception& problem) {
    done = our_bug("", "broken", problem.what());
  }
  const auto now = with_.time.now();
  if (done) {
    due = {.failures = 0, .next = now + one.every(with_)};
    co_return;
  }
  const auto& why = done.error();
  due.next = now + trouble.wait(++due.failures, with_.chance(), why.retry_after);
  with_.log("warning", one.failure,
            {{"shop", shop.info.id.text()},
             {"problem", why.text()},
             {"request_id", why.request_id},
             {"failures", std::to_string(due.failures)},
             {"again_at", to_text(due.next)}});
}

task<result<void>> shop_keeper::list(const connected_shop& shop) {
  if (co_await with_.db.ensure_listings(shop.info.id, with_.setting_of(shop.info.id)->source) > 0) with_.work.notify();
  co_return result<void>{};
}

task<result<void>> shop_keeper::every_page(shop_id shop, product_query query,
                                           std::function<task<void>(std::vector<found_product>)> take) {
  for (int page = 0; page < page_limit; ++page) {
    auto found = co_await tokens_.call<product_page>(
        shop, [this, query](shop_access access) { return with_.tiktok.search(access, query); });
    if (!found) co_return std::unexpected(found.error());
    co_await take(std::move(found->products));
    query.page_token = found->next_page_token;
    if (query.page_token.empty()) co_return result<void>{};
  }
  co_return our_bug("product search", "search_endless", "the search never came to its last page");
}

task<result<void>> shop_keeper::scan(const connected_shop& shop) {
  std::size_t products = 0;
  const auto take = [&](std::vector<found_product> found) -> task<void> {
    std::erase_if(found, [](const found_product& one) { return one.status == listing_status::deleted; });
    products += found.size();
    co_await with_.db.put_shop_products(shop.info.id, std::move(found), false, with_.time.now());
  };
  for (auto left = all_since({}, with_.time.now()); !left.done();) {
    product_query query;
    query.created_since = left.front().since;
    query.created_until = left.front().until;
    const auto done = co_await every_page(shop.info.id, query, take);
    if (done)
      left.pass();
    else if (done.error().code != too_many_results || !left.cut())
      co_return std::unexpected(done.error());
  }
  co_await with_.db.put_shop_products(shop.info.id, {}, true, with_.time.now());
  with_.log("info", "shop_scanned", {{"shop", shop.info.id.text()}, {"products", std::to_string(products)}});
  with_.work.notify();
  co_return result<void>{};
}

task<result<void>> shop_keeper::watch(const connected_shop& shop) {
  const auto now = with_.time.now();
  int woken = 0;
  const auto take = [&](std::vector<found_product> found) -> task<void> {
    for (const auto& one : found)
      woken += co_await with_.db.wake_if_older(shop.info.id, one.id, one.updated.value_or(now), now);
  };
  for (auto left = all_since(shop.watched_until.value_or(now) - overlap, now); !left.done();) {
    product_query query;
    query.updated_since = left.front().since;
    query.updated_until = left.front().until;
    const auto done = co_await every_page(shop.info.id, query, take);
    if (done) { // what is behind us need not be asked again, should a later part fail
      co_await with_.db.set_watched_until(shop.info.id, std::min(left.front().until.value_or(now), now));
      left.pass();
    } else if (done.error().code != too_many_results || !left.cut()) {
      co_return std::unexpected(done.error());
    }
  }
  if (woken > 0) with_.work.notify();
  co_return result<void>{};
}

task<result<void>> shop_keeper::register_webhooks(const connected_shop& shop) {
  const auto topics = with_.tiktok.webhook_topics();
  const auto list = [this](shop_access access) { return with_.tiktok.webhooks(access); };
  const auto address_of = [&](const std::string& topic) {
    return with_.settings.webhook_base_url + "/" + shop.app.text() + "/" + topic;
  };
  // TikTok was seen to answer 0 and lose a subscription: what counts is what the list says afterwards.
  constexpr int attempts = 2;
  for (int attempt = 0; attempt <= attempts; ++attempt) {
    auto known = co_await tokens_.call<std::vector<webhook_subscription>>(shop.info.id, list);
    if (!known) co_return std::unexpected(known.error());
    std::vector<webhook_subscription> missing;
    for (const auto& topic : topics) {
      webhook_subscription wanted{topic, address_of(topic)};
      const bool there = std::ranges::any_of(*known, [&](const auto& one) {
        return one.event_type == wanted.event_type && one.address == wanted.address;
      });
      if (!there) missing.push_back(std::move(wanted));
    }
    if (missing.empty()) {
      with_.log("info", "webhooks_registered", {{"shop", shop.info.id.text()}});
      co_return result<void>{};
    }
    if (attempt == attempts) break;
    for (const auto& wanted : missing) {
      auto done = co_await tokens_.call<void>(
          shop.info.id, [this, wanted](shop_access access) { return with_.tiktok.subscribe(access, wanted); });
      if (!done) co_return std::unexpected(done.error());
    }
  }
  co_return try_again("webhooks", "subscription_lost", "TikTok accepted webhook subscriptions and does not list them");
}

task<result<void>> shop_keeper::check_prerequisites(const connected_shop& shop) {
  auto data = co_await tokens_.call<boost::json::value>(
      shop.info.id, [this](shop_access access) { return with_.tiktok.prerequisites(access); });
  if (!data) co_return std::unexpected(data.error());
  std::string problem;
  for (const auto& item : items_at(*data, "check_results")) {
    // The quota is learnt from refusals; its item says nothing about when it ends.
    if (!flag_at(item, "is_failed") || text_at(item, "check_item") == "PRODUCT_QUANTITY_LIMIT") continue;
    if (!problem.empty()) problem += "; ";
    problem += text_at(item, "check_item");
    for (const auto& reason : items_at(item, "fail_reasons")) problem += ": " + text_of(reason);
  }
  const bool cleared = problem.empty() && !shop.prerequisites_problem.empty();
  co_await with_.db.set_prerequisites(shop.info.id, problem, with_.time.now());
  if (!problem.empty()) with_.log("error", "prerequisites", {{"shop", shop.info.id.text()}, {"problem", problem}});
  if (cleared) co_await with_.db.wake_shop(shop.info.id, with_.time.now());
  co_return result<void>{};
}

} // namespace listingd::sync
