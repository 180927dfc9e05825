// A feed that a test writes answer by answer, on a real connection, with its source; and what the source asked for.
#pragma once

#include "catch.hpp"
#include "model/json.hpp"
#include "pim/feed.hpp"
#include "sources/gzipped.hpp"
#include "sources/http_side.hpp"
#include "unit/net/loop.hpp"

#include <deque>
#include <mutex>

namespace listingd::pim::test {

using sources::gzipped;
using sources::http_asked;
using sources::http_reply;

inline std::string record(const std::string& key) {
  return R"({"key":")" + key + R"(","values":{}})";
}

/// A page of records (JSON) and deleted keys.
inline std::string page(const std::vector<std::string>& records, const std::string& next, bool more,
                        const std::vector<std::string>& deleted = {}) {
  std::string out = R"({"records":[)";
  for (const auto& one : records) out += (out.back() == '[' ? "" : ",") + one;
  out += R"(],"deleted":[)";
  for (const auto& one : deleted) out += (out.back() == '[' ? "\"" : ",\"") + one + "\"";
  return out + R"(],"next_cursor":")" + next + R"(","has_more":)" + (more ? "true" : "false") + "}";
}

inline http_reply ok(std::string body, net::header_list headers = {}) {
  return {.status = 200, .headers = std::move(headers), .body = std::move(body)};
}
inline http_reply status(int code, net::header_list headers = {}) {
  return {.status = code, .headers = std::move(headers), .body = "{}"};
}

/// The server's side of the rig.
class scripted_feed {
public:
  /// What is answered next, one after the other; then what `otherwise` says.
  void reply(http_reply what) {
    const std::lock_guard lock(mutex_);
    replies_.push_back(std::move(what));
  }
  void otherwise(std::function<http_reply(const http_asked&)> what) {
    const std::lock_guard lock(mutex_);
    otherwise_ = std::move(what);
  }
  /// The requests so far; asking forgets them.
  std::vector<http_asked> asked() {
    const std::lock_guard lock(mutex_);
    return std::exchange(asked_, {});
  }
  [[nodiscard]] std::string url() const { return side_.url(); }

private:
  http_reply answer(const http_asked& asked) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(asked);
    if (replies_.empty()) return otherwise_ ? otherwise_(asked) : status(599);
    auto out = std::move(replies_.front());
    replies_.pop_front();
    return out;
  }

  std::mutex mutex_;
  std::deque<http_reply> replies_;
  std::vector<http_asked> asked_;
  std::function<http_reply(const http_asked&)> otherwise_;
  sources::http_side side_{[this](const http_asked& asked) { return answer(asked); }};
};

struct feed_rig {
  tests::loop on;
  manual_clock time{*instant_from_text("2026-11-24T08:00:00Z")};
  scripted_feed server;
  std::unique_ptr<net::transport> wire = net::make_client({});
  feed_options options{
      .name = source_name("pim"), .url = server.url() + "/feed/changes", .page_limit = 2, .media_hosts = {}};
  std::unique_ptr<sync::source> source; ///< made when first used
  std::string cursor;                   ///< the last one read

  sync::source& feed() {
    if (!source) source = make_feed_source(options, *wire, time);
    return *source;
  }
  void restart() { source.reset(); }

  std::string last_target() {
    const auto all = server.asked();
    return all.empty() ? "" : all.back().target;
  }
  std::string last_header(std::string_view name) {
    const auto all = server.asked();
    return all.empty() ? "" : std::string(net::header(all.back().headers, name));
  }

  result<sync::source_page> try_read() {
    auto got = on.run(feed().read(cursor));
    if (got) cursor = got->cursor;
    return got;
  }
  sync::source_page read() {
    auto got = try_read();
    INFO((got ? "" : got.error().text()));
    REQUIRE(got);
    return std::move(*got);
  }
  /// Reads a page that this reply makes.
  sync::source_page read(http_reply what) {
    server.reply(std::move(what));
    return read();
  }
  error failure(http_reply what) {
    server.reply(std::move(what));
    const auto got = try_read();
    REQUIRE_FALSE(got);
    return got.error();
  }
};

/// "basic-tee" for a record, "-old-tee" for a tombstone.
inline std::vector<std::string> names(const sync::source_page& page) {
  std::vector<std::string> out;
  for (const auto& item : page.items)
    out.push_back(item.deleted ? "-" + item.key.text() : text_at(item.payload, "key"));
  return out;
}

} // namespace listingd::pim::test
