// Consents: states of links, authorizations, and the shops they cover. Tokens are sealed before they reach SQL and
// opened only for those who call TikTok.
#include "store/postgres_store.hpp"

#include <algorithm>
#include <stdexcept>

namespace listingd::store {

namespace {

constexpr const char* consent_ends = "least(a.refresh_expires_at, coalesce(a.announced_end_at, a.refresh_expires_at))";

std::string shop_query(const std::string& where) {
  return std::string(R"(
    select s.*, ms(s.quota_until) as quota_ms, ms(s.prerequisites_checked_at) as prerequisites_ms,
           ms(s.watched_until) as watched_ms, ms(a.consented_at) as consented_ms, a.app, a.open_id, a.scopes,
           a.access_token, ms(a.access_expires_at) as access_ms, ms(a.renewal_due_at) as renewal_ms,
           a.committed_fence, a.pair_proven,
           a.refresh_failures > 0 and coalesce(a.lease_until < clock_timestamp(), true) as refresh_failing,
           a.state = 'active' and s.state <> 'active' as lost_alone,
           case when a.state <> 'active' then a.state else s.state end as effective_state,
           case when a.state <> 'active' then a.state_reason else s.state_reason end as effective_reason,
           ms()") +
         consent_ends + R"() as ends_ms
    from shop s join "authorization" a on a.id = s.authorization_id )" +
         where;
}

std::vector<std::string> scopes_of(const pqxx::field& field) {
  std::vector<std::string> out;
  const auto scopes = json_of(field);
  if (const auto* list = scopes.if_array())
    for (const auto& one : *list) out.push_back(text_of(one));
  return out;
}

/// The row of a shop as it stands before a consent touches it.
struct known_shop {
  shop_id id;
  std::int64_t authorization = 0;
  std::string cipher, state, other_state, app, seller_name;
};

std::vector<known_shop> known_shops(pqxx::work& work, const std::vector<shop_id>& ids) {
  std::vector<known_shop> out;
  for (const auto& row : query(work, R"(
      select s.id, s.authorization_id, s.cipher, s.state, a.state as other_state, a.app, a.seller_name
      from shop s join "authorization" a on a.id = s.authorization_id where s.id = any($1::text[]) for update of s)",
                               args().list(texts(ids))))
    out.push_back({shop_id(text(row["id"])), number(row["authorization_id"]), text(row["cipher"]), text(row["state"]),
                   text(row["other_state"]), text(row["app"]), text(row["seller_name"])});
  return out;
}

bool contains(const std::vector<shop_id>& list, const shop_id& one) {
  return std::ranges::find(list, one) != list.end();
}

/// Another living authorization serves it, and the configuration does not want it moved to this app.
bool held_by_another(const known_shop& one, std::int64_t authorization, const app_name& app,
                     const std::vector<shop_id>& claimed) {
  if (one.authorization == authorization || one.other_state != "active" || one.state != "active") return false;
  return one.app == app.text() || !contains(claimed, one.id);
}

void upsert_shop(pqxx::work& work, std::int64_t authorization, const authorized_shop& one, instant now) {
  query(work, R"(
      insert into shop (id, authorization_id, name, region, seller_type, cipher, code)
      values ($1, $2::bigint, $3, $4, $5, $6, $7)
      on conflict (id) do update
        set authorization_id = excluded.authorization_id, name = excluded.name, region = excluded.region,
            seller_type = excluded.seller_type, cipher = excluded.cipher, code = excluded.code,
            state = 'active', state_reason = '', updated_at = now())",
        args()
            .text(one.id.text())
            .number(authorization)
            .text(one.name)
            .text(one.region)
            .text(one.seller_type)
            .text(one.cipher)
            .text(one.code));
  close_alerts_about(work, alert_kind::needs_reauth, "shop " + one.id.text(), now);
}

/// Shops of the authorization that the consent no longer shows.
void lose_missing(pqxx::work& work, std::int64_t authorization, const std::vector<shop_id>& shown, instant now) {
  std::vector<shop_id> lost;
  for (const auto& row : query(work, R"(
      update shop set state = 'needs_reauth', state_reason = 'the seller''s consent no longer covers it'
      where authorization_id = $1::bigint and state = 'active' and not id = any($2::text[]) returning id)",
                               args().number(authorization).list(texts(shown))))
    lost.emplace_back(text(row[0]));
  wake_shops(work, lost, now);
}

std::vector<shop_id> ids_of(const std::vector<authorized_shop>& shops) {
  std::vector<shop_id> out;
  for (const auto& one : shops) out.push_back(one.id);
  return out;
}

std::vector<shop_id> shops_of(pqxx::work& work, std::int64_t authorization) {
  std::vector<shop_id> out;
  for (const auto& row :
       query(work, "select id from shop where authorization_id = $1::bigint", args().number(authorization)))
    out.emplace_back(text(row[0]));
  return out;
}

/// A waiting install of the same seller holds older tokens than this consent.
void answer_install(pqxx::work& work, const app_name& app, const std::string& open_id, instant now) {
  for (const auto& row : query(work, "delete from install where app = $1 and open_id = $2 returning id",
                               args().text(app.text()).text(open_id)))
    close_alerts_about(work, alert_kind::install_waits, "install " + text(row[0]), now);
}

/// The authorization of this app and seller; 0 when there is none yet.
std::int64_t existing(pqxx::work& work, const app_name& app, const std::string& open_id) {
  const auto rows = query(work, R"(select id from "authorization" where app = $1 and open_id = $2 for update)",
                          args().text(app.text()).text(open_id));
  return rows.empty() ? 0 : number(rows[0][0]);
}

} // namespace

std::string postgres_store::sealed(const secret& text, std::string_view purpose, std::string_view app,
                                   std::string_view open_id) const {
  if (!sealer_) throw std::runtime_error("no master key is configured ([secrets] master_key_file)");
  return sealer_->seal(text, purpose_of(purpose, app, open_id));
}

secret postgres_store::opened(const std::string& sealed, std::string_view purpose, std::string_view app,
                              std::string_view open_id) const {
  if (!sealer_) throw std::runtime_error("no master key is configured ([secrets] master_key_file)");
  auto plain = sealer_->open(sealed, purpose_of(purpose, app, open_id));
  if (!plain) throw std::runtime_error(plain.error().text());
  return *plain;
}

boost::json::array scopes_json(const std::vector<std::string>& scopes) {
  boost::json::array out;
  for (const auto& one : scopes) out.push_back(boost::json::value(one));
  return out;
}

task<void> postgres_store::put_consent_state(std::string state, app_name app, instant expires) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, "delete from consent_state where expires_at < from_ms($1) - interval '1 day'", args().at(expires));
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

task<void> postgres_store::return_consent_state(std::string state) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, "update consent_state set used_at = null where state = $1", args().text(state));
  });
}

task<consent_outcome> postgres_store::put_authorization(app_name app, token_grant grant,
                                                        std::vector<authorized_shop> shops,
                                                        std::vector<shop_id> claimed, instant renewal_due,
                                                        instant now) {
  co_return co_await database_.transact([=, this](pqxx::work& work) {
    consent_outcome out;
    const auto before = existing(work, app, grant.open_id);
    for (const auto& one : known_shops(work, ids_of(shops)))
      if (held_by_another(one, before, app, claimed))
        out.held_elsewhere.push_back({one.id, app_name(one.app), one.seller_name});
    if (out.held_elsewhere.size() == shops.size() && (!shops.empty() || before == 0)) return out;
    out.authorization = upsert_authorization(work, app, grant, renewal_due, now);
    for (const auto& one : shops) {
      if (std::ranges::find(out.held_elsewhere, one.id, &shop_conflict::shop) != out.held_elsewhere.end()) continue;
      upsert_shop(work, out.authorization, one, now);
      close_alerts_about(work, alert_kind::shop_conflict, "shop " + one.id.text(), now);
      out.shops.push_back(one.id);
    }
    if (shops.empty()) out.shops = shops_of(work, out.authorization); // they could not be read: those there are
    lose_missing(work, out.authorization, out.shops, now);
    answer_install(work, app, grant.open_id, now);
    for (const auto kind :
         {alert_kind::needs_reauth, alert_kind::consent_ends, alert_kind::renewal_overdue, alert_kind::missing_scope})
      close_alerts_about(work, kind, subject_of(out.authorization), now);
    wake_shops(work, out.shops, now);
    return out;
  });
}

/// The consent's tokens are a generation of their own: a refresh that is still on its way does not replace them.
std::int64_t postgres_store::upsert_authorization(pqxx::work& work, const app_name& app, const token_grant& grant,
                                                  instant renewal_due, instant now) const {
  const auto row = query(work, R"(
      insert into "authorization" as a (app, open_id, seller_name, seller_region, user_type, scopes, access_token,
                                        access_expires_at, refresh_token, refresh_expires_at, renewal_due_at,
                                        refresh_due_at, consented_at, fence, committed_fence, pair_proven)
      values ($1, $2, $3, $4, $5::int, $6::jsonb, $7::bytea, from_ms($8), $9::bytea, from_ms($10), from_ms($11),
              from_ms($11), from_ms($12), 1, 1, true)
      on conflict (app, open_id) do update
        set seller_name = excluded.seller_name, seller_region = excluded.seller_region,
            user_type = excluded.user_type, scopes = excluded.scopes, access_token = excluded.access_token,
            access_expires_at = excluded.access_expires_at, refresh_token = excluded.refresh_token,
            refresh_expires_at = excluded.refresh_expires_at, previous_refresh_token = null,
            renewal_due_at = excluded.renewal_due_at, refresh_due_at = excluded.refresh_due_at,
            consented_at = excluded.consented_at, fence = a.fence + 1, committed_fence = a.fence + 1,
            pair_proven = true, announced_end_at = null, state = 'active', state_reason = '',
            lost_by_refresh = false, refresh_failures = 0, last_refresh_at = null, last_refresh_result = '',
            lease_token = null, lease_until = null, updated_at = now()
      returning id)",
                         args()
                             .text(app.text())
                             .text(grant.open_id)
                             .text(grant.seller_name)
                             .text(grant.seller_region)
                             .number(grant.user_type)
                             .json(scopes_json(grant.scopes))
                             .bytes(sealed(grant.access_token, access_purpose, app.text(), grant.open_id))
                             .at(grant.access_expires)
                             .bytes(sealed(grant.refresh_token, refresh_purpose, app.text(), grant.open_id))
                             .at(grant.refresh_expires)
                             .at(renewal_due)
                             .at(now));
  return number(row[0][0]);
}

task<void> postgres_store::put_shops(std::int64_t authorization, std::int64_t generation,
                                     std::vector<authorized_shop> shops, instant now) {
  co_await database_.transact([=](pqxx::work& work) {
    const auto app = query(work, R"(
        select app from "authorization" where id = $1::bigint and state = 'active' and committed_fence = $2::bigint
        for update)",
                           args().number(authorization).number(generation));
    if (app.empty()) return; // a consent or a refresh has come meanwhile, with shops of its own
    const auto known = known_shops(work, ids_of(shops));
    std::vector<shop_id> served, changed;
    for (const auto& one : shops) {
      const auto was = std::ranges::find(known, one.id, &known_shop::id);
      if (was != known.end() && held_by_another(*was, authorization, app_name(text(app[0][0])), {})) continue;
      upsert_shop(work, authorization, one, now);
      served.push_back(one.id);
      if (was == known.end() || was->cipher != one.cipher || was->state != "active") changed.push_back(one.id);
    }
    lose_missing(work, authorization, served, now);
    wake_shops(work, changed, now);
  });
}

connected_shop postgres_store::read_shop(const pqxx::row& row, bool with_secrets) const {
  connected_shop out{.info = {shop_id(text(row["id"])), text(row["name"]), text(row["region"]),
                              text(row["seller_type"]), text(row["cipher"]), text(row["code"])},
                     .app = app_name(text(row["app"])),
                     .authorization = number(row["authorization_id"]),
                     .access_token = {},
                     .generation = number(row["committed_fence"]),
                     .pair_proven = flag(row["pair_proven"]),
                     .access_expires = when(row["access_ms"]).value_or(instant{}),
                     .renewal_due = when(row["renewal_ms"]).value_or(instant{}),
                     .consent_ends = when(row["ends_ms"]).value_or(instant{}),
                     .consented_at = when(row["consented_ms"]).value_or(instant{}),
                     .authorization_state = text(row["effective_state"]),
                     .state_reason = text(row["effective_reason"]),
                     .lost_alone = flag(row["lost_alone"]),
                     .refresh_failing = flag(row["refresh_failing"]),
                     .scopes = scopes_of(row["scopes"]),
                     .category_version = text(row["category_version"]),
                     .adopt_scan_finished = !row["adopt_scan_finished_at"].is_null(),
                     .quota_until = when(row["quota_ms"]),
                     .prerequisites_problem = text(row["prerequisites_problem"]),
                     .prerequisites_checked_at = when(row["prerequisites_ms"]),
                     .watched_until = when(row["watched_ms"]),
                     .setting_digest = text(row["setting_digest"])};
  if (!with_secrets) return out;
  auto token =
      sealer_->open(bytes(row["access_token"]), purpose_of(access_purpose, out.app.text(), text(row["open_id"])));
  if (token) {
    out.access_token = std::move(*token);
  } else if (out.alive()) { // one key that is gone does not stop the other shops
    out.authorization_state = "needs_reauth";
    out.state_reason = token.error().message;
    out.lost_alone = true;
  }
  return out;
}

task<std::vector<connected_shop>> postgres_store::shops() {
  co_return co_await database_.transact([this](pqxx::work& work) {
    std::vector<connected_shop> out;
    for (const auto& row : query(work, shop_query("order by s.id"))) out.push_back(read_shop(row, sealer_.has_value()));
    return out;
  });
}

task<std::optional<connected_shop>> postgres_store::shop(shop_id id) {
  co_return co_await database_.transact([=, this](pqxx::work& work) -> std::optional<connected_shop> {
    const auto rows = query(work, shop_query("where s.id = $1"), args().text(id.text()));
    if (rows.empty()) return std::nullopt;
    return read_shop(rows[0], sealer_.has_value());
  });
}

task<std::vector<authorization>> postgres_store::authorizations() {
  co_return co_await database_.transact([](pqxx::work& work) {
    std::vector<authorization> out;
    for (const auto& row : query(work, std::string(R"(
        select a.*, (select count(*) from shop s where s.authorization_id = a.id) as shops,
               ms(access_expires_at) as access_ms, ms(renewal_due_at) as renewal_ms, ms(refresh_due_at) as next_ms,
               ms(consented_at) as consented_ms, ms(last_refresh_at) as refreshed_ms, ms()") +
                                           consent_ends + R"() as ends_ms from "authorization" a order by id)"))
      out.push_back({.id = number(row["id"]),
                     .app = app_name(text(row["app"])),
                     .open_id = text(row["open_id"]),
                     .seller_name = text(row["seller_name"]),
                     .seller_region = text(row["seller_region"]),
                     .scopes = scopes_of(row["scopes"]),
                     .state = text(row["state"]),
                     .state_reason = text(row["state_reason"]),
                     .access_expires = when(row["access_ms"]).value_or(instant{}),
                     .renewal_due = when(row["renewal_ms"]).value_or(instant{}),
                     .next_refresh_at = when(row["next_ms"]).value_or(instant{}),
                     .failures = static_cast<int>(number(row["refresh_failures"])),
                     .consent_ends = when(row["ends_ms"]).value_or(instant{}),
                     .consented_at = when(row["consented_ms"]).value_or(instant{}),
                     .last_refresh_at = when(row["refreshed_ms"]),
                     .last_refresh_result = text(row["last_refresh_result"]),
                     .shops = static_cast<int>(number(row["shops"]))});
    return out;
  });
}

} // namespace listingd::store
