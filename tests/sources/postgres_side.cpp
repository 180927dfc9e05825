#include "sources/postgres_side.hpp"

#include "pim/postgres.hpp"

#include <mutex>
#include <pqxx/pqxx>

namespace listingd::sources {

namespace {

// now() of everyone who uses this database, the source included, is the PIM's time.
const std::string catalogue_sql = R"(
create schema pim_clock;
create table pim_clock.present (at timestamptz not null);
create function pim_clock.now() returns timestamptz language sql stable as 'select at from pim_clock.present';

create table item (
  key text primary key, title text not null, rank int not null, colors text[] not null, enabled boolean not null,
  hidden boolean not null default false, updated_at timestamptz not null, deleted_at timestamptz);
create index on item (updated_at, key);

create function one(data anyelement, locale text default null) returns jsonb language sql stable as $$
  select jsonb_build_array(jsonb_build_object('locale', locale, 'scope', null, 'data', data)) $$;

create view item_record as
select key, updated_at, deleted_at, hidden,
       jsonb_build_object(
         'key', key, 'enabled', enabled, 'values', jsonb_build_object('name', one(title, 'en_US'), 'rank', one(rank)),
         'axes', case when colors = '{}' then '[]'::jsonb else '["color"]'::jsonb end,
         'variants', coalesce(
           (select jsonb_agg(jsonb_build_object('key', key || '-' || color,
                             'values', jsonb_build_object('sku', one(key || '-' || color), 'color', one(color))))
            from unnest(colors) color), '[]'::jsonb)) as record
from item;

create table pim_change (
  xid xid8 not null default pg_current_xact_id(), seq bigint generated always as identity, key text not null,
  primary key (xid, seq));
create function pim_changed() returns trigger language plpgsql as $$
begin
  insert into pim_change (key) values (case when tg_op = 'DELETE' then old.key else new.key end);
  return null;
end $$;
create trigger pim_changed after insert or update or delete on item for each row execute function pim_changed();
)";

const std::string log_changes_sql = R"(
select c.xid, c.seq, c.key, case when r.key is null then 'delete' else 'upsert' end as op, r.record as payload
from pim_change c left join item_record r on r.key = c.key
where (c.xid, c.seq) > ($1, $2) and r.hidden is not true
order by c.xid, c.seq
limit $3)";
const std::string keyset_changes_sql = R"(
select updated_at, key, deleted_at, record as payload from item_record
where (updated_at, key) > ($1, $2) and not hidden
order by updated_at, key
limit $3)";
const std::string keys_sql = R"(
select key from item where key > $1 and deleted_at is null and not hidden order by key limit $2)";
const std::string full_sql = R"(
select key, record as payload from item_record where key > $1 and not hidden order by key limit $2)";

class postgres_side final : public pim_side {
public:
  postgres_side(const side_options& options, pim::postgres_shape shape)
      : time_(options.time), pool_(options.pool), pim_(options.database), blocker_(options.database) {
    tell(catalogue_sql);
    tell("insert into pim_clock.present values (" + quoted(to_text(time_.now())) + ")");
    const std::string database = pim_.dbname();
    reader_ = "reader_of_" + database;
    tell("create role " + reader_ + " login");
    tell("grant usage on schema pim_clock to " + reader_ + "; grant select on pim_clock.present to " + reader_);
    permit(true);
    tell("alter database " + database +
         " set search_path = pim_clock, pg_catalog, public; set search_path = "
         "pim_clock, pg_catalog, public; set lock_timeout = '10s'");
    const auto more = options.database.find('?') == std::string::npos ? "?" : "&";
    options_ = {.name = source_name("pim"),
                .url = secret(options.database + more + "user=" + reader_),
                .shape = shape,
                .changes_sql = shape == pim::postgres_shape::keyset ? keyset_changes_sql : log_changes_sql,
                .full_sql = shape == pim::postgres_shape::keyset ? "" : full_sql,
                .keys_sql = keys_sql,
                .record_sql = "select record as payload, deleted_at from item_record where key = $1",
                .count_sql = "select count(*) from item where not hidden",
                .page_rows = options.page,
                .statement_timeout = duration{1'000},
                .media_hosts = {}};
    options_.watch = [this](std::string_view what, bool answered) { answered ? after(what) : before(); };
    restart();
  }

  sync::source& source() override { return *source_; }
  void restart() override { source_ = make_postgres_source(options_, time_, pool_); }

  void put(const pim_product& product) override {
    std::string colors;
    for (const auto& color : product.colors) colors += (colors.empty() ? "" : ",") + color;
    tell("insert into item (key, title, rank, colors, enabled, updated_at) values (" + quoted(product.key) + ", " +
         quoted(product.title) + ", " + std::to_string(product.rank) + ", string_to_array(" + quoted(colors) +
         ", ','), " + (product.enabled ? "true" : "false") +
         ", now()) on conflict (key) do update set title = excluded.title, rank = excluded.rank, colors = "
         "excluded.colors, enabled = excluded.enabled, updated_at = excluded.updated_at, deleted_at = null");
  }
  void save_again(const std::string& key) override {
    tell("update item set updated_at = now() where key = " + quoted(key));
  }
  void remove(const std::string& key) override {
    const bool keeps = options_.shape == pim::postgres_shape::keyset;
    tell((keeps ? "update item set deleted_at = now(), updated_at = now()" : "delete from item") +
         std::string(" where key = ") + quoted(key));
  }
  bool hide(const std::vector<std::string>& keys) override {
    for (const auto& key : keys) tell("update item set hidden = true where key = " + quoted(key));
    return true;
  }
  void show_all() override { tell("update item set hidden = false where hidden"); }

  void pass(duration by) override {
    tell("update pim_clock.present set at = at + interval '" + std::to_string(by.count()) + " milliseconds'");
  }

  bool meet(trouble what, int times) override {
    const std::scoped_lock alone(lock_);
    return begin(what, times);
  }
  bool meet_after(int requests, trouble what) override {
    const std::scoped_lock alone(lock_);
    if (!is_known(what)) return false;
    if (requests == 0) return begin(what, 1);
    coming_ = {.after = requests, .what = what};
    return true;
  }

  void no_more_trouble() override {
    permit(true);
    const std::scoped_lock alone(lock_);
    resets_ = 0;
    coming_ = {};
    if (std::exchange(locked_for_, 0) > 0) unlock();
  }

  bool in_the_middle(std::function<void()> act) override {
    const std::scoped_lock alone(lock_);
    in_the_middle_ = std::move(act);
    return true;
  }

  [[nodiscard]] int requests() const override {
    const std::scoped_lock alone(lock_);
    return requests_;
  }

private:
  void tell(const std::string& sql) { pqxx::nontransaction(pim_).exec(sql); }
  std::string quoted(const std::string& text) { return pim_.quote(text); }

  void permit(bool allowed) {
    tell((allowed ? "grant select on item, item_record, pim_change to "
                  : "revoke select on item, item_record, "
                    "pim_change from ") +
         reader_);
  }

  void unlock() { pqxx::nontransaction(blocker_).exec("rollback"); }

  static bool is_known(trouble what) {
    return what == trouble::forbidden || what == trouble::timeout || what == trouble::reset ||
           what == trouble::cut_short;
  }

  bool begin(trouble what, int times) {
    if (what == trouble::forbidden) permit(false);
    if (what == trouble::reset || what == trouble::cut_short) resets_ = times;
    if (what == trouble::timeout) {
      locked_for_ = times;
      pqxx::nontransaction(blocker_).exec("begin; lock table item in access exclusive mode");
    }
    return is_known(what);
  }

  /// On the pool, before the source asks.
  void before() {
    const std::scoped_lock alone(lock_);
    if (resets_ == 0) return;
    --resets_;
    pqxx::nontransaction(blocker_).exec(
        "select pg_terminate_backend(pid, 10000) from pg_stat_activity where usename = " + blocker_.quote(reader_));
  }

  /// ... and after it has its answer.
  void after(std::string_view what) {
    std::function<void()> act;
    {
      const std::scoped_lock alone(lock_);
      ++requests_;
      if (locked_for_ > 0 && --locked_for_ == 0) unlock();
      if (coming_.after > 0 && --coming_.after == 0) begin(coming_.what, 1);
      if (what == "changes_sql" || what == "full_sql" || what == "keys_sql")
        act = std::exchange(in_the_middle_, nullptr);
    }
    if (act) act();
  }

  struct coming_trouble {
    int after = 0;
    trouble what{};
  };

  manual_clock& time_;
  boost::asio::thread_pool& pool_;
  pqxx::connection pim_;     ///< edits
  pqxx::connection blocker_; ///< makes trouble
  std::string reader_;
  pim::postgres_options options_;
  std::unique_ptr<sync::source> source_;
  mutable std::mutex lock_;
  int requests_ = 0, resets_ = 0, locked_for_ = 0;
  coming_trouble coming_;
  std::function<void()> in_the_middle_;
};

} // namespace

std::unique_ptr<pim_side> make_postgres_side(const side_options& options) {
  return std::make_unique<postgres_side>(options, pim::postgres_shape::change_log);
}

std::unique_ptr<pim_side> make_postgres_keyset_side(const side_options& options) {
  return std::make_unique<postgres_side>(options, pim::postgres_shape::keyset);
}

} // namespace listingd::sources
