#include "pim/postgres_log.hpp"

#include "pim/postgres_cursor.hpp"
#include "pim/postgres_rows.hpp"

#include <algorithm>
#include <charconv>
#include <spdlog/fmt/fmt.h>
#include <unordered_map>

namespace listingd::pim {

namespace {

template <class Number>
std::optional<Number> number_in(const pq::text& from) {
  Number value = 0;
  if (!from) return std::nullopt;
  const auto [end, problem] = std::from_chars(from->data(), from->data() + from->size(), value);
  if (problem != std::errc{} || end != from->data() + from->size()) return std::nullopt;
  return value;
}

/// Why a log cannot be read by (xid, seq) up to a moment: transactions get their numbers early and commit in any order,
/// and a transaction may write its row long after it got its number. So a row's seq alone says nothing of the rows that
/// are still to come with a lower one. But of all rows with an xid below the oldest transaction still open, none is
/// still to come; they are read in the order of (xid, seq), which only appends. Two changes of one product may so come
/// in the wrong order: therefore each delivers the record as it is now.
class log_reading {
public:
  log_reading(postgres_session& session, const postgres_options& options, instant now)
      : session_(session), options_(options), now_(now) {
    page_.read_started = now;
  }

  result<sync::source_page> read(const std::string& cursor) {
    if (auto looked = look_around(); !looked) return std::unexpected(looked.error());
    auto known = log_cursor::from(cursor);
    if (const auto why = why_not(known); !why.empty()) {
      if (!cursor.empty()) page_.rejected.push_back(began_again(options_, why));
      known.reset();
    }
    if (auto set = known ? result<void>{} : begin_again(); !set) return std::unexpected(set.error());
    if (known) at_ = *known;
    page_.total = at_.total;
    auto done = at_.full ? read_full() : read_changes();
    if (!done) return std::unexpected(done.error());
    page_.cursor = at_.text();
    return std::move(page_);
  }

private:
  /// Which transactions are over, as this transaction's snapshot sees it.
  result<void> look_around() {
    if (!session_.has_xid()) return {};
    auto seen =
        session_.ask("select pg_snapshot_xmin(s)::text, pg_snapshot_xmax(s)::text from pg_current_snapshot() s", {});
    if (!seen) return std::unexpected(seen.error());
    oldest_open_ = number_in<std::uint64_t>(seen->rows.at(0).at(0)).value_or(0);
    not_yet_ = number_in<std::uint64_t>(seen->rows.at(0).at(1)).value_or(0);
    return {};
  }

  /// Empty when the cursor leads on.
  [[nodiscard]] std::string why_not(const std::optional<log_cursor>& known) const {
    if (!known || (known->xid > 0) != session_.has_xid()) return "the place where it stood is not one of this log";
    if (session_.has_xid() && known->xid > not_yet_)
      return "the database's transaction numbers went back: it is another one, or was restored";
    if (options_.retention > duration{0} && now_ - known->began > options_.retention)
      return fmt::format("the last reading, of {}, is longer ago than the log remembers", to_text(known->began));
    return "";
  }

  /// Everything that is over now is in any later snapshot, and so in the full reading; the log goes on from here.
  result<void> begin_again() {
    at_ = {.xid = session_.has_xid() ? 1U : 0U, .began = now_};
    if (!options_.full_sql.empty()) {
      at_.full = "";
      at_.xid = session_.has_xid() ? oldest_open_ - 1 : 0;
    }
    const auto counted = session_.count();
    if (!counted) return std::unexpected(counted.error());
    at_.total = *counted;
    return {};
  }

  result<void> read_full() {
    page_.window = "everything";
    const auto rows = session_.ask(postgres_query::full, {at_.full, std::to_string(options_.page_rows)});
    if (!rows) return std::unexpected(rows.error());
    for (std::size_t i = 0; i < rows->rows.size(); ++i)
      add_row(page_, {.where = "full_sql", .key = rows->at(i, "key"), .payload = rows->at(i, "payload")},
              options_.largest_record);
    page_.more = rows->cut || rows->rows.size() >= static_cast<std::size_t>(options_.page_rows);
    if (!page_.more) {
      end_window(true);
      return {};
    }
    const auto& last = rows->at(rows->rows.size() - 1, "key");
    if (!last || last == at_.full)
      return wrong_answer(options_, postgres_query::full,
                          "does not go on after the last key: it must be where key > $1 order by key");
    at_.full = last;
    return {};
  }

  result<void> read_changes() {
    if (!at_.in_window) begin_window();
    page_.window = session_.has_xid() ? fmt::format("the log after transaction {}, number {}", at_.xid, at_.seq)
                                      : fmt::format("the log after number {}", at_.seq);
    auto values = session_.has_xid() ? std::vector<pq::text>{std::to_string(at_.xid)} : std::vector<pq::text>{};
    values.emplace_back(std::to_string(at_.seq));
    values.emplace_back(std::to_string(options_.page_rows));
    const auto rows = session_.ask(postgres_query::changes, values);
    if (!rows) return std::unexpected(rows.error());
    const auto taken = take(*rows);
    if (!taken) return std::unexpected(taken.error());
    if (auto delivered = deliver(*rows, *taken); !delivered) return delivered;
    const bool held = *taken < rows->rows.size();
    page_.more = !held && (rows->cut || rows->rows.size() >= static_cast<std::size_t>(options_.page_rows));
    if (!page_.more) end_window(!held);
    return {};
  }

  void begin_window() {
    at_.in_window = true;
    at_.began = now_;
    at_.end = oldest_open_;
    if (!session_.has_xid()) at_.seq = std::max<std::int64_t>(at_.high - options_.overlap_rows, 0);
  }

  void end_window(bool all_of_it) {
    at_.in_window = false;
    at_.end = 0;
    at_.full.reset();
    at_.total.reset();
    if (all_of_it) page_.watermark = at_.began;
  }

  /// Moves the cursor over the rows that may be taken; how many these are.
  result<std::size_t> take(const pq::answer& rows) {
    for (std::size_t i = 0; i < rows.rows.size(); ++i) {
      const auto seq = number_in<std::int64_t>(rows.at(i, "seq"));
      const auto xid = session_.has_xid() ? number_in<std::uint64_t>(rows.at(i, "xid")) : 0;
      if (!seq || !xid)
        return wrong_answer(options_, postgres_query::changes,
                            fmt::format("gives no number in row {} of the page after number {}", i + 1, at_.seq));
      if (std::pair(*xid, *seq) <= std::pair(at_.xid, at_.seq))
        return wrong_answer(options_, postgres_query::changes, order_mistake(*seq));
      if (session_.has_xid() && *xid >= at_.end) return i;
      at_.xid = *xid;
      at_.seq = *seq;
      at_.high = std::max(at_.high, *seq);
    }
    return rows.rows.size();
  }

  [[nodiscard]] std::string order_mistake(std::int64_t seq) const {
    return fmt::format("does not go on after {}number {}: number {} comes after it; it must be {}",
                       session_.has_xid() ? fmt::format("transaction {}, ", at_.xid) : "", at_.seq, seq,
                       session_.has_xid() ? "where (xid, seq) > ($1, $2) order by xid, seq"
                                          : "where seq > $1 order by seq");
  }

  /// Of several rows of a product the last one written.
  result<void> deliver(const pq::answer& rows, std::size_t count) {
    std::unordered_map<std::string, std::size_t> last;
    for (std::size_t i = 0; i < count; ++i) {
      const auto [at, first] = last.emplace(rows.at(i, "key").value_or(""), i);
      if (!first && seq_of(rows, at->second) < seq_of(rows, i)) at->second = i;
    }
    for (std::size_t i = 0; i < count; ++i) {
      const auto& key = rows.at(i, "key");
      if (key && last.at(*key) != i) continue;
      if (auto added = add(rows, i); !added) return added;
    }
    return {};
  }

  static std::int64_t seq_of(const pq::answer& rows, std::size_t row) {
    return number_in<std::int64_t>(rows.at(row, "seq")).value_or(0);
  }

  result<void> add(const pq::answer& rows, std::size_t i) {
    changed_row row{.where = fmt::format("changes_sql number {}", seq_of(rows, i)),
                    .key = rows.at(i, "key"),
                    .deleted = rows.at(i, "op") == "delete",
                    .payload = rows.at(i, "payload")};
    if (!row.deleted && rows.at(i, "op") != "upsert") {
      page_.rejected.push_back(
          bad_data(row.where + " \"" + key_of(row.key) + "\"", "op_unknown", "op is neither 'upsert' nor 'delete'")
              .error());
      return {};
    }
    if (row.deleted || row.payload || options_.record_sql.empty()) {
      add_row(page_, row, options_.largest_record);
      return {};
    }
    const auto found = session_.ask(postgres_query::record, {row.key});
    if (!found) return std::unexpected(found.error());
    if (found->rows.empty()) return {}; // gone since; the log tells that too, as its row of the deletion
    row.payload = found->at(0, "payload");
    row.deleted = found->at(0, "deleted_at").has_value();
    add_row(page_, row, options_.largest_record);
    return {};
  }

  postgres_session& session_;
  const postgres_options& options_;
  instant now_;
  log_cursor at_;
  sync::source_page page_;
  std::uint64_t oldest_open_ = 0, not_yet_ = 0;
};

} // namespace

result<sync::source_page> read_change_log(postgres_session& session, const postgres_options& options,
                                          const std::string& cursor, instant now) {
  return log_reading(session, options, now).read(cursor);
}

} // namespace listingd::pim
