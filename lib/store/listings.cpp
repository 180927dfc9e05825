// A listing's row: reading it, and recording what a step changed, in one transaction and only while the lease is ours.
#include "store/postgres_store.hpp"

#include <algorithm>

namespace listingd::store {

namespace {

/// What others wrote to the row while the step ran stays, unless the step changed the same thing: the answer to a write
/// that an earlier holder had sent, an operator's requeue, a webhook's hint.
listing_state merged(listing_state step, const listing_state& before, const listing_state& row) {
  const auto keep = [](auto& mine, const auto& was, const auto& is) {
    if (mine == was) mine = is;
  };
  keep(step.accepted, before.accepted, row.accepted);
  keep(step.refused_fingerprint, before.refused_fingerprint, row.refused_fingerprint);
  keep(step.drift_fingerprint, before.drift_fingerprint, row.drift_fingerprint);
  keep(step.failures, before.failures, row.failures);
  keep(step.retry_not_before, before.retry_not_before, row.retry_not_before);
  if (!row.id.empty()) step.id = row.id; // written once: a second product is never taken for the first
  // A hint that came while TikTok was being read is not answered by that reading.
  if (row.hint_at && row.hint_at != before.hint_at) step.hint_at = std::max(row.hint_at, step.observed_at);
  return step;
}

/// The row as it is now, locked; nothing when the lease is no longer ours.
std::optional<pqxx::row> still_held(pqxx::work& work, const claimed_listing& held) {
  const auto rows = query(work,
                          std::string("select ") + state_columns +
                              " from listing where shop_id = $1 and source = $2 and product_key = $3 "
                              "and lease_token = $4::uuid for update",
                          keyed(held.ref).text(held.lease_token));
  if (rows.empty()) return std::nullopt;
  return rows[0];
}

void write_state(pqxx::work& work, const listing_ref& ref, const listing_state& state, instant now) {
  query(work, R"(
      update listing set
        listing_id = nullif($4, ''), listing_status = $5, review_state = $6, raw_status = $7, raw_review = $8,
        job = $9, reason = $10, due_at = from_ms($11), failures = $12::int, retry_not_before = from_ms($13),
        accepted = $14::jsonb, refused_fingerprint = $15,
        verified_at = case when $16 = '' then null when verified_fingerprint <> $16 then from_ms($17)
                           else coalesce(verified_at, from_ms($17)) end,
        verified_fingerprint = $16, drift_fingerprint = $18, drift = $19::jsonb, observed = $20::jsonb,
        observed_at = from_ms($21), hint_at = from_ms($22), deactivated_by_us = $23,
        switched_at = from_ms($24),
        lease_token = null, lease_until = null, updated_at = now()
      where shop_id = $1 and source = $2 and product_key = $3)",
        keyed(ref)
            .text(state.id.text())
            .text(name_of(state.status))
            .text(name_of(state.review))
            .text(state.raw_status)
            .text(state.raw_review)
            .text(state.job)
            .text(state.reason)
            .at(state.due_at)
            .number(state.failures)
            .at(state.retry_not_before)
            .json(to_json(state.accepted))
            .text(state.refused_fingerprint)
            .text(state.verified_fingerprint)
            .at(now)
            .text(state.drift_fingerprint)
            .json(state.drift)
            .json(state.observed)
            .at(state.observed_at)
            .at(state.hint_at)
            .flag(state.deactivated_by_us)
            .at(state.switched_at));
}

/// Makes `found` the open set of one origin: new ones are opened, those no longer found are closed.
void set_violations(pqxx::work& work, const listing_ref& ref, violation_origin origin,
                    const std::vector<violation>& found, instant now) {
  std::vector<std::string> fingerprints;
  fingerprints.reserve(found.size());
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
          keyed(ref)
              .text(name_of(origin))
              .text(one.klass)
              .text(one.code)
              .text(one.position)
              .text(one.reason)
              .text(one.suggestion)
              .text(name_of(one.who))
              .json(one.evidence)
              .text(one.fingerprint())
              .at(now));
}

/// Two products may have been seen to adopt one and the same: the first to be recorded has it. True when it is free.
bool may_tie(pqxx::work& work, const listing_ref& ref, const listing_id& id) {
  query(work, "select pg_advisory_xact_lock(hashtextextended($1, 0))",
        args().text("listing|" + ref.shop.text() + "|" + id.text()));
  return query(work, R"(
      select 1 from listing where shop_id = $1 and listing_id = $4 and (source, product_key) <> ($2, $3))",
               keyed(ref).text(id.text()))
      .empty();
}

} // namespace

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
  // A SKU that the PIM dropped is let go only when TikTok no longer shows it: until then its seller_sku is taken.
  query(work, R"(
      delete from variant v using listing l
      where v.shop_id = $1 and v.source = $2 and v.product_key = $3 and v.variant_key <> all($4::text[])
        and l.shop_id = v.shop_id and l.source = v.source and l.product_key = v.product_key
        and (v.sku_id = '' or not coalesce(
              l.observed -> 'skus' @> jsonb_build_array(jsonb_build_object('id', v.sku_id)), false)))",
        keyed(ref).list(keys));
}

namespace {

void set_remediation(pqxx::work& work, const listing_ref& ref, const stored_remediation& one, instant now) {
  if (one.id != 0) {
    query(work, "update remediation set outcome = $2, ended_at = from_ms($3) where id = $1 and outcome <> $2",
          args().number(one.id).text(one.outcome).at(now));
    return;
  }
  query(work, R"(
      insert into remediation (shop_id, source, product_key, rule, attempt, change, input, because, outcome, created_at)
      values ($1, $2, $3, $4, $5::int, $6::jsonb, $7, $8, $9, from_ms($10)))",
        keyed(ref)
            .text(one.change.rule)
            .number(one.attempt)
            .json(one.change.change)
            .text(one.change.input)
            .text(one.because)
            .text(one.outcome)
            .at(now));
}

} // namespace

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

const char* const state_columns = R"(
    shop_id, source, product_key, lease_token, wake, listing_id, listing_status, review_state, raw_status, raw_review,
    job, reason, ms(due_at) as due, failures, ms(retry_not_before) as retry, accepted, refused_fingerprint,
    verified_fingerprint, drift_fingerprint, drift, observed, ms(observed_at) as observed_ms, ms(hint_at) as hint,
    deactivated_by_us, ms(switched_at) as switched)";

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
                    .deactivated_by_us = flag(row["deactivated_by_us"]),
                    .switched_at = when(row["switched"])};
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
  return {.origin = origin_from(text(row["origin"])),
          .klass = text(row["class"]),
          .code = text(row["code"]),
          .position = text(row["position"]),
          .reason = text(row["reason"]),
          .suggestion = text(row["suggestion"]),
          .who = actor_from(text(row["who"])),
          .evidence = json_of(row["evidence"])};
}

stored_remediation read_remediation(const pqxx::row& row) {
  stored_remediation out{.id = number(row["id"]),
                         .change = {.rule = text(row["rule"]), .change = {}, .input = text(row["input"])},
                         .attempt = static_cast<int>(number(row["attempt"])),
                         .because = text(row["because"]),
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
  out.reserve(skus.size());
  for (const auto& one : skus) out.push_back(one.text());
  return out;
}

std::vector<std::string> texts(const std::vector<shop_id>& shops) {
  std::vector<std::string> out;
  out.reserve(shops.size());
  for (const auto& one : shops) out.push_back(one.text());
  return out;
}

task<bool> postgres_store::record(claimed_listing held, step_outcome outcome, instant now) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    insert_notes(work, held.ref, outcome.notes, now);
    const auto row = still_held(work, held);
    if (!row) return false;
    auto state = merged(outcome.state, held.state, read_state(*row));
    if (number((*row)["wake"]) != held.wake) state.due_at = now;
    if ((*row)["listing_id"].is_null() && !state.id.empty() && !may_tie(work, held.ref, state.id)) {
      state.id = {};
      state.status = listing_status::none;
      state.due_at = now;
    }
    write_state(work, held.ref, state, now);
    if (outcome.preflight) set_violations(work, held.ref, violation_origin::preflight, *outcome.preflight, now);
    if (outcome.refusal) set_violations(work, held.ref, violation_origin::refusal, *outcome.refusal, now);
    if (outcome.review) set_violations(work, held.ref, violation_origin::review, *outcome.review, now);
    if (outcome.platform) set_violations(work, held.ref, violation_origin::platform, *outcome.platform, now);
    if (outcome.skus) set_skus(work, held.ref, *outcome.skus);
    for (const auto& one : outcome.remediations) set_remediation(work, held.ref, one, now);
    return true;
  });
}

} // namespace listingd::store
