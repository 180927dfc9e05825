// What the tests of the store stand on: a migrated database of its own, the store on it, a second connection that looks
// behind the port, and short names for what every test needs.
#pragma once

#include "catch.hpp"
#include "model/digest.hpp"
#include "postgres/cluster.hpp"
#include "store/open_store.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <memory>

namespace listingd::store::test {

using namespace sync;
using namespace std::chrono_literals;

template <class T>
T run(task<T> work) {
  asio::io_context loop;
  auto answer = asio::co_spawn(loop, std::move(work), asio::use_future);
  loop.run();
  return answer.get();
}

inline const instant noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + 12h};
inline const source_name pim("pim");
inline const shop_id us("7494049642642441621");
inline const shop_id uk("7494049642642441622");
inline constexpr duration lease = 60s;

inline master_key key(const std::string& id, char fill) {
  return {id, secret(std::string(32, fill))};
}

struct stage {
  std::string url = listingd::test::cluster::shared().migrated_database();
  std::unique_ptr<sync::store> db = open_store({.url = url, .connections = 2, .sealing = sealer({key("k1", 'a')})});
  pqxx::connection side{url};

  /// First field of the first row, as text; "" when there is none.
  std::string ask(const std::string& sql) {
    pqxx::nontransaction work(side);
    const auto rows = work.exec(sql);
    return rows.empty() || rows.columns() == 0 || rows[0][0].is_null() ? "" : rows[0][0].c_str();
  }

  static intake_item item(const std::string& name, int revision = 1) {
    const boost::json::value payload{{"key", name}, {"revision", revision}};
    return {.key = product_key(name), .payload = payload, .digest = digest_of(payload)};
  }
  static intake_item tombstone(const std::string& name) {
    return {.key = product_key(name), .payload = std::nullopt, .digest = ""};
  }
  static listing_ref ref(const std::string& product, const shop_id& shop = us) {
    return {shop, pim, product_key(product)};
  }

  std::string reader = random_uuid(); ///< the instance that reads sources here
  std::optional<source_lease> read_lease(const source_name& source = pim) {
    return run(db->lease_source(source, "folder", reader, lease));
  }
  intake_outcome commit(page_commit page, std::vector<shop_id> shops = {us}, const source_name& source = pim) {
    read_lease(source);
    return run(db->commit_page(source, reader, std::move(shops), std::move(page)));
  }
  intake_outcome take_in(std::vector<intake_item> items, instant version = noon, bool sweep = false,
                         std::string cursor = "c1", std::vector<shop_id> shops = {us}) {
    page_commit page;
    page.items = std::move(items);
    page.version = version;
    page.cursor = std::move(cursor);
    page.sweep_complete = sweep;
    return commit(std::move(page), std::move(shops));
  }
  std::optional<claimed_listing> claim(instant now = noon, std::vector<shop_id> shops = {us}) {
    return run(db->claim(std::move(shops), now, lease));
  }
  /// The listing of a product that is alone in the queue, leased.
  claimed_listing held(const std::string& product, instant version = noon) {
    take_in({item(product)}, version);
    auto one = claim(version);
    REQUIRE(one);
    REQUIRE(one->ref.product.text() == product);
    return *one;
  }
  /// Time goes by on the database's clock: every lease has run out.
  void leases_run_out() {
    ask("update listing set lease_until = clock_timestamp() - interval '1 second' where lease_until is not null");
    ask("update source set lease_until = clock_timestamp() - interval '1 second' where lease_until is not null");
    ask(R"(update "authorization" set lease_until = clock_timestamp() - interval '1 second'
           where lease_until is not null)");
  }
  static step_outcome outcome(const claimed_listing& from) {
    step_outcome out;
    out.state = from.state;
    out.state.due_at.reset();
    return out;
  }

  static token_grant grant(const std::string& access = "TTP_access", const std::string& refresh = "TTP_refresh") {
    return {.access_token = secret(access),
            .access_expires = noon + 168h,
            .refresh_token = secret(refresh),
            .refresh_expires = noon + 2000h,
            .open_id = "open-1",
            .seller_name = "Seller",
            .seller_region = "US",
            .user_type = 0,
            .scopes = {"seller.product.basic"}};
  }
  static authorized_shop market(const shop_id& id, const std::string& region) {
    return {.id = id,
            .name = "Shop " + region,
            .region = region,
            .seller_type = "LOCAL",
            .cipher = "c-" + region,
            .code = "code"};
  }
  consent_outcome consent(const token_grant& tokens, std::vector<authorized_shop> shops,
                          std::vector<shop_id> claimed = {}, instant now = noon, const std::string& app = "row") {
    return run(db->put_authorization(app_name(app), tokens, std::move(shops), std::move(claimed), now + 84h, now));
  }
  void connect() { consent(grant(), {market(us, "US"), market(uk, "GB")}); }
  /// The authorization that is due for a refresh, leased.
  std::optional<refresh_job> due(instant now) { return run(db->lease_refresh(now, lease, std::nullopt)); }
  refresh_job leased(instant now = noon + 90h) {
    auto job = due(now);
    REQUIRE(job);
    return *job;
  }
  bool renew(const refresh_job& job, const token_grant& tokens, instant now = noon + 90h) {
    return run(db->refreshed(job, tokens, now + 84h, now));
  }
};

} // namespace listingd::store::test
