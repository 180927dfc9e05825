// Writes to TikTok: the intent before the call, the answer after it, whatever became of the lease.
#include "store/postgres_store.hpp"

namespace listingd::store {

namespace {

std::string_view state_name(submission_state state) {
  switch (state) {
  case submission_state::intended: return "intended";
  case submission_state::uncertain: return "uncertain";
  case submission_state::accepted: return "accepted";
  case submission_state::refused: return "refused";
  case submission_state::failed: return "failed";
  case submission_state::superseded: return "superseded";
  }
  return "uncertain";
}

boost::json::object to_json(const facet_digests& digests) {
  boost::json::object out;
  for (const auto& [name, digest] : digests) out[name] = digest;
  return out;
}

boost::json::array to_json(const std::vector<std::string>& texts) {
  boost::json::array out;
  for (const auto& one : texts) out.push_back(boost::json::value(one));
  return out;
}

/// What an accepted write makes true on the listing, even when another instance holds it by now.
void note_acceptance(pqxx::work& work, const listing_ref& ref, const std::string& id, const write_answer& answer,
                     instant now) {
  query(work, R"(
      update listing set listing_id = case when $4 = '' then listing_id else $4 end,
        accepted = (select wanted from submission where id = $5::uuid), refused_fingerprint = '', hint_at = from_ms($6)
      where shop_id = $1 and source = $2 and product_key = $3)",
        keyed(ref).text(answer.id.text()).text(id).at(now));
  for (const auto& sku : answer.skus)
    query(work, R"(
        update variant set sku_id = $5 where shop_id = $1 and source = $2 and product_key = $3 and seller_sku = $4)",
          keyed(ref).text(sku.seller_sku.text()).text(sku.id.text()));
}

} // namespace

task<bool> postgres_store::begin_submission(claimed_listing held, stored_submission intent, instant now) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    const auto ours = query(work, R"(
        select 1 from listing where shop_id = $1 and source = $2 and product_key = $3 and lease_token = $4::uuid
          and lease_until > clock_timestamp() for update)",
                            keyed(held.ref).text(held.lease_token));
    if (ours.empty()) return false;
    query(work, R"(
        insert into submission (id, shop_id, source, product_key, kind, method, path, body, wanted, fingerprint, created_at)
        values ($4::uuid, $1, $2, $3, $5, $6, $7, $8::bytea, $9::jsonb, $10, from_ms($11)))",
          keyed(held.ref).text(intent.id).text(name_of(intent.request.kind)).text(intent.request.method)
              .text(intent.request.path).bytes(intent.request.body).json(to_json(intent.wanted))
              .text(intent.fingerprint).at(now));
    return true;
  });
}

task<void> postgres_store::finish_submission(listing_ref ref, std::string id, submission_state state,
                                             write_answer answer, std::optional<error> problem, instant now) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, R"(
        update submission set state = $2, code = $3, message = $4, request_id = $5, warnings = $6::jsonb,
          answered_at = from_ms($7)
        where id = $1::uuid)",
          args().text(id).text(state_name(state)).text(problem ? problem->code : "").text(problem ? problem->message : "")
              .text(problem ? problem->request_id : answer.request_id).json(to_json(answer.warnings)).at(now));
    if (state == submission_state::accepted) note_acceptance(work, ref, id, answer, now);
  });
}

task<void> postgres_store::searched_in_vain(std::string submission, instant now) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, R"(
        update submission set state = 'uncertain', absent_searches = absent_searches + 1, last_search_at = from_ms($2)
        where id = $1::uuid)",
          args().text(submission).at(now));
  });
}

task<std::vector<listing_id>> postgres_store::existing_with(shop_id shop, std::vector<seller_sku> skus) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    std::vector<listing_id> out;
    for (const auto& row : query(work, R"(
        select distinct p.listing_id from shop_product p
        where p.shop_id = $1 and p.seller_sku = any($2::text[])
          and not exists (select 1 from listing l where l.shop_id = p.shop_id and l.listing_id = p.listing_id))",
                                 args().text(shop.text()).list(texts(skus))))
      out.emplace_back(text(row[0]));
    return out;
  });
}

task<bool> postgres_store::sku_taken(listing_ref ref, std::vector<seller_sku> skus) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    return !query(work, R"(
        select 1 from variant v join listing l using (shop_id, source, product_key)
        where v.shop_id = $1 and v.seller_sku = any($4::text[]) and (v.source, v.product_key) <> ($2, $3)
          and v.sku_id <> '' and l.listing_id is not null
          and l.listing_status not in ('DELETED', 'SELLER_DEACTIVATED') limit 1)",
                  keyed(ref).list(texts(skus)))
                .empty();
  });
}

} // namespace listingd::store
