#include "pim/akeneo_reading.hpp"

#include "model/json.hpp"

#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

namespace {

const char* words_of(akeneo_kind kind) {
  return kind == akeneo_kind::product ? "products" : "product models";
}

} // namespace

akeneo_reading::akeneo_reading(akeneo_client& client, akeneo_reference& reference, const clock& time)
    : client_(client), reference_(reference), time_(time), options_(client.options()), zone_(options_.pim_timezone),
      gathering_(client, reference, zone_) {}

task<result<sync::source_page>> akeneo_reading::read(std::string cursor) {
  const auto started = time_.now();
  auto at = akeneo_cursor::from(cursor);
  client_.remember(at.endpoint);
  if (!endless_.empty() && cursor == endless_) at.window.reset(); // it was told; now from the window's start
  endless_.clear();
  if (!at.window)
    if (const auto opened = co_await open_window(at); !opened) co_return std::unexpected(opened.error());
  // a phase without a single item is no page: the next one's begins at once
  auto page = co_await read_page(at);
  while (page && page->more && page->items.empty() && page->rejected.empty()) {
    const auto next = akeneo_cursor::from(page->cursor);
    if (!next.window || !next.window->after.empty()) break;
    page = co_await read_page(next);
  }
  if (!page && page.error().code == "listing_endless") endless_ = cursor;
  if (page) page->read_started = started;
  co_return page;
}

/// The first request tells the PIM's time: what is saved later than that is the next window's.
task<result<void>> akeneo_reading::open_window(akeneo_cursor& at) {
  const auto now = time_.now();
  const auto code = co_await reference_.identifier();
  if (!code) co_return std::unexpected(code.error());
  akeneo_listing glance{.only_attribute = *code, .limit = 1};
  const auto page = co_await client_.list(std::move(glance), "");
  if (!page) co_return std::unexpected(page.error());
  akeneo_window window{.from = {}, .to = page->date.value_or(std::chrono::floor<std::chrono::seconds>(now))};
  if (at.watermark) {
    window.from = std::min(*at.watermark, window.to) - options_.overlap;
  } else {
    const auto total = co_await count_everything();
    if (!total) co_return std::unexpected(total.error());
    window.total = *total;
  }
  at.endpoint = client_.endpoint();
  at.window = std::move(window);
  co_return result<void>{};
}

/// Records that a reading of everything will bring; nothing when the PIM does not count.
task<result<std::optional<std::int64_t>>> akeneo_reading::count_everything() {
  std::int64_t sum = 0;
  for (const auto kind : {akeneo_kind::product, akeneo_kind::model}) {
    const auto some = co_await client_.count(gathering_.everything(kind));
    if (!some && some.error().kind == error_kind::retry) co_return std::unexpected(some.error());
    if (!some) co_return std::nullopt;
    sum += *some;
  }
  co_return std::optional(sum);
}

task<result<akeneo_listing>> akeneo_reading::listing_of(akeneo_window window) {
  if (!window.from) co_return gathering_.everything(window.phase);
  const auto code = co_await reference_.identifier();
  if (!code) co_return std::unexpected(code.error());
  if (const auto done = co_await zone_.find_out(client_, *code); !done) co_return std::unexpected(done.error());
  co_return co_await gathering_.changed(window.phase, zone_.between(*window.from, window.to));
}

task<result<sync::source_page>> akeneo_reading::read_page(akeneo_cursor at) {
  auto& window = *at.window;
  const auto phase = window.phase;
  if (window.pages >= options_.page_cap)
    co_return std::unexpected(error{.kind = error_kind::needs_human,
                                    .code = "listing_endless",
                                    .message = fmt::format("the listing of {} has more than {} pages: its way on has "
                                                           "no end; the window begins again",
                                                           words_of(phase), options_.page_cap),
                                    .where = "GET " + path_of(phase, options_, at.endpoint)});
  auto asked = co_await listing_of(window);
  if (!asked) co_return std::unexpected(asked.error());
  auto listed = co_await client_.list(std::move(*asked), window.after);
  if (!listed) co_return std::unexpected(listed.error());
  const bool changes = window.from.has_value();
  const auto where = fmt::format("{} page {}", words_of(phase), ++window.pages);
  auto made = phase == akeneo_kind::product ? co_await gathering_.products(std::move(listed->items), where, changes)
                                            : co_await gathering_.models(std::move(listed->items), where, changes);
  if (!made) co_return std::unexpected(made.error());
  sync::source_page page{.items = std::move(made->items), .rejected = std::move(made->rejected), .more = true};
  page.window = window.words();
  page.total = window.total;
  window.after = std::move(listed->after);
  if (window.after.empty()) page.more = end_phase(at, page);
  page.cursor = at.text();
  co_return page;
}

/// False when the window ends with it.
bool akeneo_reading::end_phase(akeneo_cursor& at, sync::source_page& page) {
  auto& window = *at.window;
  if (window.phase == akeneo_kind::product) {
    window.phase = akeneo_kind::model;
    window.pages = 0;
    return true;
  }
  at.watermark = window.to;
  page.watermark = window.to;
  at.window.reset();
  return false;
}

task<result<akeneo_gathered>> akeneo_reading::read_one(std::string key) {
  constexpr bool as_changed = true; // what the filters do not select is a tombstone
  for (const auto kind : {akeneo_kind::product, akeneo_kind::model}) {
    akeneo_listing named{.of = kind, .keys = {key}};
    auto page = co_await client_.list(std::move(named), "");
    const bool no_such_key = !page && page.error().code == "refused" && kind == akeneo_kind::product; // no uuid
    if (!page && !no_such_key) co_return std::unexpected(page.error());
    if (!page || page->items.empty()) continue;
    if (!text_at(page->items.front(), "parent").empty()) co_return akeneo_gathered{};
    co_return kind == akeneo_kind::product
        ? co_await gathering_.products(std::move(page->items), "asked for:", as_changed)
        : co_await gathering_.models(std::move(page->items), "asked for:", as_changed);
  }
  co_return akeneo_gathered{};
}

task<result<sync::key_page>> akeneo_reading::keys(std::string cursor) {
  sync::key_page out;
  out.read_started = time_.now();
  auto at = akeneo_cursor::from(cursor);
  if (!at.window) at.window = akeneo_window{.to = out.read_started};
  auto& window = *at.window;
  if (window.pages >= options_.page_cap)
    co_return makes_no_sense("GET " + path_of(window.phase, options_, client_.endpoint()), "the listing has no end");
  const auto code = co_await reference_.identifier();
  if (!code) co_return std::unexpected(code.error());
  auto asked = gathering_.everything(window.phase);
  asked.only_attribute = *code;
  auto page = co_await client_.list(std::move(asked), window.after);
  if (!page) co_return std::unexpected(page.error());
  if (window.phase == akeneo_kind::product) {
    for (const auto& one : page->items)
      if (auto key = client_.key(one, window.phase); !key.empty() && text_at(one, "parent").empty())
        out.keys.emplace_back(std::move(key));
  } else {
    auto roots = co_await gathering_.selected_roots(std::move(page->items));
    if (!roots) co_return std::unexpected(roots.error());
    for (auto& one : *roots) out.keys.emplace_back(std::move(one));
  }
  ++window.pages;
  window.after = std::move(page->after);
  sync::source_page ending;
  out.more = !window.after.empty() || end_phase(at, ending);
  out.cursor = out.more ? at.text() : "";
  co_return out;
}

} // namespace listingd::pim
