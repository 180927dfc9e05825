// The webhook inbox, the notes, and what people and machines ask: status, violations, remediations.
#include "store/postgres_store.hpp"
#include "store/statements.hpp"

namespace listingd::store {

namespace {

stored_note read_note(const pqxx::row& row) {
  stored_note out;
  out.id = number(row["id"]);
  out.at = when(row["at_ms"]).value_or(instant{});
  out.about = read_ref(row);
  out.who = text(row["who"]);
  out.event = text(row["event"]);
  out.message = text(row["message"]);
  out.evidence = json_of(row["evidence"]);
  return out;
}

} // namespace

namespace statements {

const std::string waiting_events = R"(
    select id, app, shop_id, key, type, body, attempts from webhook_inbox
    where processed_at is null and (look_at is null or look_at <= from_ms($2)) order by id limit $1::int)";

const std::string notes_about = "select *, ms(at) as at_ms from note where product_key = $1 order by id";

const std::string notes_since = R"(
    select *, ms(at) as at_ms from note where at >= from_ms($1) order by at, id limit $2::int)";

} // namespace statements

void insert_notes(pqxx::work& work, const listing_ref& about, const std::vector<note>& notes, instant now) {
  for (const auto& one : notes)
    query(work, R"(
        insert into note (at, shop_id, source, product_key, who, event, message, evidence)
        values (from_ms($4), $1, $2, $3, $5, $6, $7, $8::jsonb))",
          keyed(about).at(now).text(one.who).text(one.event).text(one.message).json(one.evidence));
}

task<bool> postgres_store::put_event(inbox_event event, instant now) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    return !query(work, R"(
        insert into webhook_inbox (app, shop_id, key, type, body, received_at)
        values ($1, $2, $3, $4::int, $5::bytea, from_ms($6)) on conflict do nothing returning 1)",
                  args().text(event.app).text(event.shop).text(event.key).number(event.type).bytes(event.body).at(now))
                .empty();
  });
}

task<std::vector<inbox_event>> postgres_store::waiting_events(int limit, instant now) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    std::vector<inbox_event> out;
    for (const auto& row : query(work, statements::waiting_events, args().number(limit).at(now)))
      out.push_back({.id = number(row["id"]),
                     .app = text(row["app"]),
                     .shop = text(row["shop_id"]),
                     .key = text(row["key"]),
                     .type = static_cast<int>(number(row["type"])),
                     .body = bytes(row["body"]),
                     .attempts = static_cast<int>(number(row["attempts"]))});
    return out;
  });
}

task<void> postgres_store::event_done(std::int64_t id, std::string problem, instant now) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, R"(
        update webhook_inbox set processed_at = from_ms($3), attempts = attempts + 1, problem = $2
        where id = $1::bigint)",
          args().number(id).text(problem).at(now));
  });
}

task<void> postgres_store::event_later(std::int64_t id, std::string problem, instant again) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, R"(
        update webhook_inbox set look_at = from_ms($3), attempts = attempts + 1, problem = $2
        where id = $1::bigint and processed_at is null)",
          args().number(id).text(problem).at(again));
  });
}

task<void> postgres_store::add_notes(listing_ref about, std::vector<note> notes, instant now) {
  co_await database_.transact([=](pqxx::work& work) { insert_notes(work, about, notes, now); });
}

task<std::vector<status_row>> postgres_store::status(std::optional<shop_id> shop) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    std::vector<status_row> out;
    const auto rows = query(work, std::string("select ") + state_columns + R"(, ms(verified_at) as verified_ms,
        (select coalesce(jsonb_agg(seller_sku order by variant_key), '[]') from variant v
         where v.shop_id = listing.shop_id and v.source = listing.source and v.product_key = listing.product_key
        ) as skus
        from listing where $1 = '' or shop_id = $1 order by shop_id, source, product_key)",
                            args().text(shop ? shop->text() : ""));
    for (const auto& row : rows) {
      status_row one{
          .ref = read_ref(row), .state = read_state(row), .seller_skus = {}, .verified_at = when(row["verified_ms"])};
      const auto skus = json_of(row["skus"]);
      for (const auto& sku : skus.get_array()) one.seller_skus.push_back(text_of(sku));
      out.push_back(std::move(one));
    }
    return out;
  });
}

task<std::vector<violation_row>> postgres_store::violations(bool closed_too) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    std::vector<violation_row> out;
    for (const auto& row : query(work, R"(
        select *, ms(opened_at) as opened_ms, ms(closed_at) as closed_ms from violation
        where $1 or closed_at is null order by shop_id, product_key, id)",
                                 args().flag(closed_too)))
      out.push_back({.ref = read_ref(row),
                     .what = read_violation(row),
                     .opened_at = when(row["opened_ms"]).value_or(instant{}),
                     .closed_at = when(row["closed_ms"])});
    return out;
  });
}

task<std::vector<remediation_row>> postgres_store::remediations() {
  co_return co_await database_.transact([](pqxx::work& work) {
    std::vector<remediation_row> out;
    for (const auto& row : query(work, "select * from remediation order by shop_id, product_key, id"))
      out.push_back({.ref = read_ref(row), .what = read_remediation(row)});
    return out;
  });
}

task<std::vector<stored_note>> postgres_store::notes_about(product_key product) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    std::vector<stored_note> out;
    for (const auto& row : query(work, statements::notes_about, args().text(product.text())))
      out.push_back(read_note(row));
    return out;
  });
}

task<std::vector<stored_note>> postgres_store::notes_since(instant since, int limit) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    std::vector<stored_note> out;
    for (const auto& row : query(work, statements::notes_since, args().at(since).number(limit)))
      out.push_back(read_note(row));
    return out;
  });
}

task<void> postgres_store::ping() {
  co_await database_.transact([](pqxx::work& work) { query(work, "select 1"); });
}

postgres_store::postgres_store(store_options options)
    : sealer_(std::move(options.sealing)), database_(options.url, options.connections),
      instance_(std::move(options.instance)) {}

std::unique_ptr<sync::store> open_store(store_options options) {
  return std::make_unique<postgres_store>(std::move(options));
}

} // namespace listingd::store
