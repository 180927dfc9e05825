#include "pim/postgres_keyset.hpp"

#include "pim/postgres_cursor.hpp"
#include "pim/postgres_rows.hpp"

#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

namespace {

constexpr std::string_view since_ever = "-infinity";

/// now() is from before the snapshot. The microsecond makes ">" include what was changed at the very beginning.
const std::string window_sql = R"(
    select (least($1::timestamptz, now()) - $2::interval - interval '1 microsecond')::text, now()::text)";

/// A row that is written while a window is read has a time after its end, so it does not prolong the window: that ends
/// with the page that comes to its end.
class keyset_reading {
public:
  keyset_reading(postgres_session& session, const postgres_options& options, instant now)
      : session_(session), options_(options), now_(now) {
    page_.read_started = now;
  }

  result<sync::source_page> read(const std::string& cursor) {
    auto known = keyset_cursor::from(cursor);
    if (!known && !cursor.empty())
      page_.rejected.push_back(began_again(options_, "the place where it stood is not one of a keyset"));
    at_ = known.value_or(keyset_cursor{.until = std::string(since_ever)});
    if (auto begun = at_.end.empty() ? begin_window() : result<void>{}; !begun) return std::unexpected(begun.error());
    page_.total = at_.total;
    page_.window = at_.until == since_ever ? "everything" : "what was changed since " + at_.until;
    if (auto done = read_rows(); !done) return std::unexpected(done.error());
    page_.cursor = at_.text();
    return std::move(page_);
  }

private:
  result<void> begin_window() {
    const auto window = session_.ask(window_sql, {at_.until, fmt::format("{} milliseconds", options_.overlap.count())});
    if (!window) return std::unexpected(window.error());
    at_.at = window->rows.at(0).at(0).value_or("");
    at_.end = window->rows.at(0).at(1).value_or("");
    at_.id.reset();
    at_.began = now_;
    if (at_.until != since_ever) return {};
    const auto counted = session_.count();
    if (!counted) return std::unexpected(counted.error());
    at_.total = *counted;
    return {};
  }

  result<void> read_rows() {
    const auto rows = session_.ask(postgres_query::changes, {at_.at, at_.id, std::to_string(options_.page_rows)});
    if (!rows) return std::unexpected(rows.error());
    const std::pair asked{at_.at, at_.id};
    for (std::size_t i = 0; i < rows->rows.size(); ++i)
      if (auto taken = take(*rows, i); !taken) return taken;
    if (!rows->rows.empty() && asked == std::pair{at_.at, at_.id}) return does_not_go_on(at_.at, at_.id);
    const bool full = rows->cut || rows->rows.size() >= static_cast<std::size_t>(options_.page_rows);
    page_.more = full && !is_after(at_.at, at_.end);
    if (!page_.more) end_window();
    return {};
  }

  result<void> take(const pq::answer& rows, std::size_t i) {
    const auto& at = rows.at(i, "updated_at");
    const auto& id = rows.at(i, session_.has_id() ? "id" : "key");
    if (!at || !id)
      return wrong_answer(options_, postgres_query::changes,
                          fmt::format("gives a row without {} after {}", at ? "id" : "updated_at", at_.at));
    if (is_after(at_.at, *at) || (at_.at == *at && at_.id == id)) return does_not_go_on(*at, id);
    at_.at = *at;
    at_.id = id;
    add_row(page_,
            {.where = "changes_sql " + *at,
             .key = rows.at(i, "key"),
             .deleted = rows.at(i, "deleted_at").has_value(),
             .payload = rows.at(i, "payload")},
            options_.largest_record);
    return {};
  }

  [[nodiscard]] std::unexpected<error> does_not_go_on(const std::string& at, const pq::text& id) const {
    return wrong_answer(options_, postgres_query::changes,
                        fmt::format("does not go on after {}, {}: {}, {} comes after it; it must be where "
                                    "(updated_at, id) > ($1, $2) order by updated_at, id",
                                    at_.at, at_.id.value_or("null"), at, id.value_or("null")));
  }

  /// Of times in one zone and ISO's form the texts are in order, whatever their precision: '+' comes before '.' and the
  /// digits, and "-infinity" before and "infinity" after them all.
  static bool is_after(const std::string& one, const std::string& other) { return one > other; }

  void end_window() {
    at_.until = at_.end;
    at_.end.clear();
    at_.at.clear();
    at_.id.reset();
    at_.total.reset();
    page_.watermark = at_.began;
  }

  postgres_session& session_;
  const postgres_options& options_;
  instant now_;
  keyset_cursor at_;
  sync::source_page page_;
};

} // namespace

result<sync::source_page> read_keyset(postgres_session& session, const postgres_options& options,
                                      const std::string& cursor, instant now) {
  return keyset_reading(session, options, now).read(cursor);
}

} // namespace listingd::pim
