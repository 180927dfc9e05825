#include "pim/postgres.hpp"

#include "pim/postgres_keyset.hpp"
#include "pim/postgres_log.hpp"
#include "pim/postgres_rows.hpp"
#include "pim/postgres_session.hpp"

#include <mutex>
#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

namespace {

using session_handle = std::unique_ptr<postgres_session>;

/// Connections that nobody uses at the moment. Readings may run beside each other, each with one of its own.
class session_rack {
public:
  explicit session_rack(const postgres_options& options) : options_(options) {}

  /// In a transaction. One that was closed while it hung here is replaced.
  result<session_handle> take() {
    if (auto kept = unhang(); kept && kept->begin()) return kept;
    auto fresh = postgres_session::open(options_);
    if (!fresh) return fresh;
    if (auto begun = (*fresh)->begin(); !begun) return std::unexpected(begun.error());
    return fresh;
  }

  void give_back(session_handle used) {
    if (!used->end()) return; // what was read is read; only the connection is gone
    const std::scoped_lock alone(lock_);
    if (idle_.size() < most_idle) idle_.push_back(std::move(used));
  }

private:
  static constexpr std::size_t most_idle = 2; // a reading of changes, and a full one or a sweep

  session_handle unhang() {
    const std::scoped_lock alone(lock_);
    if (idle_.empty()) return nullptr;
    auto out = std::move(idle_.back());
    idle_.pop_back();
    return out;
  }

  const postgres_options& options_;
  std::mutex lock_;
  std::vector<session_handle> idle_;
};

class postgres_source final : public sync::source {
public:
  postgres_source(postgres_options options, const clock& time, asio::thread_pool& pool)
      : options_(std::move(options)), time_(time), pool_(pool), sessions_(options_) {
    if (!options_.fetch) options_.fetch = guarded_fetcher(options_.media_hosts, options_.largest_medium);
  }

  [[nodiscard]] const source_name& name() const override { return options_.name; }
  [[nodiscard]] std::string_view kind() const override { return "postgres"; }

  [[nodiscard]] sync::source_abilities abilities() const override {
    return {.rereads = options_.shape == postgres_shape::keyset || options_.complete_log || !options_.full_sql.empty(),
            .lists_keys = !options_.keys_sql.empty() && !options_.record_sql.empty(),
            .reads_one = !options_.record_sql.empty()};
  }

  task<result<sync::source_page>> read(std::string cursor) override {
    return in_session([this, cursor](postgres_session& session, instant now) {
      return options_.shape == postgres_shape::keyset ? read_keyset(session, options_, cursor, now)
                                                      : read_change_log(session, options_, cursor, now);
    });
  }

  task<void> committed(std::string) override { co_return; }

  task<result<sync::key_page>> keys(std::string cursor) override {
    if (!abilities().lists_keys) return sync::source::keys(std::move(cursor));
    return in_session([this, cursor](postgres_session& session, instant now) { return list(session, cursor, now); });
  }

  task<result<bool>> is_gone(product_key key) override {
    if (!abilities().lists_keys) return sync::source::is_gone(std::move(key));
    return in_session([this, key](postgres_session& session, instant) -> result<bool> {
      // Otherwise a policy hides a row without a word.
      if (const auto set = session.ask("select set_config('row_security', 'off', true)", {}); !set)
        return std::unexpected(set.error());
      const auto item = look_up(session, key);
      if (!item && item.error().kind == error_kind::fix_data) return false; // it is there, though it is no use
      if (!item) return std::unexpected(item.error());
      return item->deleted;
    });
  }

  task<result<sync::source_item>> read_one(product_key key) override {
    if (!abilities().reads_one) return sync::source::read_one(std::move(key));
    return in_session([this, key](postgres_session& session, instant) { return look_up(session, key); });
  }

  task<result<sync::fetched_media>> fetch_media(std::string ref, std::string validator) override {
    return fetch_by_url(options_.fetch, std::move(ref), std::move(validator));
  }

private:
  /// Runs a reading on the pool, in a transaction of its own.
  template <class Reading>
  task<std::invoke_result_t<Reading, postgres_session&, instant>> in_session(Reading reading) {
    using outcome = std::invoke_result_t<Reading, postgres_session&, instant>;
    co_return co_await async::on_pool(pool_, [this, reading = std::move(reading)]() -> outcome {
      const auto now = time_.now();
      auto session = sessions_.take();
      if (!session) return std::unexpected(session.error());
      auto done = reading(**session, now);
      if (done) sessions_.give_back(std::move(*session));
      return done;
    });
  }

  result<sync::key_page> list(postgres_session& session, const std::string& after, instant now) {
    const auto rows = session.ask(postgres_query::keys, {after, std::to_string(options_.page_rows)});
    if (!rows) return std::unexpected(rows.error());
    sync::key_page out{.keys = {}, .cursor = after, .read_started = now};
    for (std::size_t i = 0; i < rows->rows.size(); ++i)
      if (auto key = key_of(rows->at(i, "key")); !key.empty()) out.keys.emplace_back(std::move(key));
    out.more = rows->cut || rows->rows.size() >= static_cast<std::size_t>(options_.page_rows);
    if (!out.more) return out;
    const auto& last = rows->at(rows->rows.size() - 1, "key");
    if (!last || *last == after)
      return wrong_answer(options_, postgres_query::keys,
                          "does not go on after the last key: it must be where key > $1 order by key");
    out.cursor = *last;
    return out;
  }

  /// The record as it is; a tombstone when there is no such row.
  result<sync::source_item> look_up(postgres_session& session, const product_key& key) {
    const auto rows = session.ask(postgres_query::record, {key.text()});
    if (!rows) return std::unexpected(rows.error());
    return item_of({.where = "record_sql",
                    .key = key.text(),
                    .deleted = rows->rows.empty() || rows->at(0, "deleted_at").has_value(),
                    .payload = rows->rows.empty() ? pq::text() : rows->at(0, "payload")},
                   options_.largest_record);
  }

  postgres_options options_;
  const clock& time_;
  asio::thread_pool& pool_;
  session_rack sessions_;
};

} // namespace

std::unique_ptr<sync::source> make_postgres_source(postgres_options options, const clock& time,
                                                   asio::thread_pool& pool) {
  return std::make_unique<postgres_source>(std::move(options), time, pool);
}

} // namespace listingd::pim
