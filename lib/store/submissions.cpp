// Writes to TikTok: the intent before the call, the answer after it, whatever became of the lease.
#include "store/postgres_store.hpp"
#include "store/statements.hpp"

#include <algorithm>

namespace listingd::store {

namespace {

std::string_view state_name(submission_state state) {
  switch (state) {
  case submission_state::intended:
    return "intended";
  case submission_state::uncertain:
    return "uncertain";
  case submission_state::accepted:
    return "accepted";
  case submission_state::refused:
    return "refused";
  case submission_state::failed:
    return "failed";
  case submission_state::superseded:
    return "superseded";
  }
  return "uncertain";
}

boost::json::array to_json(const std::vector<std::string>& texts) {
  boost::json::array out;
  for (const auto& one : texts) out.push_back(boost::json::value(one));
  return out;
}

/// An answer of TikTok outranks silence, and acceptance outranks everything: a late "no answer" of an earlier holder
/// must not reopen what its successor has settled.
constexpr const char* may_follow = R"(
    ($2 = 'accepted' or state in ('intended', 'uncertain') or (state = 'superseded' and $2 in ('refused', 'failed'))))";

/// What an accepted write makes true on the listing, even when another instance holds it by now: that one's record()
/// leaves alone what it did not change, and the bumped wake makes it look again.
void note_acceptance(pqxx::work& work, const listing_ref& ref, const std::string& id, const write_answer& answer,
                     instant now) {
  query(work, std::string("update listing set ") + wake_set + R"(,
        listing_id = case when exists (select 1 from listing other where other.shop_id = $2 and other.listing_id = $5)
                          then listing_id else coalesce(listing_id, nullif($5, '')) end,
        accepted = case when later_accepted then accepted else wanted end,
        refused_fingerprint = '', hint_at = from_ms($1)
      from (select this.wanted, exists (
              select 1 from submission later
              where later.shop_id = $2 and later.source = $3 and later.product_key = $4 and later.state = 'accepted'
                and later.created_at > this.created_at) as later_accepted
            from submission this where this.id = $6::uuid) as sent
      where shop_id = $2 and source = $3 and product_key = $4)",
        args()
            .at(now)
            .text(ref.shop.text())
            .text(ref.source.text())
            .text(ref.product.text())
            .text(answer.id.text())
            .text(id));
  for (const auto& sku : answer.skus)
    query(work, R"(
        update variant set sku_id = $5 where shop_id = $1 and source = $2 and product_key = $3 and seller_sku = $4)",
          keyed(ref).text(sku.seller_sku.text()).text(sku.id.text()));
}

constexpr duration call_time{120'000}; // longer than any single call to TikTok may take

} // namespace

namespace statements {

const std::string existing_with = R"(
    select distinct p.listing_id from shop_product p
    where p.shop_id = $1 and p.seller_sku = any($2::text[])
      and not exists (select 1 from listing l where l.shop_id = p.shop_id and l.listing_id = p.listing_id))";

// By what the other listing wants or has, or by what the shop was seen to show of it: an adopted product may hold more
// seller_skus than the one that adopted it wants.
const std::string sku_taken = R"(
    select v.seller_sku, v.product_key, false as by_scan
    from variant v join listing l using (shop_id, source, product_key)
    where v.shop_id = $1 and v.seller_sku = any($4::text[]) and (v.source, v.product_key) <> ($2, $3)
      and ((l.listing_id is not null and l.listing_status not in ('DELETED', 'SELLER_DEACTIVATED'))
        or exists (select 1 from submission s
                   where s.shop_id = v.shop_id and s.source = v.source and s.product_key = v.product_key
                     and s.kind = 'create' and s.state in ('intended', 'uncertain')))
    union all
    select p.seller_sku, l.product_key, true
    from shop_product p join listing l using (shop_id, listing_id)
    where p.shop_id = $1 and p.seller_sku = any($4::text[]) and (l.source, l.product_key) <> ($2, $3)
      and l.listing_status not in ('DELETED', 'SELLER_DEACTIVATED')
    limit 1)";

} // namespace statements

namespace {

/// The lease must outlive the call that follows: a fence cannot stop a request that has left.
bool extended(pqxx::work& work, const claimed_listing& held) {
  return !query(work, R"(
      update listing set
        lease_until = greatest(lease_until, clock_timestamp() + $5::bigint * interval '1 millisecond')
      where shop_id = $1 and source = $2 and product_key = $3 and lease_token = $4::uuid
        and lease_until > clock_timestamp() returning 1)",
                keyed(held.ref).text(held.lease_token).number(call_time.count()))
              .empty();
}

std::optional<sku_holder> holder_of(pqxx::work& work, const listing_ref& ref, const std::vector<std::string>& skus) {
  const auto rows = query(work, statements::sku_taken, keyed(ref).list(skus));
  if (rows.empty()) return std::nullopt;
  return sku_holder{.seller_sku = seller_sku(text(rows[0]["seller_sku"])),
                    .product = product_key(text(rows[0]["product_key"])),
                    .by_scan = flag(rows[0]["by_scan"])};
}

/// True when all seller_skus of a create are free; then they are its own. Until the end of the transaction no other
/// create of the shop can take one of them, so that two beginning at the same time are one after the other.
bool taken_for(pqxx::work& work, const listing_ref& ref, const std::vector<sku_link>& links) {
  std::vector<std::string> skus;
  for (const auto& one : links)
    if (!one.seller_sku.empty()) skus.push_back(one.seller_sku.text());
  std::ranges::sort(skus); // in one order everywhere: no deadlock
  for (const auto& one : skus)
    query(work, "select pg_advisory_xact_lock(hashtextextended($1, 0))",
          args().text("seller_sku|" + ref.shop.text() + "|" + one));
  if (holder_of(work, ref, skus)) return false;
  if (!links.empty()) set_skus(work, ref, links);
  return true;
}

} // namespace

task<bool> postgres_store::extend_lease(claimed_listing held) {
  co_return co_await database_.transact([=](pqxx::work& work) { return extended(work, held); });
}

task<bool> postgres_store::begin_submission(claimed_listing held, stored_submission intent, instant now) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    if (!extended(work, held)) return false;
    if (intent.request.kind == write_kind::create && !taken_for(work, held.ref, intent.skus)) return false;
    query(work, R"(
        insert into submission (id, shop_id, source, product_key, kind, method, path, body, wanted, fingerprint,
                                created_at)
        values ($4::uuid, $1, $2, $3, $5, $6, $7, $8::bytea, $9::jsonb, $10, from_ms($11)))",
          keyed(held.ref)
              .text(intent.id)
              .text(name_of(intent.request.kind))
              .text(intent.request.method)
              .text(intent.request.path)
              .bytes(intent.request.body)
              .json(to_json(intent.wanted))
              .text(intent.fingerprint)
              .at(now));
    return true;
  });
}

task<void> postgres_store::finish_submission(listing_ref ref, std::string id, submission_state state,
                                             write_answer answer, std::optional<error> problem, instant now) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work,
          std::string(R"(
        update submission set state = $2, code = $3, message = $4, request_id = $5, warnings = $6::jsonb,
          listing_id = $8, answered_at = from_ms($7)
        where id = $1::uuid and )") +
              may_follow,
          args()
              .text(id)
              .text(state_name(state))
              .text(problem ? problem->code : "")
              .text(problem ? problem->message : "")
              .text(problem ? problem->request_id : answer.request_id)
              .json(to_json(answer.warnings))
              .at(now)
              .text(answer.id.text()));
    if (state == submission_state::accepted) note_acceptance(work, ref, id, answer, now);
  });
}

task<void> postgres_store::searched_in_vain(std::string submission, instant now) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, R"(
        update submission set state = 'uncertain', absent_searches = absent_searches + 1, last_search_at = from_ms($2)
        where id = $1::uuid and state in ('intended', 'uncertain'))",
          args().text(submission).at(now));
  });
}

task<std::vector<listing_id>> postgres_store::existing_with(shop_id shop, std::vector<seller_sku> skus) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    std::vector<listing_id> out;
    for (const auto& row : query(work, statements::existing_with, args().text(shop.text()).list(texts(skus))))
      out.emplace_back(text(row[0]));
    return out;
  });
}

task<std::optional<sku_holder>> postgres_store::sku_taken(listing_ref ref, std::vector<seller_sku> skus) {
  co_return co_await database_.transact([=](pqxx::work& work) { return holder_of(work, ref, texts(skus)); });
}

} // namespace listingd::store
