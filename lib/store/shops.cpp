// What is kept about a shop beside its consent: quota, prerequisites, settings, and what it held when it was scanned.
#include "store/postgres_store.hpp"

namespace listingd::store {

namespace {

void put_found(pqxx::work& work, const shop_id& shop, const std::vector<found_product>& products) {
  for (const auto& product : products)
    for (const auto& sku : product.skus) {
      if (sku.seller_sku.empty()) continue;
      query(work, R"(
          insert into shop_product (shop_id, seller_sku, listing_id, status) values ($1, $2, $3, $4)
          on conflict (shop_id, seller_sku, listing_id) do update set status = excluded.status)",
            args().text(shop.text()).text(sku.seller_sku.text()).text(product.id.text()).text(name_of(product.status)));
    }
}

} // namespace

void wake_shops(pqxx::work& work, const std::vector<shop_id>& shops, instant now) {
  if (shops.empty()) return;
  query(work, std::string("update listing set ") + wake_set + " where shop_id = any($2::text[])",
        args().at(now).list(texts(shops)));
}

task<void> postgres_store::set_quota(shop_id shop, std::optional<instant> until) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, "update shop set quota_until = from_ms($2) where id = $1", args().text(shop.text()).at(until));
  });
}

task<void> postgres_store::set_prerequisites(shop_id shop, std::string problem, instant now) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, "update shop set prerequisites_problem = $2, prerequisites_checked_at = from_ms($3) where id = $1",
          args().text(shop.text()).text(problem).at(now));
  });
}

task<void> postgres_store::set_category_version(shop_id shop, std::string version) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, "update shop set category_version = $2 where id = $1", args().text(shop.text()).text(version));
  });
}

task<int> postgres_store::setting_changed(shop_id shop, std::string digest, instant now) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    query(work, "update shop set setting_digest = $2 where id = $1", args().text(shop.text()).text(digest));
    const auto rows = query(work,
                            std::string("update listing set ") + wake_set +
                                ", refused_fingerprint = '' where shop_id = $2 returning 1",
                            args().at(now).text(shop.text()));
    return static_cast<int>(rows.size());
  });
}

task<void> postgres_store::set_watched_until(shop_id shop, instant until) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, "update shop set watched_until = from_ms($2) where id = $1", args().text(shop.text()).at(until));
  });
}

task<void> postgres_store::put_shop_products(shop_id shop, std::vector<found_product> products, bool last,
                                             instant now) {
  co_await database_.transact([=](pqxx::work& work) {
    put_found(work, shop, products);
    if (!last) return;
    query(work, "update shop set adopt_scan_finished_at = from_ms($2) where id = $1", args().text(shop.text()).at(now));
    wake_shops(work, {shop}, now);
  });
}

task<void> postgres_store::seen_with(shop_id shop, std::vector<seller_sku> skus, std::vector<found_product> found) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, "delete from shop_product where shop_id = $1 and seller_sku = any($2::text[])",
          args().text(shop.text()).list(texts(skus)));
    put_found(work, shop, found);
  });
}

} // namespace listingd::store
