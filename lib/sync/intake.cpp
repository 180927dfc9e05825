#include "sync/intake.hpp"

#include "model/digest.hpp"
#include "model/json.hpp"

namespace listingd::sync {

namespace {

constexpr duration source_lease{120'000};

/// An item of a page as a row; or why not.
result<intake_item> checked(const source_item& item) {
  if (item.deleted) return intake_item{.key = item.key, .payload = std::nullopt, .digest = "", .where = item.where};
  auto read = parse_record(item.payload, item.where);
  if (!read) return std::unexpected(read.error());
  return intake_item{.key = read->key, .payload = item.payload, .digest = read->digest, .where = item.where};
}

note rejected(const error& problem) {
  return {.who = "pim", .event = "record_rejected", .message = problem.text(), .evidence = nullptr};
}

} // namespace

task<void> intake::run(source& from, duration poll_every) {
  constexpr duration request_look{500};
  while (!with_.stopping) {
    bool broken = false;
    try {
      const auto done = co_await read_all(from);
      if (!done) {
        with_.log("warning", "source_failed", {{"source", from.name().text()}, {"problem", done.error().text()}});
        co_await with_.db.source_failed(from.name(), done.error().text());
      }
      for (duration waited{0}; waited < poll_every && !with_.stopping; waited += request_look) {
        co_await with_.rest(std::min(poll_every, request_look));
        if (co_await with_.db.take_read_request(from.name())) break;
      }
    } catch (const std::exception& problem) { // the database is away: the cursor stands where it stood
      with_.log("error", "intake_broken", {{"source", from.name().text()}, {"problem", problem.what()}});
      broken = true;
    }
    if (broken) co_await with_.rest(poll_every);
  }
}

task<result<intake_outcome>> intake::read_all(source& from) {
  if (token_.empty()) token_ = with_.settings.instance.empty() ? random_uuid() : with_.settings.instance;
  std::vector<shop_id> shops;
  for (const auto& one : with_.settings.shops)
    if (one.source == from.name()) shops.push_back(one.id);
  intake_outcome total;
  for (bool more = true; more;) {
    const auto cursor = co_await with_.db.lease_source(from.name(), token_, source_lease);
    if (!cursor) co_return total; // another instance reads it
    auto page = co_await from.read(*cursor);
    if (!page) co_return std::unexpected(page.error());
    more = page->more;
    const bool idle = page->items.empty() && page->rejected.empty() && page->cursor == *cursor && !page->sweep_complete;
    if (idle) co_return total;
    auto done = co_await commit(from, std::move(*page), shops);
    if (!done) co_return done;
    total.changed += done->changed;
    total.unchanged += done->unchanged;
    total.deleted += done->deleted;
    if (!done->brake.empty()) total.brake = done->brake;
  }
  co_return total;
}

task<result<intake_outcome>> intake::commit(source& from, source_page page, std::vector<shop_id> shops) {
  std::vector<intake_item> items;
  std::vector<note> notes;
  for (const auto& item : page.items) {
    auto one = checked(item);
    if (one)
      items.push_back(std::move(*one));
    else
      page.rejected.push_back(one.error());
  }
  for (const auto& problem : page.rejected) {
    notes.push_back(rejected(problem));
    with_.log("warning", "record_rejected", {{"source", from.name().text()}, {"problem", problem.text()}});
  }
  auto outcome = co_await with_.db.commit_page(from.name(), shops, std::move(items), page.read_started, page.cursor,
                                               page.sweep_complete, std::move(notes));
  co_await from.committed(page.cursor);
  if (!outcome.brake.empty())
    with_.log("error", "sweep_brake", {{"source", from.name().text()}, {"problem", outcome.brake}});
  with_.log("info", "intake",
            {{"source", from.name().text()},
             {"changed", std::to_string(outcome.changed)},
             {"unchanged", std::to_string(outcome.unchanged)},
             {"deleted", std::to_string(outcome.deleted)},
             {"rejected", std::to_string(page.rejected.size())}});
  if (outcome.changed + outcome.deleted > 0) with_.work.notify();
  co_return outcome;
}

} // namespace listingd::sync
