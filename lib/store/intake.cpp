// What sources deliver: products with their listings and the cursor, in one transaction.
#include "store/postgres_store.hpp"
#include "store/statements.hpp"
#include "sync/brake.hpp"

#include <map>

namespace listingd::store {

namespace statements {

const std::string upsert_products = R"(
    insert into product as p (source, key, payload, digest, version_at, changed_at, deleted_at, seen_at)
    select $1, i.key, nullif(i.payload, '')::jsonb, i.digest, from_ms($5), from_ms($5),
           case when i.payload = '' then from_ms($5) end, from_ms($5)
    from unnest($2::text[], $3::text[], $4::text[]) as i(key, payload, digest)
    on conflict (source, key) do update
      set payload = coalesce(excluded.payload, p.payload), digest = excluded.digest, version_at = excluded.version_at,
          changed_at = excluded.version_at, deleted_at = excluded.deleted_at,
          seen_at = greatest(p.seen_at, excluded.seen_at)
      where (p.digest <> excluded.digest or (p.deleted_at is null) <> (excluded.deleted_at is null))
        and p.version_at <= excluded.version_at
    returning key)";

const std::string see_products = R"(
    update product set version_at = greatest(version_at, from_ms($3)), seen_at = greatest(seen_at, from_ms($3))
    where source = $1 and key = any($2::text[]) and seen_at < from_ms($3))";

const std::string wake_products =
    std::string("update listing set ") + wake_set + " where source = $2 and product_key = any($3::text[])";

const std::string vanished_products = R"(
    select key from product where source = $1 and deleted_at is null and seen_at < from_ms($2) order by key limit $3)";

} // namespace statements

namespace {

std::string arrival(const intake_item& item) {
  const std::string what = item.payload ? "the PIM delivered a new version" : "the PIM no longer has the product";
  return item.where.empty() ? what : what + " (" + item.where + ")";
}

/// A page's items as columns; of several about one product the last counts.
struct item_columns {
  std::vector<std::string> keys, payloads, digests;
  std::map<std::string, const intake_item*> by_key;

  explicit item_columns(const std::vector<intake_item>& items) {
    for (const auto& item : items) by_key[clean_text(item.key.text())] = &item; // as the database will give it back
    for (const auto& [key, item] : by_key) {
      keys.push_back(key);
      payloads.push_back(item->payload ? clean_json(boost::json::serialize(*item->payload)) : "");
      digests.push_back(item->digest);
    }
  }
};

void note_arrivals(pqxx::work& work, const source_name& source, const std::vector<const intake_item*>& changed,
                   instant version) {
  std::vector<std::string> keys, events, messages, evidence;
  for (const auto* item : changed) {
    keys.push_back(item->key.text());
    events.emplace_back(item->payload ? "changed" : "deleted");
    messages.push_back(arrival(*item));
    evidence.push_back(clean_json(
        boost::json::serialize(boost::json::object{{"digest", item->digest.substr(0, 12)}, {"where", item->where}})));
  }
  query(work, R"(
      insert into note (at, source, product_key, who, event, message, evidence)
      select from_ms($2), $1, i.key, 'pim', i.event, i.message, i.evidence::jsonb
      from unnest($3::text[], $4::text[], $5::text[], $6::text[]) as i(key, event, message, evidence))",
        args().text(source.text()).at(version).list(keys).list(events).list(messages).list(evidence));
}

/// Set by set, so that a page costs a handful of statements however many items it has: products whose content is new
/// and not older than what is known, their listings made due, and the notes that say so.
void apply(pqxx::work& work, const source_name& source, const std::vector<shop_id>& shops,
           const std::vector<intake_item>& items, instant version, intake_outcome& outcome) {
  if (items.empty()) return;
  const item_columns columns(items);
  std::vector<const intake_item*> changed;
  std::vector<std::string> woken, living_keys;
  for (const auto& row :
       query(work, statements::upsert_products,
             args().text(source.text()).list(columns.keys).list(columns.payloads).list(columns.digests).at(version))) {
    const auto* item = columns.by_key.at(text(row[0]));
    changed.push_back(item);
    woken.push_back(item->key.text());
    if (item->payload) living_keys.push_back(item->key.text());
    ++(item->payload ? outcome.changed : outcome.deleted);
  }
  outcome.unchanged += static_cast<int>(items.size() - changed.size());
  query(work, statements::see_products, args().text(source.text()).list(columns.keys).at(version));
  if (changed.empty()) return;
  if (!shops.empty() && !living_keys.empty())
    query(work, R"(
        insert into listing (shop_id, source, product_key, due_at)
        select s, $2, k, from_ms($4) from unnest($1::text[]) s, unnest($3::text[]) k on conflict do nothing)",
          args().list(texts(shops)).text(source.text()).list(living_keys).at(version));
  query(work, statements::wake_products, args().at(version).text(source.text()).list(woken));
  note_arrivals(work, source, changed, version);
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
    apply(work, source, shops, page.items, page.version, outcome);
    if (page.sweep_complete) {
      std::vector<intake_item> gone;
      for (auto& key : vanished(work, source, page.version, outcome.brake))
        gone.push_back(
            {.key = std::move(key), .payload = std::nullopt, .digest = "", .where = "not in the full listing"});
      apply(work, source, shops, gone, page.version, outcome);
    }
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
