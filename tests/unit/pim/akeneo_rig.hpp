// An Akeneo with its source, and intake's part of the bargain: what is committed, and what a crash forgets.
#pragma once

#include "catch.hpp"
#include "model/record.hpp"
#include "sources/akeneo_side.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <functional>

namespace listingd::pim::test {

using namespace sources;
using texts = std::vector<std::string>;

struct akeneo_rig {
  asio::io_context loop;
  manual_clock time{*instant_from_text("2026-11-24T08:00:00Z")};
  akeneo_server server{time.now()};
  std::unique_ptr<net::transport> wire = net::make_client({});
  akeneo_options options = options_for(server, 3);
  std::unique_ptr<sync::source> source;
  std::string cursor; ///< the last one committed

  akeneo_rig() {
    furnish(server);
    restart();
  }

  /// What a crash and a restart leave: the PIM and the committed cursor.
  void restart() { source = make_akeneo_source(options, *wire, time); }

  template <class T>
  T run(task<T> work) {
    auto done = asio::co_spawn(loop, std::move(work), asio::use_future);
    loop.restart();
    loop.run();
    return done.get();
  }

  void put(const pim_product& product) { put_product(server, product); }
  void pass(duration by) {
    server.pass(by);
    time.advance(by);
  }

  sync::source_page read() {
    auto page = run(source->read(cursor));
    INFO((page ? "" : page.error().text()));
    REQUIRE(page);
    return *page;
  }

  /// What intake makes of pages until the source has nothing more.
  struct everything {
    std::map<std::string, json::value> records; ///< the last of each key
    texts upserts, deleted, rejected, windows;
    int pages = 0;
    std::optional<std::int64_t> total;
    std::optional<instant> watermark;

    [[nodiscard]] std::set<std::string> keys() const { return {upserts.begin(), upserts.end()}; }
  };
  void take(everything& into, const sync::source_page& page) {
    ++into.pages;
    for (const auto& item : page.items) {
      if (item.deleted) {
        into.deleted.push_back(item.key.text());
        continue;
      }
      INFO(json::serialize(item.payload));
      REQUIRE(parse_record(item.payload, item.where));
      into.upserts.push_back(text_at(item.payload, "key"));
      into.records[into.upserts.back()] = item.payload;
    }
    for (const auto& problem : page.rejected) into.rejected.push_back(problem.text());
    into.windows.push_back(page.window);
    if (page.total) into.total = page.total;
    if (page.watermark) into.watermark = page.watermark;
    cursor = page.cursor;
  }
  everything read_all() {
    everything out;
    for (bool more = true; more;) {
      const auto page = read();
      take(out, page);
      more = page.more;
    }
    return out;
  }

  /// The error of a reading that must fail.
  error failure() {
    auto page = run(source->read(cursor));
    REQUIRE_FALSE(page);
    return page.error();
  }

  std::set<std::string> all_keys() {
    std::set<std::string> out;
    std::string at;
    for (bool more = true; more;) {
      const auto page = run(source->keys(at));
      REQUIRE(page);
      for (const auto& key : page->keys) CHECK(out.insert(key.text()).second);
      at = page->cursor;
      more = page->more;
    }
    return out;
  }
};

using names = std::set<std::string>;

inline std::string title_of(const json::value& record) {
  return text_at(find(record, "values.name")->get_array().at(0), "data");
}

} // namespace listingd::pim::test
