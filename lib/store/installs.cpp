// Installs from TikTok's App Store that wait for an operator's word, their tokens sealed.
#include "store/postgres_store.hpp"

namespace listingd::store {

namespace {

boost::json::array shops_json(const std::vector<authorized_shop>& shops) {
  boost::json::array out;
  for (const auto& one : shops)
    out.push_back(boost::json::object{{"id", one.id.text()},
                                      {"name", one.name},
                                      {"region", one.region},
                                      {"seller_type", one.seller_type},
                                      {"cipher", one.cipher},
                                      {"code", one.code}});
  return out;
}

std::vector<authorized_shop> shops_from(const boost::json::value& list) {
  std::vector<authorized_shop> out;
  for (const auto& one : items_at(boost::json::object{{"shops", list}}, "shops"))
    out.push_back({shop_id(text_at(one, "id")), text_at(one, "name"), text_at(one, "region"),
                   text_at(one, "seller_type"), text_at(one, "cipher"), text_at(one, "code")});
  return out;
}

/// What is sealed of a grant; the rest stands in columns.
secret tokens_text(const token_grant& grant) {
  return secret(boost::json::serialize(
      boost::json::object{{"access_token", grant.access_token.reveal()},
                          {"access_expires", grant.access_expires.time_since_epoch().count()},
                          {"refresh_token", grant.refresh_token.reveal()},
                          {"refresh_expires", grant.refresh_expires.value_or(instant{}).time_since_epoch().count()},
                          {"scopes", scopes_json(grant.scopes)}}));
}

token_grant grant_from(const secret& tokens) {
  const auto kept = boost::json::parse(tokens.reveal());
  const auto at = [&](std::string_view name) { return instant(duration(integer_at(kept, name).value_or(0))); };
  token_grant out;
  out.access_token = secret(text_at(kept, "access_token"));
  out.access_expires = at("access_expires");
  out.refresh_token = secret(text_at(kept, "refresh_token"));
  out.refresh_expires = at("refresh_expires");
  for (const auto& one : items_at(kept, "scopes")) out.scopes.push_back(text_of(one));
  return out;
}

} // namespace

task<std::int64_t> postgres_store::put_install(app_name app, token_grant grant, std::vector<authorized_shop> shops,
                                               instant now) {
  co_return co_await database_.transact([=, this](pqxx::work& work) {
    query(work, "delete from install where expires_at < from_ms($1)", args().at(now));
    const auto rows = query(work, R"(
        insert into install (app, open_id, seller_name, seller_region, shops, tokens, expires_at, received_at)
        values ($1, $2, $3, $4, $5::jsonb, $6::bytea, from_ms($7), from_ms($8))
        on conflict (app, open_id) do update set seller_name = excluded.seller_name,
          seller_region = excluded.seller_region, shops = excluded.shops, tokens = excluded.tokens,
          expires_at = excluded.expires_at, received_at = excluded.received_at
        returning id)",
                            args()
                                .text(app.text())
                                .text(grant.open_id)
                                .text(grant.seller_name)
                                .text(grant.seller_region)
                                .json(shops_json(shops))
                                .bytes(sealed(tokens_text(grant), install_purpose, app.text(), grant.open_id))
                                .at(grant.refresh_expires)
                                .at(now));
    return number(rows[0][0]);
  });
}

task<std::vector<waiting_install>> postgres_store::installs() {
  co_return co_await database_.transact([](pqxx::work& work) {
    std::vector<waiting_install> out;
    for (const auto& row :
         query(work, "select *, ms(received_at) as received_ms, ms(expires_at) as expires_ms from install order by id"))
      out.push_back({.id = number(row["id"]),
                     .app = app_name(text(row["app"])),
                     .seller_name = text(row["seller_name"]),
                     .seller_region = text(row["seller_region"]),
                     .shops = shops_from(json_of(row["shops"])),
                     .received_at = when(row["received_ms"]).value_or(instant{}),
                     .expires_at = when(row["expires_ms"]).value_or(instant{})});
    return out;
  });
}

task<std::optional<kept_install>> postgres_store::install(std::int64_t id) {
  co_return co_await database_.transact([=, this](pqxx::work& work) -> std::optional<kept_install> {
    const auto rows = query(work, "select * from install where id = $1::bigint", args().number(id));
    if (rows.empty()) return std::nullopt;
    const auto row = rows[0];
    const auto app = text(row["app"]), open_id = text(row["open_id"]);
    kept_install out{.app = app_name(app),
                     .grant = grant_from(opened(bytes(row["tokens"]), install_purpose, app, open_id)),
                     .shops = shops_from(json_of(row["shops"]))};
    out.grant.open_id = open_id;
    out.grant.seller_name = text(row["seller_name"]);
    out.grant.seller_region = text(row["seller_region"]);
    return out;
  });
}

task<bool> postgres_store::drop_install(std::int64_t id) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    return !query(work, "delete from install where id = $1::bigint returning 1", args().number(id)).empty();
  });
}

} // namespace listingd::store
