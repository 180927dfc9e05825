// Tokens of authorizations: leased for a refresh, renewed, lost. The lease keeps two from refreshing at once; the
// fencing number keeps a late outcome from replacing a newer one when a lease did not hold.
#include "store/postgres_store.hpp"

#include "model/digest.hpp"

#include <stdexcept>

namespace listingd::store {

namespace {

void wake_shops_of(pqxx::work& work, std::int64_t authorization, instant now) {
  query(work,
        std::string("update listing set ") + wake_set +
            " where shop_id in (select id from shop where authorization_id = $2::bigint)",
        args().at(now).number(authorization));
}

pqxx::result locked(pqxx::work& work, std::int64_t authorization) {
  return query(work, R"(
      select *, coalesce(lease_token::text, '') as lease from "authorization" where id = $1::bigint for update)",
               args().number(authorization));
}

} // namespace

task<std::optional<refresh_job>> postgres_store::lease_refresh(instant now, duration lease,
                                                               std::optional<stale_tokens> only) {
  if (!sealer_) throw std::runtime_error("no master key is configured ([secrets] master_key_file)");
  co_return co_await database_.transact([=, this](pqxx::work& work) -> std::optional<refresh_job> {
    for (;;) {
      const auto rows = query(work, R"(
          select a.*, ms(least(refresh_expires_at, coalesce(announced_end_at, refresh_expires_at))) as ends_ms
          from "authorization" a
          where state = 'active' and (lease_until is null or lease_until < clock_timestamp())
            and exists (select from shop s where s.authorization_id = a.id)
            and case when $1 = '' then refresh_due_at <= from_ms($3)
                     else id = nullif($1, '')::bigint and committed_fence = nullif($2, '')::bigint
                          and (refresh_failures = 0 or refresh_due_at <= from_ms($3)) end
          order by refresh_due_at limit 1 for update skip locked)",
                              args()
                                  .text(only ? std::to_string(only->authorization) : "")
                                  .text(only ? std::to_string(only->generation) : "")
                                  .at(now));
      if (rows.empty()) return std::nullopt;
      if (auto job = leased(work, rows[0], lease)) return job;
      set_aside(work, rows[0], now); // its secrets do not open: the others go on
    }
  });
}

/// Nothing when the row's secrets do not open.
std::optional<refresh_job> postgres_store::leased(pqxx::work& work, const pqxx::row& row, duration lease) const {
  const auto app = text(row["app"]), open_id = text(row["open_id"]);
  const auto purpose = purpose_of(refresh_purpose, app, open_id);
  const auto current = sealer_->open(bytes(row["refresh_token"]), purpose);
  if (!current) return std::nullopt;
  refresh_job job{.authorization = number(row["id"]),
                  .app = app_name(app),
                  .refresh_token = *current,
                  .previous_refresh_token = {},
                  .lease_token = random_uuid(),
                  .fence = number(row["fence"]) + 1,
                  .consent_ends = when(row["ends_ms"]).value_or(instant{}),
                  .failures = static_cast<int>(number(row["refresh_failures"]))};
  if (!row["previous_refresh_token"].is_null())
    job.previous_refresh_token = sealer_->open(bytes(row["previous_refresh_token"]), purpose).value_or(secret());
  query(work, R"(
      update "authorization" set lease_token = $2::uuid, fence = $4::bigint,
        lease_until = clock_timestamp() + $3::bigint * interval '1 millisecond' where id = $1::bigint)",
        args().number(job.authorization).text(job.lease_token).number(lease.count()).number(job.fence));
  return job;
}

void postgres_store::set_aside(pqxx::work& work, const pqxx::row& row, instant now) const {
  const auto why =
      sealer_->open(bytes(row["refresh_token"]), purpose_of(refresh_purpose, text(row["app"]), text(row["open_id"])));
  query(work, R"(
      update "authorization" set refresh_failures = refresh_failures + 1, last_refresh_at = from_ms($2),
        last_refresh_result = $3, refresh_due_at = from_ms($2) + interval '15 minutes' where id = $1::bigint)",
        args().number(number(row["id"])).at(now).text(why ? "" : why.error().message));
}

task<bool> postgres_store::refreshed(refresh_job job, token_grant grant, instant renewal_due, instant now) {
  co_return co_await database_.transact([=, this](pqxx::work& work) {
    const auto rows = locked(work, job.authorization);
    // A refusal that a lost lease let through does not outweigh the tokens that came after all.
    if (rows.empty() || number(rows[0]["committed_fence"]) > job.fence) return false;
    if (number(rows[0]["committed_fence"]) == job.fence) return true; // repeated: it is stored already
    const bool revived = text(rows[0]["state"]) != "active";
    if (revived && !flag(rows[0]["lost_by_refresh"])) return false;
    const auto app = job.app.text(), open_id = text(rows[0]["open_id"]);
    const bool rotated = !grant.refresh_token.empty() && grant.refresh_token != job.refresh_token;
    query(work, R"(
        update "authorization" set access_token = $2::bytea, access_expires_at = from_ms($3),
          refresh_token = $4::bytea, previous_refresh_token = $5::bytea,
          refresh_expires_at = coalesce(from_ms($6), refresh_expires_at),
          renewal_due_at = from_ms($7), refresh_due_at = from_ms($7), refresh_failures = 0,
          committed_fence = $8::bigint, pair_proven = false, lost_by_refresh = false, state = 'active',
          state_reason = '', last_refresh_at = from_ms($9), last_refresh_result = 'ok',
          scopes = case when $10 = '[]' then scopes else $10::jsonb end,
          lease_until = case when lease_token = $11::uuid then null else lease_until end,
          lease_token = nullif(lease_token, $11::uuid), updated_at = now()
        where id = $1::bigint)",
          args()
              .number(job.authorization)
              .bytes(sealed(grant.access_token, access_purpose, app, open_id))
              .at(grant.access_expires)
              .bytes(sealed(rotated ? grant.refresh_token : job.refresh_token, refresh_purpose, app, open_id))
              .bytes_or_null(rotated ? std::optional(sealed(job.refresh_token, refresh_purpose, app, open_id))
                                     : std::nullopt)
              .at(grant.refresh_expires)
              .at(renewal_due)
              .number(job.fence)
              .at(now)
              .json(scopes_json(grant.scopes))
              .text(job.lease_token));
    const bool scopes_changed = !grant.scopes.empty() && json_of(rows[0]["scopes"]) != scopes_json(grant.scopes);
    if (revived) close_alerts_about(work, alert_kind::needs_reauth, subject_of(job.authorization), now);
    if (revived || scopes_changed) wake_shops_of(work, job.authorization, now);
    return true;
  });
}

task<void> postgres_store::refresh_failed(refresh_job job, std::string problem, instant try_again_at, instant now) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, R"(
        update "authorization" set refresh_failures = refresh_failures + 1, refresh_due_at = from_ms($4),
          last_refresh_at = from_ms($5), last_refresh_result = $3, lease_token = null, lease_until = null
        where id = $1::bigint and lease_token = $2::uuid)",
          args().number(job.authorization).text(job.lease_token).text(problem).at(try_again_at).at(now));
  });
}

task<void> postgres_store::pair_worked(std::int64_t authorization, std::int64_t generation) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, R"(
        update "authorization" set pair_proven = true, previous_refresh_token = null
        where id = $1::bigint and committed_fence = $2::bigint and not pair_proven)",
          args().number(authorization).number(generation));
  });
}

task<bool> postgres_store::authorization_lost(std::int64_t authorization, lost_evidence evidence, std::string reason,
                                              instant now) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    const auto rows = locked(work, authorization);
    if (rows.empty() || text(rows[0]["state"]) != "active") return false;
    const bool by_refresh = !evidence.lease_token.empty();
    if (by_refresh && text(rows[0]["lease"]) != evidence.lease_token) return false;
    if (evidence.generation && number(rows[0]["committed_fence"]) != *evidence.generation) return false;
    query(work, R"(
        update "authorization" set state = 'needs_reauth', state_reason = $2, lost_by_refresh = $3::boolean,
          last_refresh_at = case when $3::boolean then from_ms($4) else last_refresh_at end,
          last_refresh_result = case when $3::boolean then $2 else last_refresh_result end,
          lease_token = null, lease_until = null, updated_at = now() where id = $1::bigint)",
          args().number(authorization).text(reason).flag(by_refresh).at(now));
    wake_shops_of(work, authorization, now);
    return true;
  });
}

task<bool> postgres_store::shop_lost(shop_id shop, std::string reason, instant now) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    const auto rows = query(work, R"(
        update shop set state = 'needs_reauth', state_reason = $2, updated_at = now()
        where id = $1 and state = 'active' returning 1)",
                            args().text(shop.text()).text(reason));
    if (!rows.empty()) wake_shops(work, {shop}, now);
    return !rows.empty();
  });
}

task<void> postgres_store::announce_end(std::int64_t authorization, instant end) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, R"(update "authorization" set announced_end_at = from_ms($2) where id = $1::bigint)",
          args().number(authorization).at(end));
  });
}

} // namespace listingd::store
