// The due-queue: a listing's row is its queue entry. Leases are the database's clock, due times the caller's.
#include "store/postgres_store.hpp"

#include "model/digest.hpp"
#include "store/statements.hpp"

namespace listingd::store {

// Marking due never touches what a running step holds: the counter tells record() that something came in meanwhile.
const char* const wake_set = "wake = wake + 1, due_at = least(coalesce(due_at, from_ms($1)), from_ms($1))";

namespace statements {

// The oldest of each shop by the index (shop, due), then the oldest of those: a first import of a million products does
// not make the next claim sort them. Rows that another worker is claiming right now are passed over.
const std::string claim_due = std::string(R"(
    update listing set lease_token = $3::uuid, lease_until = clock_timestamp() + $4::bigint * interval '1 millisecond',
      lease_holder = $5
    where (shop_id, source, product_key) = (
      select front.shop_id, front.source, front.product_key
      from unnest($1::text[]) as served (shop)
      cross join lateral (
        select shop_id, source, product_key, due_at from listing
        where shop_id = served.shop and due_at <= from_ms($2)
          and (lease_until is null or lease_until < clock_timestamp())
        order by due_at limit 1 for update skip locked) as front
      order by front.due_at limit 1)
    returning )") + state_columns;

const std::string next_due = R"(
    select ms(min(front.due_at))
    from unnest($1::text[]) as served (shop)
    cross join lateral (
      select due_at from listing
      where shop_id = served.shop and due_at is not null and (lease_until is null or lease_until < clock_timestamp())
      order by due_at limit 1) as front)";

const std::string wake_by_listing_id =
    std::string("update listing set ") + wake_set + R"(, hint_at = case when $4 then from_ms($1) else hint_at end
    where shop_id = $2 and listing_id = $3 returning shop_id, source, product_key)";

const std::string wake_by_product =
    std::string("update listing set ") + wake_set + R"(, refused_fingerprint = '', retry_not_before = null,
      failures = 0, drift_fingerprint = '', hint_at = from_ms($1)
    where product_key = $2 and ($3 = '' or shop_id = $3) returning shop_id, source, product_key)";

const std::string open_submission = R"(
    select id, kind, method, path, body, wanted, fingerprint, state, absent_searches,
           ms(last_search_at) as last_search
    from submission where shop_id = $1 and source = $2 and product_key = $3 and state in ('intended', 'uncertain'))";

const std::string open_violations = R"(
    select * from violation where shop_id = $1 and source = $2 and product_key = $3 and closed_at is null
      and origin in ('refusal', 'review') order by id)";

const std::string remediations_of = R"(
    select * from remediation where shop_id = $1 and source = $2 and product_key = $3 order by id)";

} // namespace statements

namespace {

std::optional<stored_submission> open_submission(pqxx::work& work, const listing_ref& ref) {
  const auto rows = query(work, statements::open_submission, keyed(ref));
  if (rows.empty()) return std::nullopt;
  const auto row = rows[0];
  return stored_submission{
      .id = text(row["id"]),
      .request = {write_kind_from(text(row["kind"])), text(row["method"]), text(row["path"]), bytes(row["body"])},
      .wanted = digests_from(json_of(row["wanted"])),
      .fingerprint = text(row["fingerprint"]),
      .absent_searches = static_cast<int>(number(row["absent_searches"])),
      .last_search_at = when(row["last_search"]),
      .skus = {}};
}

/// Everything a step needs beside the listing's own row, which `held` has already.
void load_rest(pqxx::work& work, claimed_listing& held) {
  const auto product = query(work, R"(
      select payload from product where source = $1 and key = $2 and deleted_at is null)",
                             args().text(held.ref.source.text()).text(held.ref.product.text()));
  if (!product.empty()) held.payload = json_of(product[0][0]);
  held.open = open_submission(work, held.ref);
  for (const auto& row : query(work, statements::open_violations, keyed(held.ref)))
    held.violations.push_back(read_violation(row));
  for (const auto& row : query(work, statements::remediations_of, keyed(held.ref)))
    held.remediations.push_back(read_remediation(row));
}

/// Whoever stored an intent that is still open at the next lease is gone: what became of it is not known.
void doubt_intent(pqxx::work& work, const stored_submission& open) {
  query(work, "update submission set state = 'uncertain' where id = $1::uuid and state = 'intended'",
        args().text(open.id));
}

claimed_listing read_claimed(const pqxx::row& row) {
  claimed_listing held{.ref = read_ref(row),
                       .lease_token = text(row["lease_token"]),
                       .wake = number(row["wake"]),
                       .state = read_state(row),
                       .payload = {},
                       .open = {},
                       .violations = {},
                       .remediations = {}};
  return held;
}

} // namespace

task<int> postgres_store::ensure_listings(shop_id shop, source_name source) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    const auto added = query(work, R"(
        insert into listing (shop_id, source, product_key, due_at)
        select $1, p.source, p.key, p.changed_at from product p
        where p.source = $2 and p.deleted_at is null and not exists (
          select 1 from listing l where l.shop_id = $1 and l.source = p.source and l.product_key = p.key)
        on conflict do nothing returning 1)",
                             args().text(shop.text()).text(source.text()));
    return static_cast<int>(added.size());
  });
}

task<std::optional<claimed_listing>> postgres_store::claim(std::vector<shop_id> shops, instant now, duration lease) {
  co_return co_await database_.transact([=, this](pqxx::work& work) -> std::optional<claimed_listing> {
    const auto rows =
        query(work, statements::claim_due,
              args().list(texts(shops)).at(now).text(random_uuid()).number(lease.count()).text(instance_));
    if (rows.empty()) return std::nullopt;
    auto held = read_claimed(rows[0]);
    load_rest(work, held);
    if (held.open) doubt_intent(work, *held.open);
    return held;
  });
}

task<int> postgres_store::release_leases() {
  co_return co_await database_.transact([this](pqxx::work& work) {
    const auto rows = query(work, R"(
        update listing set lease_until = null where lease_holder = $1 and lease_until is not null returning 1)",
                            args().text(instance_));
    return static_cast<int>(rows.size());
  });
}

task<std::optional<claimed_listing>> postgres_store::peek(listing_ref ref) {
  co_return co_await database_.transact([=](pqxx::work& work) -> std::optional<claimed_listing> {
    const auto rows = query(work,
                            std::string("select ") + state_columns +
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
    const auto rows =
        query(work, statements::wake_by_listing_id, args().at(now).text(shop.text()).text(id.text()).flag(hint));
    for (const auto& row : rows) insert_notes(work, read_ref(row), notes, now);
    return static_cast<int>(rows.size());
  });
}

task<int> postgres_store::wake_if_older(shop_id shop, listing_id id, instant changed, instant now) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    const auto rows =
        query(work,
              std::string("update listing set ") + wake_set +
                  ", hint_at = from_ms($1) where shop_id = $2 and listing_id = $3 "
                  "and (observed_at is null or observed_at < from_ms($4) + interval '1 second') returning 1",
              args().at(now).text(shop.text()).text(id.text()).at(changed));
    return static_cast<int>(rows.size());
  });
}

task<int> postgres_store::wake_product(std::optional<shop_id> shop, product_key product, instant now,
                                       std::vector<note> notes) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    const auto rows =
        query(work, statements::wake_by_product, args().at(now).text(product.text()).text(shop ? shop->text() : ""));
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
  co_return co_await database_.transact(
      [=](pqxx::work& work) { return when(query(work, statements::next_due, args().list(texts(shops)))[0][0]); });
}

} // namespace listingd::store
