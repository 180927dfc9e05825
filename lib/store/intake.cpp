// What sources deliver: products with their listings and the cursor, in one transaction.
#include "store/postgres_store.hpp"
#include "store/statements.hpp"
#include "sync/brake.hpp"

namespace listingd::store {

namespace statements {

const std::string upsert_product = R"(
    insert into product as p (source, key, payload, digest, version_at, changed_at, deleted_at, seen_at)
    values ($1, $2, $3::jsonb, $4, from_ms($5), from_ms($5), case when $3 is null then from_ms($5) end, from_ms($5))
    on conflict (source, key) do update
      set payload = coalesce(excluded.payload, p.payload), digest = excluded.digest, version_at = excluded.version_at,
          changed_at = excluded.version_at, deleted_at = excluded.deleted_at,
          seen_at = greatest(p.seen_at, excluded.seen_at)
      where (p.digest <> excluded.digest or (p.deleted_at is null) <> (excluded.deleted_at is null))
        and p.version_at <= excluded.version_at
    returning 1)";

const std::string wake_everywhere =
    std::string("update listing set ") + wake_set + " where source = $2 and product_key = $3";

const std::string vanished_products = R"(
    select key from product where source = $1 and deleted_at is null and seen_at < from_ms($2) order by key limit $3)";

} // namespace statements

namespace {

/// False when it is the same as before or older than what is known.
bool upsert_product(pqxx::work& work, const source_name& source, const intake_item& item, instant version) {
  const auto changed =
      query(work, statements::upsert_product,
            args().text(source.text()).text(item.key.text()).json_or_null(item.payload).text(item.digest).at(version));
  if (!changed.empty()) return true;
  query(work, R"(
      update product set version_at = greatest(version_at, from_ms($3)), seen_at = greatest(seen_at, from_ms($3))
      where source = $1 and key = $2 and seen_at < from_ms($3))",
        args().text(source.text()).text(item.key.text()).at(version));
  return false;
}

void wake_product_everywhere(pqxx::work& work, const source_name& source, const std::vector<shop_id>& shops,
                             const product_key& key, bool deleted, instant now) {
  if (!deleted)
    query(work, R"(
      insert into listing (shop_id, source, product_key, due_at)
      select unnest($1::text[]), $2, $3, from_ms($4) on conflict do nothing)",
          args().list(texts(shops)).text(source.text()).text(key.text()).at(now));
  query(work, statements::wake_everywhere, args().at(now).text(source.text()).text(key.text()));
}

std::string arrival(const intake_item& item) {
  const std::string what = item.payload ? "the PIM delivered a new version" : "the PIM no longer has the product";
  return item.where.empty() ? what : what + " (" + item.where + ")";
}

std::int64_t living(pqxx::work& work, const source_name& source) {
  return number(query(work, "select count(*) from product where source = $1 and deleted_at is null",
                      args().text(source.text()))[0][0]);
}

std::vector<product_key> unseen(pqxx::work& work, const source_name& source, instant since, std::int64_t most) {
  std::vector<product_key> keys;
  for (const auto& row : query(work, statements::vanished_products, args().text(source.text()).at(since).number(most)))
    keys.emplace_back(text(row[0]));
  return keys;
}

/// The products that this full listing no longer holds.
std::vector<product_key> vanished(pqxx::work& work, const source_name& source, instant version, std::string& brake) {
  const auto known = living(work, source);
  auto keys = unseen(work, source, version, known);
  const auto gone = static_cast<std::int64_t>(keys.size());
  if (!sync::too_many_gone(gone, known)) return keys;
  brake = sync::brake_message(gone, known);
  return {};
}

/// Our lease, held until the end of the transaction; nothing when it is another's.
std::optional<pqxx::row> held_source(pqxx::work& work, const source_name& source, const std::string& token) {
  const auto rows = query(work, R"(
      select *, ms(window_began_at) as began_ms, ms(full_began_at) as full_ms from source
      where name = $1 and lease_token = $2::uuid for update)",
                          args().text(source.text()).text(token));
  if (rows.empty()) return std::nullopt;
  return rows[0];
}

void move_changes(pqxx::work& work, const source_name& source, const page_commit& page, const intake_outcome& done) {
  const auto items = static_cast<std::int64_t>(page.items.size());
  query(work, R"(
      update source set cursor = $2, last_read_at = clock_timestamp(), last_error = $3, window_text = $4, window_began_at = coalesce(window_began_at, from_ms($5)),
        window_items = window_items + $6::bigint, window_changed = window_changed + $7::bigint,
        window_total = coalesce($8::bigint, window_total), watermark_at = coalesce(from_ms($9), watermark_at)
      where name = $1)",
        args()
            .text(source.text())
            .text(page.cursor)
            .text(done.brake)
            .text(page.window)
            .at(page.version)
            .number(items)
            .number(done.changed + done.deleted)
            .number_or_null(page.total)
            .at(page.watermark));
  if (page.more && !page.watermark) return;
  query(work, R"(
      update source set last_window = case when window_items = 0 and last_window <> '{}' then last_window else
          jsonb_build_object('window', window_text, 'began_at', window_began_at, 'ended_at', clock_timestamp(),
                             'items', window_items, 'changed', window_changed) end,
        window_text = '', window_began_at = null, window_items = 0, window_changed = 0, window_total = null
      where name = $1)",
        args().text(source.text()));
}

void move_full(pqxx::work& work, const source_name& source, const page_commit& page) {
  query(work, R"(
      update source set full_cursor = case when $3::boolean then $2 end, full_items = full_items + $4::bigint,
        full_total = coalesce($5::bigint, full_total), last_read_at = clock_timestamp(),
        full_ended_at = case when $3::boolean then full_ended_at else clock_timestamp() end
      where name = $1 and full_cursor is not null)",
        args()
            .text(source.text())
            .text(page.cursor)
            .flag(page.more)
            .number(static_cast<std::int64_t>(page.items.size()))
            .number_or_null(page.total));
}

} // namespace

task<intake_outcome> postgres_store::commit_page(source_name source, std::string token, std::vector<shop_id> shops,
                                                 page_commit page) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    intake_outcome outcome;
    if (!held_source(work, source, token)) {
      outcome.lease_lost = true;
      return outcome;
    }
    const auto apply = [&](const intake_item& item) {
      const bool deleted = !item.payload;
      if (!upsert_product(work, source, item, page.version)) {
        ++outcome.unchanged;
        return;
      }
      ++(deleted ? outcome.deleted : outcome.changed);
      wake_product_everywhere(work, source, shops, item.key, deleted, page.version);
      const note arrived{.who = "pim",
                         .event = deleted ? "deleted" : "changed",
                         .message = arrival(item),
                         .evidence = boost::json::object{{"digest", item.digest.substr(0, 12)}, {"where", item.where}}};
      insert_notes(work, {shop_id(), source, item.key}, {arrived}, page.version);
    };
    for (const auto& item : page.items) apply(item);
    if (page.sweep_complete)
      for (auto& key : vanished(work, source, page.version, outcome.brake))
        apply({.key = std::move(key), .payload = std::nullopt, .digest = "", .where = "not in the full listing"});
    if (page.from == stream::full) move_full(work, source, page);
    if (page.from == stream::changes) move_changes(work, source, page, outcome);
    insert_notes(work, {shop_id(), source, product_key()}, page.notes, page.version);
    return outcome;
  });
}

task<std::vector<product_key>> postgres_store::commit_keys(source_name source, std::string token,
                                                           std::vector<product_key> keys, std::string cursor,
                                                           instant seen) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    std::vector<product_key> unknown;
    if (!held_source(work, source, token)) return unknown;
    std::vector<std::string> all;
    for (const auto& key : keys) all.push_back(key.text());
    query(work, R"(
        update product set seen_at = greatest(seen_at, from_ms($3))
        where source = $1 and key = any($2::text[]) and deleted_at is null)",
          args().text(source.text()).list(all).at(seen));
    for (const auto& row : query(work, R"(
        select listed.key from unnest($2::text[]) as listed(key)
        where not exists (select from product p where p.source = $1 and p.key = listed.key and p.deleted_at is null))",
                                 args().text(source.text()).list(all)))
      unknown.emplace_back(text(row[0]));
    query(work, "update source set sweep_cursor = $2, sweep_items = sweep_items + $3::bigint where name = $1",
          args().text(source.text()).text(cursor).number(static_cast<std::int64_t>(keys.size())));
    return unknown;
  });
}

task<sweep_candidates> postgres_store::missing_since(source_name source, instant began, int most) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    sweep_candidates out{.missing = unseen(work, source, began, most), .all = 0, .known = living(work, source)};
    out.all = number(query(work, R"(
        select count(*) from product where source = $1 and deleted_at is null and seen_at < from_ms($2))",
                           args().text(source.text()).at(began))[0][0]);
    return out;
  });
}

task<std::int64_t> postgres_store::count_products(source_name source) {
  co_return co_await database_.transact([=](pqxx::work& work) { return living(work, source); });
}

} // namespace listingd::store
