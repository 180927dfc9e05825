// A PIM's database with writers who take their time, the source that reads it, and intake's part of the bargain: what
// is committed, and what a crash forgets.
#pragma once

#include "catch.hpp"
#include "model/json.hpp"
#include "pim/postgres.hpp"
#include "postgres/cluster.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <map>

namespace listingd::pim::test {

using namespace std::chrono_literals;

template <class T>
T wait_for(task<T> work) {
  asio::io_context loop;
  auto done = asio::co_spawn(loop, std::move(work), asio::use_future);
  loop.run();
  return done.get();
}

/// A session of the PIM; its transaction is open until it is told otherwise.
class writer {
public:
  explicit writer(const std::string& url) : connection_(url) {}
  void tell(const std::string& sql) { pqxx::nontransaction(connection_).exec(sql); }
  std::string ask(const std::string& sql) {
    pqxx::nontransaction work(connection_);
    const auto rows = work.exec(sql);
    return rows.empty() || rows[0][0].is_null() ? "" : rows[0][0].c_str();
  }
  /// The first column of all rows.
  std::string ask_all(const std::string& sql) {
    pqxx::nontransaction work(connection_);
    std::string out;
    for (const auto& row : work.exec(sql)) out += std::string(row[0].c_str()) + "\n";
    return out;
  }
  void begin() { tell("begin"); }
  void commit() { tell("commit"); }

private:
  pqxx::connection connection_;
};

// `item` holds the records; item_change is its log, written by a trigger. The log keeps what the record was, too, as an
// outbox does.
inline const std::string items_sql = R"(
create table item (key text primary key, revision int not null, updated_at timestamptz, deleted_at timestamptz);
create index on item (updated_at, key);
create view item_record as
select key, updated_at, deleted_at,
       jsonb_build_object('key', key, 'values', '{}'::jsonb, 'revision', revision) as record from item;
create table item_change (
  xid xid8 not null default pg_current_xact_id(), seq bigint generated always as identity, key text, op text not null,
  payload jsonb, primary key (xid, seq));
create function note_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then insert into item_change (key, op) values (old.key, 'delete');
  else insert into item_change (key, op, payload) select key, 'upsert', record from item_record where key = new.key;
  end if;
  return null;
end $$;
create trigger note_change after insert or update or delete on item for each row execute function note_change();
)";

inline const std::string log_sql = R"(
select c.xid, c.seq, c.key, case when r.key is null then 'delete' else 'upsert' end as op, r.record as payload
from item_change c left join item_record r on r.key = c.key
where (c.xid, c.seq) > ($1, $2) order by c.xid, c.seq limit $3)";
inline const std::string log_without_xid_sql = R"(
select c.seq, c.key, case when r.key is null then 'delete' else 'upsert' end as op, r.record as payload
from item_change c left join item_record r on r.key = c.key where c.seq > $1 order by c.seq limit $2)";
inline const std::string keyset_sql = R"(
select updated_at, key, deleted_at, record as payload from item_record
where (updated_at, key) > ($1, $2) order by updated_at, key limit $3)";

struct postgres_rig {
  std::string url = listingd::test::cluster::shared().empty_database();
  writer pim{url};
  manual_clock time{*instant_from_text("2026-11-24T08:00:00Z")};
  asio::thread_pool pool{2};
  postgres_options options{.name = source_name("pim"),
                           .url = secret(url),
                           .changes_sql = log_sql,
                           .full_sql = "",
                           .keys_sql = "select key from item where key > $1 order by key limit $2",
                           .record_sql = "select record as payload, deleted_at from item_record where key = $1",
                           .count_sql = "",
                           .page_rows = 3,
                           .media_hosts = {}};
  std::string cursor; ///< the last one committed
  std::unique_ptr<sync::source> source;
  std::map<std::string, std::string> seen; ///< what was last delivered of each product: its revision, or "deleted"
  std::vector<std::string> delivered;      ///< "key revision" of everything that came
  std::vector<std::string> rejected;

  postgres_rig() {
    pim.tell(items_sql);
    restart();
  }

  /// From here on the database's now() is this time, for everyone who connects.
  void stop_its_clock(const std::string& at) {
    const auto database = pim.ask("select current_database()");
    pim.tell("create schema pim_clock; create table pim_clock.present as select '" + at + "'::timestamptz as at; " +
             "create function pim_clock.now() returns timestamptz language sql stable as "
             "'select at from pim_clock.present'; alter database " +
             database + " set search_path = pim_clock, pg_catalog, public; set search_path = pim_clock, pg_catalog, " +
             "public");
  }
  void pass(const std::string& by) { pim.tell("update pim_clock.present set at = at + interval '" + by + "'"); }

  void restart() { source = make_postgres_source(options, time, pool); }

  static std::string change(const std::string& key, int revision, const std::string& at = "clock_timestamp()") {
    return "insert into item values ('" + key + "', " + std::to_string(revision) + ", " + at +
           ") on conflict (key) do update set revision = excluded.revision, updated_at = excluded.updated_at, "
           "deleted_at = null";
  }

  sync::source_page read() {
    auto page = wait_for(source->read(cursor));
    INFO((page ? "" : page.error().text()));
    REQUIRE(page);
    return *page;
  }

  error problem() {
    auto page = wait_for(source->read(cursor));
    REQUIRE_FALSE(page);
    return page.error();
  }

  void commit(const sync::source_page& page) {
    for (const auto& item : page.items) {
      const auto key = item.deleted ? item.key.text() : text_at(item.payload, "key");
      seen[key] = item.deleted ? "deleted" : text_at(item.payload, "revision");
      delivered.push_back(key + " " + seen[key]);
    }
    for (const auto& one : page.rejected) rejected.push_back(one.code);
    cursor = page.cursor;
  }

  /// Reads a window to its end; its last page.
  sync::source_page poll() {
    for (int pages = 0; pages < 1'000; ++pages) {
      auto page = read();
      commit(page);
      if (!page.more) return page;
    }
    FAIL("the window does not end");
    return {};
  }
};

using texts = std::vector<std::string>;

} // namespace listingd::pim::test
