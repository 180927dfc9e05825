#include "sync/shop_keeper.hpp"

#include "model/json.hpp"

namespace listingd::sync {

namespace {

constexpr duration round_every{2'000};
constexpr duration overlap{5 * 60'000};
constexpr duration prerequisites_every{3'600'000};
constexpr duration webhooks_every{6 * 3'600'000};
constexpr duration listings_every{3'600'000};
constexpr int page_limit = 2000; // 200,000 products; a search that never ends is a bug somewhere

void report(const services& with, std::string_view what, const connected_shop& shop, const error& problem) {
  with.log("warning", what,
           {{"shop", shop.info.id.text()}, {"problem", problem.text()}, {"request_id", problem.request_id}});
}

} // namespace

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
    if (with_.setting_of(shop.info.id) == nullptr || shop.authorization_state != "active") continue;
    co_await look_after(std::move(shop));
    if (with_.stopping) co_return;
  }
}

task<void> shop_keeper::look_after(connected_shop shop) {
  const auto now = with_.time.now();
  const auto& id = shop.info.id.text();
  if (!listed_.contains(id) || listed_[id] + listings_every <= now) { // intake makes them, but for a shop that is new
    if (co_await with_.db.ensure_listings(shop.info.id, with_.setting_of(shop.info.id)->source) > 0)
      with_.work.notify();
    listed_[id] = now;
  }
  if (!shop.prerequisites_checked_at || *shop.prerequisites_checked_at + prerequisites_every <= now)
    if (const auto done = co_await check_prerequisites(shop); !done)
      report(with_, "prerequisites_failed", shop, done.error());
  if (!shop.adopt_scan_finished) {
    const auto done = co_await scan(shop);
    if (!done) report(with_, "scan_failed", shop, done.error());
  }
  if (!with_.settings.webhook_base_url.empty() &&
      (!registered_.contains(id) || registered_[id] + webhooks_every <= now)) {
    const auto done = co_await register_webhooks(shop);
    if (done)
      registered_[id] = now;
    else
      report(with_, "webhooks_failed", shop, done.error());
  }
  if (!watched_.contains(id) || watched_[id] + with_.settings.policy.poll_every <= now) {
    const auto woken = co_await watch(shop);
    watched_[id] = now;
    if (!woken)
      report(with_, "watch_failed", shop, woken.error());
    else if (*woken > 0)
      with_.work.notify();
  }
}

task<result<void>> shop_keeper::scan(const connected_shop& shop) {
  product_query query;
  std::size_t products = 0;
  for (int page = 0; page < page_limit; ++page) {
    auto found = co_await tokens_.call<product_page>(
        shop.info.id, [this, query](shop_access access) { return with_.tiktok.search(access, query); });
    if (!found) co_return std::unexpected(found.error());
    std::erase_if(found->products, [](const found_product& one) { return one.status == listing_status::deleted; });
    products += found->products.size();
    const bool last = found->next_page_token.empty();
    query.page_token = found->next_page_token;
    co_await with_.db.put_shop_products(shop.info.id, std::move(found->products), last, with_.time.now());
    if (!last) continue;
    with_.log("info", "shop_scanned", {{"shop", shop.info.id.text()}, {"products", std::to_string(products)}});
    with_.work.notify();
    co_return result<void>{};
  }
  co_return our_bug("shop scan", "scan_endless", "the search never came to its last page");
}

task<result<int>> shop_keeper::watch(const connected_shop& shop) {
  const auto now = with_.time.now();
  product_query query;
  query.updated_since = shop.watched_until ? *shop.watched_until - overlap : now - overlap;
  int woken = 0;
  for (int page = 0; page < page_limit; ++page) {
    auto found = co_await tokens_.call<product_page>(
        shop.info.id, [this, query](shop_access access) { return with_.tiktok.search(access, query); });
    if (!found) co_return std::unexpected(found.error());
    for (const auto& one : found->products)
      woken += co_await with_.db.wake_if_older(shop.info.id, one.id, one.updated.value_or(now), now);
    query.page_token = found->next_page_token;
    if (query.page_token.empty()) break;
  }
  co_await with_.db.set_watched_until(shop.info.id, now);
  co_return woken;
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
