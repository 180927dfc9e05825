#include "sync/taxonomy_keeper.hpp"

#include <array>

namespace listingd::sync {

namespace {

// Default by market; a wrong one is flipped on 12052217 (tiktok-shop-products.md section 1.2).
constexpr std::array<std::string_view, 2> v1_regions{"BR", "MX"};
constexpr std::string_view wrong_version_code = "12052217";

constexpr duration look_again{60'000}; // at the snapshots: another instance may have read a newer one
constexpr duration longest_wait{5'000};

} // namespace

std::string taxonomy_keeper::version_of(const connected_shop& shop) {
  if (!shop.category_version.empty()) return shop.category_version;
  for (const auto region : v1_regions)
    if (shop.info.region == region) return "v1";
  return "v2";
}

task<result<stored_snapshot>> taxonomy_keeper::fresh(shop_id shop, std::string kind, std::string subject,
                                                     reading read) {
  auto kept = co_await with_.db.snapshot(shop, kind, subject);
  const auto now = with_.time.now();
  if (kept && kept->fetched_at + with_.settings.taxonomy_life > now) co_return std::move(*kept);
  auto answer = co_await tokens_.call<boost::json::value>(shop, std::move(read));
  if (!answer) {
    if (kept && answer.error().kind == error_kind::retry) co_return std::move(*kept);
    co_return std::unexpected(answer.error());
  }
  co_await with_.db.put_snapshot(shop, kind, subject, *answer, now);
  kept = co_await with_.db.snapshot(shop, kind, subject);
  if (!kept) co_return our_bug("taxonomy " + kind, "snapshot_lost", "a snapshot was stored and is not there");
  co_return std::move(*kept);
}

template <class T>
task<result<std::shared_ptr<const T>>> taxonomy_keeper::once(shelf<T>& all, std::string key,
                                                             std::function<task<result<T>>()> read) {
  const auto executor = co_await asio::this_coro::executor;
  if (!read_) read_ = std::make_shared<async::signal>(executor);
  auto& kept = all[key];
  if (!kept) kept = std::make_shared<remembered<T>>();
  const auto place = kept;
  while (true) {
    if (place->value && place->looked_at + look_again > with_.time.now()) co_return place->value;
    if (!place->being_read) break;
    co_await read_->wait(longest_wait);
  }
  place->being_read = true;
  struct finally { // owns what it touches: a coroutine may be destroyed after the keeper
    std::shared_ptr<remembered<T>> place;
    std::shared_ptr<async::signal> read;
    finally(std::shared_ptr<remembered<T>> here, std::shared_ptr<async::signal> bell)
        : place(std::move(here)), read(std::move(bell)) {}
    finally(const finally&) = delete;
    finally& operator=(const finally&) = delete;
    ~finally() {
      place->being_read = false;
      read->notify();
    }
  } const done(place, read_);
  auto found = co_await read();
  if (!found) co_return std::unexpected(found.error());
  place->value = std::make_shared<const T>(std::move(*found));
  place->looked_at = with_.time.now();
  co_return place->value;
}

task<result<std::shared_ptr<const category_tree>>> taxonomy_keeper::tree(connected_shop shop) {
  auto key = shop.info.id.text() + "/" + version_of(shop);
  co_return co_await once<category_tree>(trees_, std::move(key), [this, shop] { return read_tree(shop); });
}

task<result<std::shared_ptr<const leaf_rules>>> taxonomy_keeper::leaf(connected_shop shop, category_id id) {
  auto key = shop.info.id.text() + "/" + id.text();
  co_return co_await once<leaf_rules>(leaves_, std::move(key), [this, shop, id] { return read_leaf(shop, id); });
}

task<result<std::shared_ptr<const std::vector<warehouse>>>> taxonomy_keeper::warehouses(connected_shop shop) {
  auto key = shop.info.id.text();
  co_return co_await once<std::vector<warehouse>>(warehouses_, std::move(key),
                                                  [this, shop] { return read_warehouses(shop); });
}

task<result<category_tree>> taxonomy_keeper::read_tree(connected_shop shop) {
  const auto version = version_of(shop);
  const auto ask = [this](std::string asked) -> reading {
    return [this, asked](shop_access access) { return with_.tiktok.categories(access, asked); };
  };
  auto kept = co_await fresh(shop.info.id, "categories", version, ask(version));
  if (!kept && kept.error().code == wrong_version_code && shop.category_version.empty()) {
    const std::string other = version == "v2" ? "v1" : "v2";
    co_await with_.db.set_category_version(shop.info.id, other);
    with_.log("warning", "category_version_flipped", {{"shop", shop.info.id.text()}, {"to", other}});
    kept = co_await fresh(shop.info.id, "categories", other, ask(other));
  }
  if (!kept) co_return std::unexpected(kept.error());
  co_return category_tree_from(kept->payload);
}

task<result<leaf_rules>> taxonomy_keeper::read_leaf(connected_shop shop, category_id id) {
  const auto version = version_of(shop);
  auto attributes = co_await fresh(shop.info.id, "attributes", id.text(), [this, id, version](shop_access access) {
    return with_.tiktok.attributes(access, id, version);
  });
  if (!attributes) co_return std::unexpected(attributes.error());
  auto rules = co_await fresh(shop.info.id, "rules", id.text(), [this, id, version](shop_access access) {
    return with_.tiktok.rules(access, id, version);
  });
  if (!rules) co_return std::unexpected(rules.error());
  co_return leaf_rules_from(id, attributes->payload, rules->payload);
}

task<result<std::vector<warehouse>>> taxonomy_keeper::read_warehouses(connected_shop shop) {
  auto kept = co_await fresh(shop.info.id, "warehouses", "",
                             [this](shop_access access) { return with_.tiktok.warehouses(access); });
  if (!kept) co_return std::unexpected(kept.error());
  co_return warehouses_from(kept->payload);
}

} // namespace listingd::sync
