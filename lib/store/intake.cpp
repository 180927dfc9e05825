// Sources, their cursors, and the products they deliver.
#include "store/postgres_store.hpp"
#include "store/statements.hpp"

namespace listingd::store {

namespace statements {

const std::string upsert_product = R"(
    insert into product as p (source, key, payload, digest, version_at, changed_at, deleted_at)
    values ($1, $2, $3::jsonb, $4, from_ms($5), from_ms($5), case when $3 is null then from_ms($5) end)
    on conflict (source, key) do update
      set payload = coalesce(excluded.payload, p.payload), digest = excluded.digest, version_at = excluded.version_at,
          changed_at = excluded.version_at, deleted_at = excluded.deleted_at
      where (p.digest <> excluded.digest or (p.deleted_at is null) <> (excluded.deleted_at is null))
        and p.version_at <= excluded.version_at
    returning 1)";

const std::string wake_everywhere =
    std::string("update listing set ") + wake_set + " where source = $2 and product_key = $3";

const std::string vanished_products = R"(
    select key from product where source = $1 and deleted_at is null and version_at < from_ms($2) order by key)";

} // namespace statements

namespace {

// A sweep may delete at most a third of the known products; of a small catalogue this many, but never all.
constexpr std::int64_t always_allowed = 5;

bool too_many(std::int64_t gone, std::int64_t known) {
  return gone > 0 && (gone == known || (gone > always_allowed && gone * 3 > known));
}

/// False when it is the same as before or older than what is known.
bool upsert_product(pqxx::work& work, const source_name& source, const intake_item& item, instant version) {
  const auto changed =
      query(work, statements::upsert_product,
            args().text(source.text()).text(item.key.text()).json_or_null(item.payload).text(item.digest).at(version));
  if (!changed.empty()) return true;
  query(work, "update product set version_at = from_ms($3) where source = $1 and key = $2 and version_at < from_ms($3)",
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

/// The products that this full listing no longer holds.
std::vector<product_key> vanished(pqxx::work& work, const source_name& source, instant version, std::string& brake) {
  const auto gone = query(work, statements::vanished_products, args().text(source.text()).at(version));
  const auto known = number(query(work, "select count(*) from product where source = $1 and deleted_at is null",
                                  args().text(source.text()))[0][0]);
  if (too_many(static_cast<std::int64_t>(gone.size()), known)) {
    brake = "a full listing lacks " + std::to_string(gone.size()) + " of " + std::to_string(known) +
            " products; none is treated as deleted";
    return {};
  }
  std::vector<product_key> keys;
  for (const auto& row : gone) keys.emplace_back(text(row[0]));
  return keys;
}

} // namespace

task<std::optional<std::string>> postgres_store::lease_source(source_name source, std::string token, duration lease) {
  co_return co_await database_.transact([=](pqxx::work& work) -> std::optional<std::string> {
    query(work, "insert into source (name) values ($1) on conflict do nothing", args().text(source.text()));
    const auto held = query(work, R"(
        update source set lease_token = $2::uuid,
          lease_until = clock_timestamp() + $3::bigint * interval '1 millisecond',
          cursor = case when full_requested then '' else cursor end, full_requested = false
        where name = $1 and (lease_token = $2::uuid or lease_until is null or lease_until < clock_timestamp())
        returning cursor)",
                            args().text(source.text()).text(token).number(lease.count()));
    if (held.empty()) return std::nullopt;
    return text(held[0][0]);
  });
}

task<intake_outcome> postgres_store::commit_page(source_name source, std::vector<shop_id> shops,
                                                 std::vector<intake_item> items, instant version, std::string cursor,
                                                 bool sweep, std::vector<note> notes) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    intake_outcome outcome;
    const auto apply = [&](const intake_item& item) {
      const bool deleted = !item.payload;
      if (!upsert_product(work, source, item, version)) {
        ++outcome.unchanged;
        return;
      }
      ++(deleted ? outcome.deleted : outcome.changed);
      wake_product_everywhere(work, source, shops, item.key, deleted, version);
      const note arrived{.who = "pim",
                         .event = deleted ? "deleted" : "changed",
                         .message = arrival(item),
                         .evidence = boost::json::object{{"digest", item.digest.substr(0, 12)}, {"where", item.where}}};
      insert_notes(work, {shop_id(), source, item.key}, {arrived}, version);
    };
    for (const auto& item : items) apply(item);
    if (sweep)
      for (auto& key : vanished(work, source, version, outcome.brake))
        apply({.key = std::move(key), .payload = std::nullopt, .digest = "", .where = "not in the full listing"});
    query(work, R"(
        update source set cursor = $2, last_read_at = clock_timestamp(), last_error = $3 where name = $1)",
          args().text(source.text()).text(cursor).text(outcome.brake));
    insert_notes(work, {shop_id(), source, product_key()}, notes, version);
    return outcome;
  });
}

task<void> postgres_store::source_failed(source_name source, std::string problem) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, "update source set last_error = $2 where name = $1", args().text(source.text()).text(problem));
  });
}

task<void> postgres_store::request_read(source_name source, bool full) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, R"(
        insert into source (name, read_requested_at, full_requested) values ($1, now(), $2)
        on conflict (name) do update
          set read_requested_at = now(), full_requested = source.full_requested or excluded.full_requested)",
          args().text(source.text()).flag(full));
  });
}

task<bool> postgres_store::take_read_request(source_name source) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    return !query(work, R"(
        update source set read_requested_at = null where name = $1 and read_requested_at is not null returning 1)",
                  args().text(source.text()))
                .empty();
  });
}

} // namespace listingd::store
