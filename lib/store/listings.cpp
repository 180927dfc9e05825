// A listing's row: reading it, and recording what a step changed, in one transaction and only while the lease is ours.
#include "store/postgres_store.hpp"

#include <set>

namespace listingd::store {

namespace {

boost::json::object to_json(const facet_digests& digests) {
  boost::json::object out;
  for (const auto& [name, digest] : digests) out[name] = digest;
  return out;
}

facet_digests digests_from(const boost::json::value& value) {
  facet_digests out;
  if (const auto* object = value.if_object())
    for (const auto& pair : *object) out[std::string(pair.key())] = text_of(pair.value());
  return out;
}

/// False when the lease is no longer ours.
bool write_state(pqxx::work& work, const claimed_listing& held, const listing_state& state, instant now) {
  const auto written = query(work, R"(
      update listing set
        listing_id = nullif($4, ''), listing_status = $5, review_state = $6, raw_status = $7, raw_review = $8,
        job = $9, reason = $10,
        due_at = case when wake <> $11::bigint then from_ms($12) else from_ms($13) end,
        failures = $14::int, retry_not_before = from_ms($15), accepted = $16::jsonb, refused_fingerprint = $17,
        verified_at = case when $18 = '' then null when verified_fingerprint <> $18 then from_ms($12)
                           else coalesce(verified_at, from_ms($12)) end,
        verified_fingerprint = $18, drift_fingerprint = $19, drift = $20::jsonb, observed = $21::jsonb,
        observed_at = from_ms($22),
        hint_at = case when wake <> $11::bigint then hint_at else from_ms($23) end,
        deactivated_by_us = $24,
        lease_token = null, lease_until = null, updated_at = now()
      where shop_id = $1 and source = $2 and product_key = $3 and lease_token = $25::uuid returning 1)",
                             keyed(held.ref)
                                 .text(state.id.text()).text(name_of(state.status)).text(name_of(state.review))
                                 .text(state.raw_status).text(state.raw_review).text(state.job).text(state.reason)
                                 .number(held.wake).at(now).at(state.due_at).number(state.failures)
                                 .at(state.retry_not_before).json(to_json(state.accepted))
                                 .text(state.refused_fingerprint).text(state.verified_fingerprint)
                                 .text(state.drift_fingerprint).json(state.drift).json(state.observed)
                                 .at(state.observed_at).at(state.hint_at).flag(state.deactivated_by_us)
                                 .text(held.lease_token));
  return !written.empty();
}

/// Makes `found` the open set of one origin: new ones are opened, those no longer found are closed.
void set_violations(pqxx::work& work, const listing_ref& ref, violation_origin origin,
                    const std::vector<violation>& found, instant now) {
  std::vector<std::string> fingerprints;
  for (const auto& one : found) fingerprints.push_back(one.fingerprint());
  query(work, R"(
      update violation set closed_at = from_ms($5)
      where shop_id = $1 and source = $2 and product_key = $3 and origin = $4 and closed_at is null
        and fingerprint <> all($6::text[]))",
        keyed(ref).text(name_of(origin)).at(now).list(fingerprints));
  for (const auto& one : found)
    query(work, R"(
        insert into violation (shop_id, source, product_key, origin, class, code, position, reason, suggestion, who,
                               evidence, fingerprint, opened_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12, from_ms($13))
        on conflict (shop_id, source, product_key, fingerprint) where closed_at is null
          do update set suggestion = excluded.suggestion, who = excluded.who, evidence = excluded.evidence)",
          keyed(ref).text(name_of(origin)).text(one.klass).text(one.code).text(one.position).text(one.reason)
              .text(one.suggestion).text(name_of(one.who)).json(one.evidence).text(one.fingerprint()).at(now));
}

void set_skus(pqxx::work& work, const listing_ref& ref, const std::vector<sku_link>& skus) {
  std::vector<std::string> keys;
  for (const auto& one : skus) {
    keys.push_back(one.variant.text());
    query(work, R"(
        insert into variant (shop_id, source, product_key, variant_key, seller_sku, sku_id)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (shop_id, source, product_key, variant_key) do update
          set seller_sku = excluded.seller_sku,
              sku_id = case when excluded.sku_id = '' then variant.sku_id else excluded.sku_id end)",
          keyed(ref).text(one.variant.text()).text(one.seller_sku.text()).text(one.sku.text()));
  }
  query(work, R"(
      delete from variant where shop_id = $1 and source = $2 and product_key = $3 and variant_key <> all($4::text[]))",
        keyed(ref).list(keys));
}

void set_remediation(pqxx::work& work, const listing_ref& ref, const stored_remediation& one, instant now) {
  if (one.id != 0) {
    query(work, "update remediation set outcome = $2, ended_at = from_ms($3) where id = $1 and outcome <> $2",
          args().number(one.id).text(one.outcome).at(now));
    return;
  }
  query(work, R"(
      insert into remediation (shop_id, source, product_key, rule, attempt, change, input, because, outcome, created_at)
      values ($1, $2, $3, $4, $5::int, $6::jsonb, $7, $8, $9, from_ms($10)))",
        keyed(ref).text(one.change.rule).number(one.attempt).json(one.change.change).text(one.change.input)
            .text(one.because).text(one.outcome).at(now));
}

} // namespace

const char* const state_columns = R"(
    shop_id, source, product_key, lease_token, wake, listing_id, listing_status, review_state, raw_status, raw_review,
    job, reason, ms(due_at) as due, failures, ms(retry_not_before) as retry, accepted, refused_fingerprint,
    verified_fingerprint, drift_fingerprint, drift, observed, ms(observed_at) as observed_ms, ms(hint_at) as hint,
    deactivated_by_us)";

listing_state read_state(const pqxx::row& row) {
  listing_state out{.id = listing_id(text(row["listing_id"])),
                    .status = listing_status_from(text(row["listing_status"])),
                    .review = review_state_from(text(row["review_state"])),
                    .raw_status = text(row["raw_status"]),
                    .raw_review = text(row["raw_review"]),
                    .job = text(row["job"]),
                    .reason = text(row["reason"]),
                    .due_at = when(row["due"]),
                    .failures = static_cast<int>(number(row["failures"])),
                    .retry_not_before = when(row["retry"]),
                    .accepted = digests_from(json_of(row["accepted"])),
                    .refused_fingerprint = text(row["refused_fingerprint"]),
                    .verified_fingerprint = text(row["verified_fingerprint"]),
                    .drift_fingerprint = text(row["drift_fingerprint"]),
                    .drift = {},
                    .observed = {},
                    .observed_at = when(row["observed_ms"]),
                    .hint_at = when(row["hint"]),
                    .deactivated_by_us = flag(row["deactivated_by_us"])};
  const auto drift = json_of(row["drift"]);
  if (drift.is_array()) out.drift = drift.get_array();
  const auto observed = json_of(row["observed"]);
  if (observed.is_object()) out.observed = observed.get_object();
  return out;
}

listing_ref read_ref(const pqxx::row& row) {
  return {shop_id(text(row["shop_id"])), source_name(text(row["source"])), product_key(text(row["product_key"]))};
}

violation read_violation(const pqxx::row& row) {
  return {.origin = origin_from(text(row["origin"])), .klass = text(row["class"]), .code = text(row["code"]),
          .position = text(row["position"]), .reason = text(row["reason"]), .suggestion = text(row["suggestion"]),
          .who = actor_from(text(row["who"])), .evidence = json_of(row["evidence"])};
}

stored_remediation read_remediation(const pqxx::row& row) {
  stored_remediation out{.id = number(row["id"]),
                         .change = {.rule = text(row["rule"]), .change = {}, .input = text(row["input"])},
                         .attempt = static_cast<int>(number(row["attempt"])), .because = text(row["because"]),
                         .outcome = text(row["outcome"])};
  const auto change = json_of(row["change"]);
  if (change.is_object()) out.change.change = change.get_object();
  return out;
}

args keyed(const listing_ref& ref) {
  return args().text(ref.shop.text()).text(ref.source.text()).text(ref.product.text());
}

std::vector<std::string> texts(const std::vector<seller_sku>& skus) {
  std::vector<std::string> out;
  for (const auto& one : skus) out.push_back(one.text());
  return out;
}

std::vector<std::string> texts(const std::vector<shop_id>& shops) {
  std::vector<std::string> out;
  for (const auto& one : shops) out.push_back(one.text());
  return out;
}

task<bool> postgres_store::record(claimed_listing held, step_outcome outcome, instant now) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    insert_notes(work, held.ref, outcome.notes, now);
    if (!write_state(work, held, outcome.state, now)) return false;
    if (outcome.preflight) set_violations(work, held.ref, violation_origin::preflight, *outcome.preflight, now);
    if (outcome.refusal) set_violations(work, held.ref, violation_origin::refusal, *outcome.refusal, now);
    if (outcome.review) set_violations(work, held.ref, violation_origin::review, *outcome.review, now);
    if (outcome.skus) set_skus(work, held.ref, *outcome.skus);
    for (const auto& one : outcome.remediations) set_remediation(work, held.ref, one, now);
    return true;
  });
}

} // namespace listingd::store
