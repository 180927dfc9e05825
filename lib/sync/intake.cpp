#include "sync/intake.hpp"

#include "model/backoff.hpp"
#include "model/digest.hpp"
#include "model/json.hpp"
#include "sync/brake.hpp"

#include <spdlog/fmt/fmt.h>

namespace listingd::sync {

namespace {

constexpr duration source_lease_time{180'000}; // outlives the requests of a page
constexpr duration look_every{500};
constexpr duration stirred_every{200};
constexpr backoff trouble{.first = duration{2'000}, .most = duration{15 * 60'000}};
constexpr int failures_to_tell = 5;
constexpr std::int64_t suspicious_from = 200; // items of a window of changes
constexpr int most_missing = 100'000;         // that one sweep asks about

/// An item of a page as a row; or why not.
result<intake_item> checked(const source_item& item) {
  if (item.deleted) return intake_item{.key = item.key, .payload = std::nullopt, .digest = "", .where = item.where};
  auto read = parse_record(item.payload, item.where);
  if (!read) return std::unexpected(read.error());
  return intake_item{.key = read->key, .payload = item.payload, .digest = read->digest, .where = item.where};
}

note put_aside(const error& problem) {
  return {.who = "pim", .event = "record_rejected", .message = problem.text(), .evidence = nullptr};
}

std::string subject_of_source(const source& from) {
  return "source " + from.name().text();
}

void add(intake_outcome& total, const intake_outcome& one) {
  total.changed += one.changed;
  total.unchanged += one.unchanged;
  total.deleted += one.deleted;
  if (!one.brake.empty()) total.brake = one.brake;
}

bool is_idle(const source_page& page, const std::string& cursor) {
  return page.items.empty() && page.rejected.empty() && page.cursor == cursor && !page.sweep_complete &&
         !page.watermark;
}

} // namespace

task<void> intake::run(source& from, intake_rhythm rhythm) {
  while (!with_.stopping) {
    auto pause = rhythm.poll_every;
    try {
      const auto done = co_await read_round(from, rhythm);
      if (done && done->more) pause = duration{0};
      if (!done) pause = std::max(done.error().retry_after.value_or(pause), duration{1'000});
      for (duration waited{0}; waited < pause && !with_.stopping; waited += stirred_every) {
        co_await with_.rest(stirred_every);
        if (done && from.stirred()) break;
        if (waited % look_every < stirred_every && co_await with_.db.take_read_request(from.name())) break;
      }
    } catch (const std::exception& problem) { // the database is away: the cursor stands where it stood
      with_.log("error", "intake_broken", {{"source", from.name().text()}, {"problem", problem.what()}});
      pause = duration{-1};
    }
    if (pause < duration{0}) co_await with_.rest(rhythm.poll_every);
  }
}

task<result<intake_outcome>> intake::read_all(source& from, intake_rhythm rhythm) {
  intake_outcome total;
  for (bool more = true; more && !with_.stopping;) {
    auto one = co_await read_round(from, rhythm);
    if (!one) co_return std::unexpected(one.error());
    add(total, one->done);
    more = one->more;
  }
  co_return total;
}

task<std::optional<source_lease>> intake::lease(source& from) {
  if (token_.empty()) token_ = with_.settings.instance.empty() ? random_uuid() : with_.settings.instance;
  co_return co_await with_.db.lease_source(from.name(), std::string(from.kind()), token_, source_lease_time);
}

task<result<intake::round>> intake::read_round(source& from, intake_rhythm rhythm) {
  round out;
  const auto held = co_await lease(from);
  if (!held) co_return out; // another instance reads it
  auto done = co_await read_wanted(from, *held, out.done);
  if (done) done = co_await read_changes(from, out.done);
  if (done && held->full_cursor) {
    const auto more = co_await read_full_page(from, *held, out.done);
    if (!more) done = std::unexpected(more.error());
    out.more = more && *more;
  }
  if (done) {
    const auto more = co_await sweep_page(from, *held, rhythm, out.done);
    if (!more) done = std::unexpected(more.error());
    out.more = out.more || (more && *more);
  }
  if (done) {
    if (held->failures > 0) co_await recovered(from);
    co_return out;
  }
  auto why = done.error();
  co_await failed(from, why, held->failures + 1);
  const auto wait = trouble.wait(held->failures + 1, with_.chance(), why.retry_after);
  why.retry_after = why.kind == error_kind::needs_human ? std::max(wait, trouble.most / 3) : wait;
  co_return std::unexpected(std::move(why));
}

/// What an operator asked for by its key.
task<result<void>> intake::read_wanted(source& from, const source_lease& held, intake_outcome& total) {
  for (const auto& key : held.wanted) {
    const auto version = with_.time.now();
    auto item = co_await from.read_one(key);
    if (!item && item.error().kind == error_kind::retry) co_return std::unexpected(item.error());
    if (item) {
      const auto done = co_await commit_one(from, std::move(*item), version, total);
      if (!done) co_return done;
    } else {
      with_.log("warning", "product_not_read",
                {{"source", from.name().text()}, {"product", key.text()}, {"problem", item.error().text()}});
      std::vector<note> notes{{.who = "pim", .event = "not_read", .message = item.error().text(), .evidence = nullptr}};
      co_await with_.db.add_notes({shop_id(), from.name(), key}, std::move(notes), version);
    }
    co_await with_.db.product_read(from.name(), key);
  }
  co_return result<void>{};
}

task<result<void>> intake::read_changes(source& from, intake_outcome& total) {
  std::int64_t items = 0;
  while (!with_.stopping) {
    const auto held = co_await lease(from); // for each page: it outlives the page's requests
    if (!held) co_return result<void>{};
    auto page = co_await from.read(held->cursor);
    if (!page) co_return std::unexpected(page.error());
    const bool more = page->more, window_ends = page->watermark || !page->more;
    if (is_idle(*page, held->cursor)) co_return result<void>{};
    items += static_cast<std::int64_t>(page->items.size());
    auto done = co_await commit(from, std::move(*page), stream::changes);
    if (!done) co_return std::unexpected(done.error());
    add(total, *done);
    if (window_ends) {
      if (!held->first) co_await judge_window(from, *held, items);
      items = 0;
    }
    if (!more || done->lease_lost) co_return result<void>{}; // the next window begins with the next round
  }
  co_return result<void>{};
}

/// A delta that is suspiciously the whole catalogue: a filter that the PIM did not take, a date it read otherwise.
task<void> intake::judge_window(source& from, const source_lease& before, std::int64_t items) {
  const auto subject = subject_of_source(from);
  if (items < suspicious_from) {
    if (before.items_of_last_window >= suspicious_from)
      co_await with_.db.close_alerts(alert_kind::source_suspicious, subject, with_.time.now());
    co_return;
  }
  const auto known = co_await with_.db.count_products(from.name());
  if (items * 2 < known) co_return;
  alert told{.kind = alert_kind::source_suspicious,
             .subject = subject,
             .critical = false,
             .message = fmt::format("a reading of changes from {} brought {} items, of {} products known: it is "
                                    "suspiciously the whole catalogue",
                                    from.name().text(), items, known),
             .fix = "see listingd sources; check that the PIM takes the date filter, and its time zone"};
  with_.log("warning", "source_suspicious", {{"source", from.name().text()}, {"message", told.message}});
  co_await with_.db.raise(std::move(told), with_.time.now());
}

task<result<bool>> intake::read_full_page(source& from, const source_lease& held, intake_outcome& total) {
  source_page nothing;
  auto page = from.abilities().rereads ? co_await from.read(*held.full_cursor) : result<source_page>(nothing);
  if (!page) co_return std::unexpected(page.error());
  const bool more = page->more;
  page->watermark.reset(); // the changes have their own
  const auto done = co_await commit(from, std::move(*page), stream::full);
  if (!done) co_return std::unexpected(done.error());
  add(total, *done);
  co_return more && !done->lease_lost;
}

task<result<bool>> intake::sweep_page(source& from, const source_lease& held, const intake_rhythm& rhythm,
                                      intake_outcome& total) {
  if (!from.abilities().lists_keys || held.first) co_return false;
  const auto now = with_.time.now();
  if (!held.sweep_cursor) {
    const bool due = rhythm.sweep_every > duration{0} && (!held.swept_at || *held.swept_at + rhythm.sweep_every <= now);
    if (due) co_await with_.db.begin_sweep(from.name(), held.token, now);
    co_return due;
  }
  auto page = co_await from.keys(*held.sweep_cursor);
  if (!page) co_return std::unexpected(page.error());
  const bool more = page->more;
  auto unknown =
      co_await with_.db.commit_keys(from.name(), held.token, std::move(page->keys), page->cursor, page->read_started);
  auto done = co_await take_unknown(from, std::move(unknown), total);
  if (done && !more) done = co_await end_sweep(from, held, total);
  if (!done) co_return std::unexpected(done.error());
  co_return more;
}

/// Keys that the source shows and no reading of changes has brought: fetched one by one.
task<result<void>> intake::take_unknown(source& from, std::vector<product_key> keys, intake_outcome& total) {
  if (!from.abilities().reads_one) co_return result<void>{};
  for (const auto& key : keys) {
    const auto version = with_.time.now();
    auto item = co_await from.read_one(key);
    if (!item && item.error().kind == error_kind::retry) co_return std::unexpected(item.error());
    if (!item || item->deleted) continue;
    with_.log("warning", "product_missed", {{"source", from.name().text()}, {"product", key.text()}});
    const auto done = co_await commit_one(from, std::move(*item), version, total);
    if (!done) co_return done;
  }
  co_return result<void>{};
}

/// What the listing lacked is asked for one by one, under the brake.
task<result<void>> intake::end_sweep(source& from, const source_lease& held, intake_outcome& total) {
  const auto found = co_await with_.db.missing_since(from.name(), held.sweep_began, most_missing);
  std::string told = fmt::format("{} products, none missing", found.known);
  const auto subject = subject_of_source(from);
  if (too_many_gone(found.all, found.known)) {
    told = brake_message(found.all, found.known);
    total.brake = told;
    with_.log("error", "sweep_brake", {{"source", from.name().text()}, {"problem", told}});
    alert braked{.kind = alert_kind::sweep_brake,
                 .subject = subject,
                 .critical = true,
                 .message = fmt::format("{}: {}", from.name().text(), told),
                 .fix = "if they are really deleted, say so in the PIM's own way; otherwise restore the connection's "
                        "permissions or filters"};
    co_await with_.db.raise(std::move(braked), with_.time.now());
  } else {
    int gone = 0;
    for (const auto& key : found.missing) {
      const auto asked = co_await from.is_gone(key);
      if (!asked) co_return std::unexpected(asked.error()); // the sweep goes on from here at the next round
      if (!*asked) continue;
      source_item item{.where = "not in the PIM's listing, and gone", .deleted = true, .key = key, .payload = nullptr};
      const auto done = co_await commit_one(from, std::move(item), with_.time.now(), total);
      if (!done) co_return done;
      ++gone;
    }
    if (found.all > 0) told = fmt::format("{} products, {} missing, {} of them gone", found.known, found.all, gone);
    co_await with_.db.close_alerts(alert_kind::sweep_brake, subject, with_.time.now());
  }
  with_.log("info", "sweep_ended", {{"source", from.name().text()}, {"result", told}});
  co_await with_.db.end_sweep(from.name(), held.token, told, with_.time.now());
  co_return result<void>{};
}

std::vector<shop_id> intake::shops_of(const source& from) const {
  std::vector<shop_id> out;
  for (const auto& one : with_.settings.shops)
    if (one.source == from.name()) out.push_back(one.id);
  return out;
}

/// One product beside the windows: the cursor stays.
task<result<void>> intake::commit_one(source& from, source_item item, instant version, intake_outcome& total) {
  source_page page{.items = {}, .rejected = {}, .cursor = "", .more = false, .read_started = version};
  page.items.push_back(std::move(item));
  const auto done = co_await commit(from, std::move(page), stream::beside);
  if (!done) co_return std::unexpected(done.error());
  add(total, *done);
  co_return result<void>{};
}

task<result<intake_outcome>> intake::commit(source& from, source_page page, stream of) {
  page_commit out{.from = of,
                  .items = {},
                  .notes = {},
                  .version = page.read_started,
                  .cursor = page.cursor,
                  .more = page.more,
                  .sweep_complete = page.sweep_complete,
                  .window = page.window,
                  .total = page.total,
                  .watermark = page.watermark};
  for (const auto& item : page.items) {
    auto one = checked(item);
    if (one)
      out.items.push_back(std::move(*one));
    else
      page.rejected.push_back(one.error());
  }
  for (const auto& problem : page.rejected) {
    out.notes.push_back(put_aside(problem));
    with_.log("warning", "record_rejected", {{"source", from.name().text()}, {"problem", problem.text()}});
  }
  auto outcome = co_await with_.db.commit_page(from.name(), token_, shops_of(from), std::move(out));
  if (outcome.lease_lost) co_return outcome;
  if (of != stream::beside) co_await from.committed(page.cursor);
  if (!outcome.brake.empty())
    with_.log("error", "sweep_brake", {{"source", from.name().text()}, {"problem", outcome.brake}});
  with_.log(page.items.empty() && page.rejected.empty() ? "debug" : "info", "intake",
            {{"source", from.name().text()},
             {"changed", std::to_string(outcome.changed)},
             {"unchanged", std::to_string(outcome.unchanged)},
             {"deleted", std::to_string(outcome.deleted)},
             {"rejected", std::to_string(page.rejected.size())}});
  if (outcome.changed + outcome.deleted > 0) with_.work.notify();
  co_return outcome;
}

task<void> intake::failed(source& from, const error& why, int failures) {
  with_.log("warning", "source_failed", {{"source", from.name().text()}, {"problem", why.text()}});
  co_await with_.db.source_failed(from.name(), why.text(), with_.time.now());
  const bool at_once = why.kind == error_kind::needs_human || why.kind == error_kind::bug;
  if (!at_once && failures < failures_to_tell) co_return;
  alert told{.kind = alert_kind::source_failing,
             .subject = subject_of_source(from),
             .critical = true,
             .message = fmt::format("{} cannot be read: {}", from.name().text(), why.text()),
             .fix = at_once ? "correct the [[source]] or the connection's rights in the PIM"
                            : "see that the PIM is up and reachable; listingd keeps trying"};
  co_await with_.db.raise(std::move(told), with_.time.now());
}

task<void> intake::recovered(source& from) {
  with_.log("info", "source_recovered", {{"source", from.name().text()}});
  co_await with_.db.source_recovered(from.name());
  co_await with_.db.close_alerts(alert_kind::source_failing, subject_of_source(from), with_.time.now());
}

} // namespace listingd::sync
