// Sources themselves: leases, sweeps, what operators ask for, and the report.
#include "store/postgres_store.hpp"

namespace listingd::store {

namespace {

std::vector<product_key> keys_of(const pqxx::field& list) {
  std::vector<product_key> out;
  const auto keys = json_of(list);
  if (const auto* all = keys.if_array())
    for (const auto& one : *all) out.emplace_back(text_of(one));
  return out;
}

std::optional<std::string> text_or_nothing(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional(text(field));
}

std::optional<std::int64_t> number_or_nothing(const pqxx::field& field) {
  return field.is_null() ? std::nullopt : std::optional(number(field));
}

source_status read_status(const pqxx::row& row) {
  return {.name = source_name(text(row["name"])),
          .kind = text(row["kind"]),
          .cursor = text(row["cursor"]),
          .last_error = text(row["last_error"]),
          .last_read_at = when(row["read_ms"]),
          .watermark = when(row["watermark_ms"]),
          .failing_since = when(row["failing_ms"]),
          .failures = static_cast<int>(number(row["failures"])),
          .window = text(row["window_text"]),
          .window_began = when(row["began_ms"]),
          .window_items = number(row["window_items"]),
          .window_total = number_or_nothing(row["window_total"]),
          .last_window = json_of(row["last_window"]),
          .full_under_way = !row["full_cursor"].is_null(),
          .full_requested = flag(row["full_requested"]),
          .full_began = when(row["full_ms"]),
          .full_ended = when(row["full_ended_ms"]),
          .full_items = number(row["full_items"]),
          .full_total = number_or_nothing(row["full_total"]),
          .sweep_under_way = !row["sweep_cursor"].is_null(),
          .sweep_items = number(row["sweep_items"]),
          .swept_at = when(row["swept_ms"]),
          .sweep_result = text(row["sweep_result"]),
          .products = number(row["products"])};
}

} // namespace

task<std::optional<source_lease>> postgres_store::lease_source(source_name source, std::string kind, std::string token,
                                                               duration lease) {
  co_return co_await database_.transact([=](pqxx::work& work) -> std::optional<source_lease> {
    query(work, "insert into source (name) values ($1) on conflict do nothing", args().text(source.text()));
    const auto held = query(work, R"(
        update source set lease_token = $2::uuid, kind = $4,
          lease_until = clock_timestamp() + $3::bigint * interval '1 millisecond',
          full_cursor = case when full_requested then '' else full_cursor end,
          full_began_at = case when full_requested then clock_timestamp() else full_began_at end,
          full_items = case when full_requested then 0 else full_items end,
          full_total = case when full_requested then null else full_total end, full_requested = false
        where name = $1 and (lease_token = $2::uuid or lease_until is null or lease_until < clock_timestamp())
        returning *, ms(sweep_began_at) as sweep_ms, ms(swept_at) as swept_ms, to_json(wanted_keys) as wanted)",
                            args().text(source.text()).text(token).number(lease.count()).text(kind));
    if (held.empty()) return std::nullopt;
    const auto row = held[0];
    const auto last = json_of(row["last_window"]);
    return source_lease{.token = token,
                        .cursor = text(row["cursor"]),
                        .first = find(last, "items") == nullptr,
                        .full_cursor = text_or_nothing(row["full_cursor"]),
                        .sweep_cursor = text_or_nothing(row["sweep_cursor"]),
                        .sweep_began = when(row["sweep_ms"]).value_or(instant{}),
                        .swept_at = when(row["swept_ms"]),
                        .wanted = keys_of(row["wanted"]),
                        .failures = static_cast<int>(number(row["failures"])),
                        .items_of_last_window = integer_at(last, "items").value_or(0)};
  });
}

task<void> postgres_store::source_failed(source_name source, std::string problem, instant now) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, R"(
        update source set last_error = $2, failures = failures + 1,
          failing_since = coalesce(failing_since, from_ms($3)) where name = $1)",
          args().text(source.text()).text(problem).at(now));
  });
}

task<void> postgres_store::source_recovered(source_name source) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, "update source set failures = 0, failing_since = null, last_error = '' where name = $1",
          args().text(source.text()));
  });
}

task<void> postgres_store::begin_sweep(source_name source, std::string token, instant now) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, R"(
        update source set sweep_cursor = '', sweep_began_at = from_ms($3), sweep_items = 0
        where name = $1 and lease_token = $2::uuid)",
          args().text(source.text()).text(token).at(now));
  });
}

task<void> postgres_store::end_sweep(source_name source, std::string token, std::string result, instant now) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, R"(
        update source set sweep_cursor = null, swept_at = from_ms($4), sweep_result = $3
        where name = $1 and lease_token = $2::uuid)",
          args().text(source.text()).text(token).text(result).at(now));
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

task<void> postgres_store::request_product(source_name source, product_key product) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, R"(
        insert into source (name, read_requested_at, wanted_keys) values ($1, now(), array[$2])
        on conflict (name) do update set read_requested_at = now(),
          wanted_keys = array_append(array_remove(source.wanted_keys, $2), $2))",
          args().text(source.text()).text(product.text()));
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

task<void> postgres_store::product_read(source_name source, product_key product) {
  co_await database_.transact([=](pqxx::work& work) {
    query(work, "update source set wanted_keys = array_remove(wanted_keys, $2) where name = $1",
          args().text(source.text()).text(product.text()));
  });
}

task<std::vector<source_status>> postgres_store::sources() {
  co_return co_await database_.transact([](pqxx::work& work) {
    std::vector<source_status> out;
    for (const auto& row : query(work, R"(
        select s.*, ms(last_read_at) as read_ms, ms(watermark_at) as watermark_ms, ms(failing_since) as failing_ms,
               ms(window_began_at) as began_ms, ms(full_began_at) as full_ms, ms(full_ended_at) as full_ended_ms,
               ms(swept_at) as swept_ms,
               (select count(*) from product p where p.source = s.name and p.deleted_at is null) as products
        from source s order by name)"))
      out.push_back(read_status(row));
    return out;
  });
}

task<std::vector<stored_note>> postgres_store::notes_of_source(source_name source, int most) {
  co_return co_await database_.transact([=](pqxx::work& work) {
    std::vector<stored_note> out;
    for (const auto& row : query(work, R"(
        select id, ms(at) as at_ms, who, event, message from note
        where source = $1 and product_key = '' order by id desc limit $2::int)",
                                 args().text(source.text()).number(most))) {
      stored_note one;
      one.id = number(row["id"]);
      one.at = when(row["at_ms"]).value_or(instant{});
      one.who = text(row["who"]);
      one.event = text(row["event"]);
      one.message = text(row["message"]);
      one.about = {shop_id(), source, product_key()};
      out.push_back(std::move(one));
    }
    return out;
  });
}

} // namespace listingd::store
