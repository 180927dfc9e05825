// Authorizations and shops. Tokens are sealed before they reach SQL and opened only for those who call TikTok.
#include "store/postgres_store.hpp"

#include "model/digest.hpp"

#include <stdexcept>

namespace listingd::store {

namespace {

/// A token sealed for one authorization does not open in another's row.
std::string purpose(std::string_view column, std::string_view app, std::string_view open_id) {
  return std::string("authorization.") + std::string(column) + "|" + std::string(app) + "|" + std::string(open_id);
}

const sealer& required(const std::optional<sealer>& sealing) {
  if (!sealing) throw std::runtime_error("no master key is configured ([secrets] master_key_file)");
  return *sealing;
}

secret opened(const sealer& sealing, const pqxx::field& field, const std::string& purpose_text) {
  auto plain = sealing.open(bytes(field), purpose_text);
  if (!plain) throw std::runtime_error(plain.error().text());
  return *plain;
}

boost::json::array scopes_json(const std::vector<std::string>& scopes) {
  boost::json::array out;
  for (const auto& one : scopes) out.push_back(boost::json::value(one));
  return out;
}

constexpr const char* shop_query = R"(
    select s.*, ms(s.quota_until) as quota_ms, ms(s.prerequisites_checked_at) as prerequisites_ms,
           ms(s.watched_until) as watched_ms, ms(a.consented_at) as consented_ms, a.app, a.open_id, a.state, a.state_reason, a.scopes, a.access_token,
           ms(a.access_expires_at) as access_ms, ms(a.refresh_expires_at) as refresh_ms
    from shop s join "authorization" a on a.id = s.authorization_id)";

/// Half of the token's remaining life from now, so that a failed refresh leaves time for many more.
instant refresh_due(const token_grant& grant, instant now) {
  return now + (grant.access_expires - now) / 2;
}

void wake_all(pqxx::work& work, const shop_id& shop, instant now) {
  query(work, std::string("update listing set ") + wake_set + " where shop_id = $2", args().at(now).text(shop.text()));
}

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

void put_shops(pqxx::work& work, std::int64_t authorization, const std::vector<authorized_shop>& shops) {
  for (const auto& one : shops)
    query(work, R"(
        insert into shop (id, authorization_id, name, region, seller_type, cipher, code)
        values ($1, $2::bigint, $3, $4, $5, $6, $7)
        on conflict (id) do update
          set authorization_id = excluded.authorization_id, name = excluded.name, region = excluded.region,
              seller_type = excluded.seller_type, cipher = excluded.cipher, code = excluded.code, updated_at = now())",
          args()
              .text(one.id.text())
              .number(authorization)
              .text(one.name)
              .text(one.region)
              .text(one.seller_type)
              .text(one.cipher)
              .text(one.code));
}

} // namespace

task<void> postgres_store::put_consent_state(std::string state, app_name app, instant expires) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, "insert into consent_state (state, app, expires_at) values ($1, $2, from_ms($3))",
          args().text(state).text(app.text()).at(expires));
  });
}

task<std::optional<app_name>> postgres_store::take_consent_state(std::string state, instant now) {
  co_return co_await database_.transact([=](pqxx::work& work) -> std::optional<app_name> {
    const auto rows = query(work, R"(
        update consent_state set used_at = from_ms($2)
        where state = $1 and used_at is null and expires_at > from_ms($2) returning app)",
                            args().text(state).at(now));
    if (rows.empty()) return std::nullopt;
    return app_name(text(rows[0][0]));
  });
}

task<void> postgres_store::put_authorization(app_name app, token_grant grant, std::vector<authorized_shop> shops,
                                             instant now) {
  co_await database_.transact([=, this](pqxx::work& work) {
    const auto& sealing = required(sealer_);
    const auto row = query(work, R"(
        insert into "authorization" (app, open_id, seller_name, seller_region, user_type, scopes, access_token,
                                     access_expires_at, refresh_token, refresh_expires_at, refresh_due_at,
                                     consented_at)
        values ($1, $2, $3, $4, $5::int, $6::jsonb, $7::bytea, from_ms($8), $9::bytea, from_ms($10), from_ms($11),
                from_ms($12))
        on conflict (app, open_id) do update
          set seller_name = excluded.seller_name, seller_region = excluded.seller_region,
              user_type = excluded.user_type, scopes = excluded.scopes, access_token = excluded.access_token,
              access_expires_at = excluded.access_expires_at, refresh_token = excluded.refresh_token,
              refresh_expires_at = excluded.refresh_expires_at, previous_refresh_token = null,
              refresh_due_at = excluded.refresh_due_at, consented_at = excluded.consented_at,
              state = 'active', state_reason = '', refresh_failures = 0,
              lease_token = null, lease_until = null, updated_at = now()
        returning id)",
                           args()
                               .text(app.text())
                               .text(grant.open_id)
                               .text(grant.seller_name)
                               .text(grant.seller_region)
                               .number(grant.user_type)
                               .json(scopes_json(grant.scopes))
                               .bytes(sealing.seal(grant.access_token, purpose("access", app.text(), grant.open_id)))
                               .at(grant.access_expires)
                               .bytes(sealing.seal(grant.refresh_token, purpose("refresh", app.text(), grant.open_id)))
                               .at(grant.refresh_expires)
                               .at(refresh_due(grant, now))
                               .at(now));
    put_shops(work, number(row[0][0]), shops);
    for (const auto& one : shops) wake_all(work, one.id, now);
  });
}

connected_shop postgres_store::read_shop(const pqxx::row& row, bool with_secrets) const {
  connected_shop out{.info = {shop_id(text(row["id"])), text(row["name"]), text(row["region"]),
                              text(row["seller_type"]), text(row["cipher"]), text(row["code"])},
                     .app = app_name(text(row["app"])),
                     .authorization = number(row["authorization_id"]),
                     .access_token = {},
                     .access_expires = when(row["access_ms"]).value_or(instant{}),
                     .refresh_expires = when(row["refresh_ms"]).value_or(instant{}),
                     .consented_at = when(row["consented_ms"]).value_or(instant{}),
                     .authorization_state = text(row["state"]),
                     .state_reason = text(row["state_reason"]),
                     .scopes = {},
                     .category_version = text(row["category_version"]),
                     .adopt_scan_finished = !row["adopt_scan_finished_at"].is_null(),
                     .quota_until = when(row["quota_ms"]),
                     .prerequisites_problem = text(row["prerequisites_problem"]),
                     .prerequisites_checked_at = when(row["prerequisites_ms"]),
                     .watched_until = when(row["watched_ms"]),
                     .setting_digest = text(row["setting_digest"])};
  const auto scopes = json_of(row["scopes"]);
  if (const auto* list = scopes.if_array())
    for (const auto& one : *list) out.scopes.push_back(text_of(one));
  if (with_secrets)
    out.access_token =
        opened(required(sealer_), row["access_token"], purpose("access", out.app.text(), text(row["open_id"])));
  return out;
}

task<std::vector<connected_shop>> postgres_store::shops() {
  co_return co_await database_.transact([this](pqxx::work& work) {
    std::vector<connected_shop> out;
    for (const auto& row : query(work, std::string(shop_query) + " order by s.id"))
      out.push_back(read_shop(row, sealer_.has_value()));
    return out;
  });
}

task<std::optional<connected_shop>> postgres_store::shop(shop_id id) {
  co_return co_await database_.transact([=, this](pqxx::work& work) -> std::optional<connected_shop> {
    const auto rows = query(work, std::string(shop_query) + " where s.id = $1", args().text(id.text()));
    if (rows.empty()) return std::nullopt;
    return read_shop(rows[0], sealer_.has_value());
  });
}

task<std::optional<sync::store::refresh_job>> postgres_store::lease_refresh(instant now, duration lease,
                                                                            std::optional<std::int64_t> authorization,
                                                                            secret stale_access) {
  co_return co_await database_.transact([=, this](pqxx::work& work) -> std::optional<refresh_job> {
    const auto rows = query(work, R"(
        select *, ms(refresh_expires_at) as refresh_ms from "authorization"
        where state = 'active' and (lease_until is null or lease_until < clock_timestamp())
          and case when $1 = '' then refresh_due_at <= from_ms($2) else id = nullif($1, '')::bigint end
        order by refresh_due_at limit 1 for update skip locked)",
                            args().text(authorization ? std::to_string(*authorization) : "").at(now));
    if (rows.empty()) return std::nullopt;
    const auto row = rows[0];
    const auto& sealing = required(sealer_);
    const auto app = text(row["app"]);
    const auto open_id = text(row["open_id"]);
    if (authorization && opened(sealing, row["access_token"], purpose("access", app, open_id)) != stale_access)
      return std::nullopt;
    refresh_job job{.authorization = number(row["id"]),
                    .app = app_name(app),
                    .refresh_token = opened(sealing, row["refresh_token"], purpose("refresh", app, open_id)),
                    .refresh_expires = when(row["refresh_ms"]).value_or(instant{}),
                    .lease_token = random_uuid(),
                    .failures = static_cast<int>(number(row["refresh_failures"]))};
    query(work, R"(
        update "authorization" set lease_token = $2::uuid,
          lease_until = clock_timestamp() + $3::bigint * interval '1 millisecond' where id = $1::bigint)",
          args().number(job.authorization).text(job.lease_token).number(lease.count()));
    return job;
  });
}

task<void> postgres_store::refreshed(refresh_job job, token_grant grant, instant now) {
  co_await database_.transact([=, this](pqxx::work& work) {
    // Tokens are kept while the lease is ours, and also when a successor is still on its way: they are the newest there
    // are. After a new consent, or when the successor has its own, they are not.
    const auto& sealing = required(sealer_);
    const auto open_id = text(query(work, R"(select open_id from "authorization" where id = $1::bigint)",
                                    args().number(job.authorization))[0][0]);
    const auto refresh = grant.refresh_token.empty() ? job.refresh_token : grant.refresh_token;
    query(work, R"(
        update "authorization" set access_token = $2::bytea, access_expires_at = from_ms($3),
          previous_refresh_token = refresh_token, refresh_token = $4::bytea, refresh_expires_at = from_ms($5),
          refresh_due_at = from_ms($6), refresh_failures = 0, state_reason = '',
          scopes = case when $7 = '[]' then scopes else $7::jsonb end,
          lease_until = case when lease_token = $8::uuid then null else lease_until end,
          lease_token = nullif(lease_token, $8::uuid), updated_at = now()
        where id = $1::bigint and state = 'active' and lease_token is not null)",
          args()
              .number(job.authorization)
              .bytes(sealing.seal(grant.access_token, purpose("access", job.app.text(), open_id)))
              .at(grant.access_expires)
              .bytes(sealing.seal(refresh, purpose("refresh", job.app.text(), open_id)))
              .at(grant.refresh_expires)
              .at(refresh_due(grant, now))
              .json(scopes_json(grant.scopes))
              .text(job.lease_token));
  });
}

task<void> postgres_store::refresh_failed(refresh_job job, std::string problem, instant try_again_at) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, R"(
        update "authorization" set refresh_failures = refresh_failures + 1, state_reason = $3,
          refresh_due_at = from_ms($4),
          lease_token = null, lease_until = null where id = $1::bigint and lease_token = $2::uuid)",
          args().number(job.authorization).text(job.lease_token).text(problem).at(try_again_at));
  });
}

task<bool> postgres_store::authorization_lost(std::int64_t authorization, lost_evidence evidence, std::string reason,
                                              instant now) {
  co_return co_await database_.transact([=, this](pqxx::work& work) {
    const auto rows = query(work, R"(
        select app, open_id, access_token, coalesce(lease_token::text, '') as lease
        from "authorization" where id = $1::bigint for update)",
                            args().number(authorization));
    if (rows.empty()) return false;
    const auto row = rows[0];
    if (!evidence.lease_token.empty() && text(row["lease"]) != evidence.lease_token) return false;
    if (!evidence.access_token.empty() &&
        opened(required(sealer_), row["access_token"], purpose("access", text(row["app"]), text(row["open_id"]))) !=
            evidence.access_token)
      return false;
    query(work, R"(
        update "authorization" set state = 'needs_reauth', state_reason = $2, lease_token = null, lease_until = null,
          updated_at = now() where id = $1::bigint)",
          args().number(authorization).text(reason));
    query(work,
          std::string("update listing set ") + wake_set +
              " where shop_id in (select id from shop where authorization_id = $2::bigint)",
          args().at(now).number(authorization));
    return true;
  });
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
    wake_all(work, shop, now);
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
