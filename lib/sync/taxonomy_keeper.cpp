#include "sync/taxonomy_keeper.hpp"

#include <array>

namespace listingd::sync {

namespace {

// Default by market; a wrong one is flipped on 12052217 (tiktok-shop-products.md section 1.2).
constexpr std::array<std::string_view, 2> v1_regions{"BR", "MX"};
constexpr std::string_view wrong_version_code = "12052217";

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

task<result<std::shared_ptr<const category_tree>>> taxonomy_keeper::tree(connected_shop shop) {
  const auto version = version_of(shop);
  const auto read = [this](std::string asked) -> reading {
    return [this, asked](shop_access access) { return with_.tiktok.categories(access, asked); };
  };
  auto kept = co_await fresh(shop.info.id, "categories", version, read(version));
  if (!kept && kept.error().code == wrong_version_code && shop.category_version.empty()) {
    const std::string other = version == "v2" ? "v1" : "v2";
    co_await with_.db.set_category_version(shop.info.id, other);
    with_.log("warning", "category_version_flipped", {{"shop", shop.info.id.text()}, {"to", other}});
    kept = co_await fresh(shop.info.id, "categories", other, read(other));
  }
  if (!kept) co_return std::unexpected(kept.error());
  auto& cached = trees_[shop.info.id.text()];
  if (!cached.second || cached.first != kept->digest)
    cached = {kept->digest, std::make_shared<const category_tree>(category_tree_from(kept->payload))};
  co_return cached.second;
}

task<result<std::shared_ptr<const leaf_rules>>> taxonomy_keeper::leaf(connected_shop shop, category_id id) {
  const auto version = version_of(shop);
  auto attributes = co_await fresh(shop.info.id, "attributes", id.text(), [this, id, version](shop_access access) {
    return with_.tiktok.attributes(access, id, version);
  });
  if (!attributes) co_return std::unexpected(attributes.error());
  auto rules = co_await fresh(shop.info.id, "rules", id.text(), [this, id, version](shop_access access) {
    return with_.tiktok.rules(access, id, version);
  });
  if (!rules) co_return std::unexpected(rules.error());
  auto& cached = leaves_[shop.info.id.text() + "/" + id.text()];
  const auto digest = attributes->digest + rules->digest;
  if (!cached.second || cached.first != digest)
    cached = {digest, std::make_shared<const leaf_rules>(leaf_rules_from(id, attributes->payload, rules->payload))};
  co_return cached.second;
}

task<result<std::vector<warehouse>>> taxonomy_keeper::warehouses(connected_shop shop) {
  auto kept = co_await fresh(shop.info.id, "warehouses", "",
                             [this](shop_access access) { return with_.tiktok.warehouses(access); });
  if (!kept) co_return std::unexpected(kept.error());
  co_return warehouses_from(kept->payload);
}

} // namespace listingd::sync
