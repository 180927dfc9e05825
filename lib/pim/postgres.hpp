// The source kind `postgres`: records out of a PIM's own PostgreSQL, described by SQL in the configuration. Made by the
// daemon for each [[source]] of that kind. deploy/example/postgres_source.toml shows the SQL, and
// deploy/example/pim_change_log.sql a change log with its triggers.
//
// Two shapes of change. Both deliver the record as it is when it is read, so that reading again never goes back in
// time:
//  * change_log: a table that names the key of each change. With the column `xid` (the writer's pg_current_xact_id())
//    changes_sql takes ($1 xid, $2 seq, $3 limit) and goes on in the order of (xid, seq); rows are taken up to the
//    oldest transaction that is still open, so none is missed whatever the order of commits. Without `xid` it takes
//    ($1 seq, $2 limit), and the last `overlap_rows` numbers are read again each time. Columns: seq, key, op
//    ('upsert' or 'delete'), payload, xid.
//  * keyset: a table with the time of the last change. changes_sql takes ($1 updated_at, $2 id, $3 limit) and goes on
//  in
//    that order; $2 is null at the beginning of a window. A window begins `overlap` before the end of the last one and
//    ends at the database's time: nothing is missed that was committed within `overlap` of its updated_at. Columns:
//    updated_at (timestamptz), key, deleted_at, payload, and id when that is not the key.
#pragma once

#include "model/clock.hpp"
#include "model/secret.hpp"
#include "pim/url_media.hpp"
#include "sync/source.hpp"

#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace listingd::pim {

enum class postgres_shape { change_log, keyset };

struct postgres_options {
  source_name name;
  secret url; ///< libpq URI or key=value text; several hosts allowed; through a pooler in transaction mode too
  postgres_shape shape = postgres_shape::change_log;
  std::string changes_sql; ///< see above
  /// Change log: every product, ($1 last key, '' at first; $2 limit) in the order of key -> key, payload.
  std::string full_sql;
  std::string keys_sql; ///< what is shown, for sweeps: ($1 last key, '' at first; $2 limit) in the order of key -> key
  std::string record_sql;    ///< one product, hidden or not: ($1 key) -> payload, and deleted_at where there is one
  std::string count_sql;     ///< () -> how many a full reading will bring; for progress
  bool complete_log = false; ///< the log names every product there is: read("") delivers everything without full_sql
  duration retention{0};     ///< the log forgets what is older: who comes later begins again; 0 = it forgets nothing
  duration overlap{120'000}; ///< of keyset windows: longer than any transaction that writes
  int overlap_rows = 500;    ///< of logs without xid: more than are written while any transaction is open
  int page_rows = 500;
  std::size_t page_bytes = 8'000'000;     ///< a page ends with the row that passes this
  std::size_t largest_record = 4'000'000; ///< bytes; a larger one is put aside
  duration connect_timeout{10'000};       ///< for each host
  duration statement_timeout{30'000};
  std::vector<std::string> media_hosts;      ///< hosts that pictures may come from
  std::uint64_t largest_medium = 20'000'000; ///< bytes
  url_fetcher fetch = nullptr;               ///< tests put their own here; otherwise net::fetch_media with media_hosts
  /// Tests look on and interfere: called on the pool before each configured statement and after its answer, with the
  /// option's name ("changes_sql"), or "check of" it when it is only prepared.
  std::function<void(std::string_view option, bool answered)> watch = nullptr;
};

/// Touches nothing yet: the first reading connects and checks the SQL (parameters, columns, types). Every transaction
/// is read-only, with one snapshot and its own statement_timeout. Blocks threads of `pool` only; clock and pool must
/// outlive the source. Media are URLs only.
[[nodiscard]] std::unique_ptr<sync::source> make_postgres_source(postgres_options options, const clock& time,
                                                                 asio::thread_pool& pool);

} // namespace listingd::pim
