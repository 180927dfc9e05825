// A folder with its source, and intake's part of the bargain: what is committed, and what a crash forgets.
#pragma once

#include "catch.hpp"
#include "model/json.hpp"
#include "pim/folder.hpp"
#include "unit/temp_folder.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fcntl.h>
#include <set>
#include <sys/stat.h>

namespace listingd::pim::test {

template <class T>
T run(task<T> work) {
  asio::io_context loop;
  auto done = asio::co_spawn(loop, std::move(work), asio::use_future);
  loop.run();
  return done.get();
}

inline std::string record(const std::string& key) {
  return R"({"key":")" + key + R"(","values":{}})";
}
inline std::string records(const std::string& prefix, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += record(prefix + std::to_string(i)) + "\n";
  return out;
}

struct folder_rig {
  listingd::test::temp_folder folder;
  manual_clock time{*instant_from_text("2026-11-24T08:00:00Z")};
  asio::thread_pool pool{1};
  folder_options options{.name = source_name("pim"), .directory = folder.path(), .media_hosts = {}, .page_lines = 3};
  std::string cursor; ///< the last one committed
  std::unique_ptr<sync::source> source = make();

  std::unique_ptr<sync::source> make() { return make_folder_source(options, time, pool); }
  /// What a crash and a restart leave: the folder and the committed cursor.
  void restart() { source = make(); }

  /// Drops a file that was finished an hour ago, as the rig's clock sees it.
  void drop(const std::string& name, const std::string& bytes) {
    folder.put(name, bytes);
    age(name, duration{3'600'000});
  }
  void age(const std::string& name, duration ago) const {
    const auto written = time.now() - ago;
    const auto since = written.time_since_epoch().count();
    const timespec at{.tv_sec = since / 1000, .tv_nsec = since % 1000 * 1'000'000};
    const timespec both[] = {at, at};
    REQUIRE(::utimensat(AT_FDCWD, (folder.path() / name).c_str(), both, AT_SYMLINK_NOFOLLOW) == 0);
  }

  sync::source_page read() {
    auto page = run(source->read(cursor));
    INFO((page ? "" : page.error().text()));
    REQUIRE(page);
    return *page;
  }
  void commit(const sync::source_page& page) {
    cursor = page.cursor;
    tell_committed();
  }
  void tell_committed() {
    asio::io_context loop;
    auto done = asio::co_spawn(loop, source->committed(cursor), asio::use_future);
    loop.run();
    done.get();
  }

  static bool idle(const sync::source_page& page, const std::string& before) {
    return page.items.empty() && page.rejected.empty() && page.cursor == before && !page.sweep_complete &&
           !page.watermark;
  }

  /// What intake sees until nothing is left, every page committed.
  struct everything {
    std::vector<std::string> keys, deleted, rejected;
    std::vector<json::value> payloads;
    std::vector<instant> versions;
    int sweeps = 0;
  };
  everything read_all() {
    everything out;
    for (bool more = true; more;) {
      const auto page = read();
      if (idle(page, cursor)) break;
      for (const auto& item : page.items) {
        if (item.deleted) {
          out.deleted.push_back(item.key.text());
        } else {
          out.keys.push_back(text_at(item.payload, "key"));
          out.payloads.push_back(item.payload);
        }
        out.versions.push_back(page.read_started);
      }
      for (const auto& problem : page.rejected) out.rejected.push_back(problem.text());
      out.sweeps += page.sweep_complete ? 1 : 0;
      more = page.more;
      commit(page);
    }
    return out;
  }

  [[nodiscard]] std::set<std::string> names(const std::string& where) const {
    std::set<std::string> out;
    if (!folder.has(where)) return out;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path() / where))
      if (where != "." || entry.is_regular_file()) out.insert(entry.path().filename().string());
    return out;
  }
};

using names = std::set<std::string>;
using texts = std::vector<std::string>;

} // namespace listingd::pim::test
