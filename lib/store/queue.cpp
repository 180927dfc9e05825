// The due-queue: a listing's row is its queue entry. Leases are the database's clock, due times the caller's.
#include "store/postgres_store.hpp"

#include "model/digest.hpp"

namespace listingd::store {

namespace {

constexpr const char* wake_set = "wake = wake + 1, due_at = least(coalesce(due_at, from_ms($1)), from_ms($1))";

std::optional<stored_submission> open_submission(pqxx::work& work, const listing_ref& ref) {
  const auto rows = query(work, R"(
      select id, kind, method, path, body, wanted, fingerprint, absent_searches, ms(last_search_at) as last_search
      from submission where shop_id = $1 and source = $2 and product_key = $3 and state in ('intended', 'uncertain'))",
                          keyed(ref));
  if (rows.empty()) return std::nullopt;
  const auto row = rows[0];
  stored_submission out{.id = text(row["id"]),
                        .request = {write_kind_from(text(row["kind"])), text(row["method"]), text(row["path"]),
                                    bytes(row["body"])},
                        .wanted = {},
                        .fingerprint = text(row["fingerprint"]),
                        .absent_searches = static_cast<int>(number(row["absent_searches"])),
                        .last_search_at = when(row["last_search"])};
  for (const auto& [name, digest] : json_of(row["wanted"]).as_object()) out.wanted[name] = digest.as_string().c_str();
  return out;
}

/// Everything a step needs beside the listing's own row, which `held` has already.
void load_rest(pqxx::work& work, claimed_listing& held) {
  const auto product = query(work, R"(
      select payload from product where source = $1 and key = $2 and deleted_at is null)",
                             args().text(held.ref.source.text()).text(held.ref.product.text()));
  if (!product.empty()) held.payload = json_of(product[0][0]);
  held.open = open_submission(work, held.ref);
  for (const auto& row : query(work, R"(
      select * from violation where shop_id = $1 and source = $2 and product_key = $3 and closed_at is null
        and origin in ('refusal', 'review') order by id)",
                               keyed(held.ref)))
    held.violations.push_back(read_violation(row));
  for (const auto& row : query(work, R"(
      select * from remediation where shop_id = $1 and source = $2 and product_key = $3 order by id)",
                               keyed(held.ref)))
    held.remediations.push_back(read_remediation(row));
}

claimed_listing read_claimed(const pqxx::row& row) {
  claimed_listing held{.ref = read_ref(row), .lease_token = text(row["lease_token"]), .wake = number(row["wake"]),
                       .state = read_state(row), .payload = {}, .open = {}, .violations = {}, .remediations = {}};
  return held;
}

} // namespace

task<int> postgres_store::ensure_listings(shop_id shop, source_name source) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    const auto added = query(work, R"(
        insert into listing (shop_id, source, product_key, due_at)
        select $1, source, key, now() from product where source = $2 and deleted_at is null
        on conflict do nothing returning 1)",
                             args().text(shop.text()).text(source.text()));
    return static_cast<int>(added.size());
  });
}

task<std::optional<claimed_listing>> postgres_store::claim(std::vector<shop_id> shops, instant now, duration lease) {
  co_return co_await database_.transact([=](pqxx::work& work) -> std::optional<claimed_listing> {
    const auto rows = query(work, std::string(R"(
        update listing set lease_token = $3::uuid,
               lease_until = clock_timestamp() + $4::bigint * interval '1 millisecond'
        where (shop_id, source, product_key) = (
          select shop_id, source, product_key from listing
          where shop_id = any($1::text[]) and due_at <= from_ms($2)
            and (lease_until is null or lease_until < clock_timestamp())
          order by due_at limit 1 for update skip locked)
        returning )") + state_columns,
                            args().list(texts(shops)).at(now).text(random_uuid()).number(lease.count()));
    if (rows.empty()) return std::nullopt;
    auto held = read_claimed(rows[0]);
    load_rest(work, held);
    return held;
  });
}

task<std::optional<claimed_listing>> postgres_store::peek(listing_ref ref) {
  co_return co_await database_.transact([=](pqxx::work& work) -> std::optional<claimed_listing> {
    const auto rows = query(work, std::string("select ") + state_columns +
                                      " from listing where shop_id = $1 and source = $2 and product_key = $3",
                            keyed(ref));
    if (rows.empty()) return std::nullopt;
    auto held = read_claimed(rows[0]);
    load_rest(work, held);
    return held;
  });
}

task<int> postgres_store::wake_listing(shop_id shop, listing_id id, bool hint, instant now, std::vector<note> notes) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    const auto rows = query(work, std::string("update listing set ") + wake_set +
                                      ", hint_at = case when $4 then from_ms($1) else hint_at end "
                                      "where shop_id = $2 and listing_id = $3 returning shop_id, source, product_key",
                            args().at(now).text(shop.text()).text(id.text()).flag(hint));
    for (const auto& row : rows) insert_notes(work, read_ref(row), notes, now);
    return static_cast<int>(rows.size());
  });
}

task<int> postgres_store::wake_if_older(shop_id shop, listing_id id, instant changed, instant now) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    const auto rows = query(work, std::string("update listing set ") + wake_set +
                                      ", hint_at = from_ms($1) where shop_id = $2 and listing_id = $3 "
                                      "and observed_at < from_ms($4) + interval '1 second' returning 1",
                            args().at(now).text(shop.text()).text(id.text()).at(changed));
    return static_cast<int>(rows.size());
  });
}

task<int> postgres_store::wake_product(std::optional<shop_id> shop, product_key product, instant now,
                                       std::vector<note> notes) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    const auto rows = query(work, std::string("update listing set ") + wake_set +
                                      ", refused_fingerprint = '', retry_not_before = null, failures = 0, "
                                      "drift_fingerprint = '', hint_at = from_ms($1) "
                                      "where product_key = $2 and ($3 = '' or shop_id = $3) "
                                      "returning shop_id, source, product_key",
                            args().at(now).text(product.text()).text(shop ? shop->text() : ""));
    for (const auto& row : rows) insert_notes(work, read_ref(row), notes, now);
    return static_cast<int>(rows.size());
  });
}

task<int> postgres_store::wake_shop(shop_id shop, instant now) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    const auto rows = query(work, std::string("update listing set ") + wake_set + " where shop_id = $2 returning 1",
                            args().at(now).text(shop.text()));
    return static_cast<int>(rows.size());
  });
}

task<std::optional<instant>> postgres_store::next_due(std::vector<shop_id> shops) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    return when(query(work, R"(
        select ms(min(greatest(due_at, coalesce(lease_until, due_at)))) from listing
        where shop_id = any($1::text[]) and due_at is not null)",
                      args().list(texts(shops)))[0][0]);
  });
}

} // namespace listingd::store
