#include "unit/pim/feed_rig.hpp"

namespace listingd::pim {

using namespace test;
using namespace std::chrono_literals;
using names_of = std::vector<std::string>;

TEST_CASE("feed: a window is read page by page, and its end is a watermark at its beginning") {
  feed_rig at;
  const auto began = at.time.now();
  const auto first = at.read(
      ok(R"({"records":[)" + record("a") + "," + record("b") + R"(],"next_cursor":"2 &/","has_more":true,"total":3})"));
  CHECK(at.last_target() == "/feed/changes?limit=2");
  CHECK(names(first) == names_of{"a", "b"});
  CHECK(first.more);
  CHECK_FALSE(first.watermark);
  CHECK(first.read_started == began);
  CHECK(first.total == 3);
  CHECK(first.window == "everything");

  at.time.advance(5s);
  const auto second = at.read(ok(page({record("c")}, "3", false, {"old"})));
  CHECK(at.last_target() == "/feed/changes?limit=2&cursor=2%20%26%2F");
  CHECK(names(second) == names_of{"c", "-old"});
  CHECK_FALSE(second.more);
  CHECK(second.watermark == began);
  CHECK(second.read_started == began + 5s);
  CHECK(second.total == 3);

  at.time.advance(60s);
  const auto next = at.read(ok(page({record("a")}, "4", false)));
  CHECK(at.last_target() == "/feed/changes?limit=2&cursor=3");
  CHECK(next.window == "changes since 2026-11-24T08:00:00Z");
  CHECK(next.watermark == began + 65s);
}

TEST_CASE("feed: the total counts what earlier pages brought") {
  feed_rig at;
  at.read(ok(R"({"records":[)" + record("a") + "," + record("b") + R"(],"next_cursor":"2","has_more":true})"));
  const auto second =
      at.read(ok(R"({"records":[)" + record("c") + R"(],"next_cursor":"3","has_more":true,"total":5})"));
  CHECK(second.total == 7);
  CHECK(at.read(ok(page({}, "4", true))).total == 7);
}

TEST_CASE("feed: the cursor alone tells where a new process goes on") {
  feed_rig at;
  const auto began = at.time.now();
  at.read(ok(page({record("a")}, "1", true)));
  at.restart();
  at.time.advance(3s);
  at.read(ok(page({record("b")}, "2", true)));
  CHECK(at.last_target().ends_with("&cursor=1"));
  at.restart();
  at.time.advance(3s);
  const auto last = at.read(ok(page({record("c")}, "3", false), {{"ETag", "\"3\""}}));
  CHECK(at.last_target().ends_with("&cursor=2"));
  CHECK(last.watermark == began);
  at.restart();
  at.read(status(304));
  CHECK(at.last_header("If-None-Match") == "\"3\"");
}

TEST_CASE("feed: an idle poll costs a 304 and changes nothing but the watermark") {
  feed_rig at;
  at.read(ok(page({record("a")}, "1", true), {{"ETag", "\"of no end\""}}));
  at.read(ok(page({record("b")}, "2", false), {{"ETag", "\"2\""}}));
  CHECK(at.last_header("If-None-Match").empty());
  const auto resting = at.cursor;
  for (int poll = 0; poll < 3; ++poll) {
    at.time.advance(60s);
    const auto idle = at.read(status(304));
    CHECK(at.last_header("If-None-Match") == "\"2\"");
    CHECK(idle.items.empty());
    CHECK_FALSE(idle.more);
    CHECK(idle.watermark == at.time.now());
    CHECK(at.cursor == resting);
  }
  at.read(ok(page({}, "2", false), {{"ETag", "\"2\""}})); // a feed that knows no 304
  CHECK(at.cursor == resting);
  CHECK(names(at.read(ok(page({record("c")}, "3", true)))) == names_of{"c"});
  at.read(ok(page({record("d")}, "4", false)));
  CHECK(at.last_header("If-None-Match").empty());
  CHECK(at.failure(status(304)).code == "status"); // no one asked for it
}

TEST_CASE("feed: a cursor that the feed no longer knows begins everything once more") {
  feed_rig at;
  at.read(ok(page({record("a")}, "1", false), {{"ETag", "\"1\""}}));
  at.time.advance(60s);
  at.server.asked();
  at.server.reply(status(410));
  const auto first = at.read(ok(page({record("a")}, "7", true)));
  const auto asked = at.server.asked();
  REQUIRE(asked.size() == 2);
  CHECK(asked[1].target == "/feed/changes?limit=2");
  CHECK(net::header(asked[1].headers, "If-None-Match").empty());
  CHECK(first.window == "everything once more: the feed no longer knew the cursor");
  const auto last = at.read(ok(page({record("b")}, "8", false)));
  CHECK(last.window == first.window);
  CHECK(last.watermark == at.time.now());
  CHECK_FALSE(last.sweep_complete); // only a sweep of keys finds what is gone
  at.time.advance(60s);
  CHECK(at.read(ok(page({}, "8", false))).window == "changes since 2026-11-24T08:01:00Z");
}

TEST_CASE("feed: cursors that never live long enough are told of, and still tried again") {
  feed_rig at;
  CHECK(at.failure(status(410)).code == "status"); // to a request without a cursor
  at.read(ok(page({record("a")}, "1", true)));
  for (int restart = 0; restart < 3; ++restart) {
    at.server.reply(status(410));
    at.read(ok(page({record("a")}, "1", true)));
  }
  const auto told = at.failure(status(410));
  CHECK(told.kind == error_kind::needs_human);
  CHECK(told.code == "cursor_too_old");
  at.server.reply(status(410));
  at.read(ok(page({record("a")}, "1", true)));
  at.read(ok(page({record("b")}, "2", false))); // the feed was mended
}

TEST_CASE("feed: pages without end are an error that a person is told of, and that can end") {
  feed_rig at;
  const auto endless = [&] {
    for (int pages = 0; pages < 200; ++pages) {
      const auto got = at.try_read();
      if (!got) return got.error().code;
      CHECK(got->more);
    }
    return std::string("went on");
  };
  int asked = 0;
  SECTION("the same cursor for ever") {
    at.server.otherwise([](const http_asked&) { return ok(page({record("a")}, "1", true)); });
    CHECK(endless() == "endless");
  }
  SECTION("cursors in a circle") {
    at.server.otherwise([&](const http_asked&) { return ok(page({}, std::to_string(asked++ % 7), true)); });
    CHECK(endless() == "endless");
    CHECK(asked < 50);
  }
  SECTION("ever new cursors") {
    at.options.most_pages = 30;
    at.server.otherwise([&](const http_asked&) { return ok(page({}, std::to_string(asked++), true)); });
    CHECK(endless() == "endless");
    CHECK(asked == 30);
  }
  CHECK(at.try_read()); // after a pause it is tried on
  at.server.otherwise([](const http_asked&) { return ok(page({record("b")}, "end", false)); });
  CHECK(names(at.read()) == names_of{"b"});
  CHECK_FALSE(at.read().more);
}

TEST_CASE("feed: one page that comes twice is no error") {
  feed_rig at;
  at.read(ok(page({record("a")}, "1", true)));
  at.read(ok(page({record("a")}, "1", true)));
  CHECK(names(at.read(ok(page({record("b")}, "2", false)))) == names_of{"b"});
}

TEST_CASE("feed: a cursor of another address or kind is a beginning") {
  feed_rig at;
  at.read(ok(page({record("a")}, "1", false)));
  at.restart();
  at.options.url += "?channel=shop";
  at.read(ok(page({record("a")}, "1", false)));
  CHECK(at.last_target() == "/feed/changes?channel=shop&limit=2");
  for (const auto* other : {"garbage", R"({"file":"x"})", R"({"v":99})", "7", "null"}) {
    at.cursor = other;
    at.read(ok(page({}, "1", false)));
    CHECK(at.last_target() == "/feed/changes?channel=shop&limit=2");
  }
}

TEST_CASE("feed: what cannot be used is put aside with its place, and the rest counts") {
  feed_rig at;
  at.read(ok(page({record("a")}, "1", true)));
  const auto mixed = at.read(ok(
      R"({"records":[{"key":"bad","values":{"name":7}},)" + record("good") +
      R"(,7,{"values":{}}],"deleted":["gone","",null,{"key":"x"},"good","bad",12],"next_cursor":2,"has_more":false})"));
  CHECK(names(mixed) == names_of{"good", "-gone", "-12"});
  CHECK(mixed.items[0].where == "page 2 records[1] good");
  CHECK(mixed.items[1].where == "page 2 deleted[0]");
  names_of places;
  for (const auto& one : mixed.rejected) places.push_back(one.where);
  CHECK(places == names_of{"page 2 records[0] bad values.name", "page 2 records[2]", "page 2 records[3] key",
                           "page 2 deleted[1]", "page 2 deleted[2]", "page 2 deleted[3]", "page 2 deleted[4] good",
                           "page 2 deleted[5] bad"});
  at.read(ok(page({}, "3", false)));
  CHECK(at.last_target().ends_with("cursor=2"));
}

TEST_CASE("feed: a page that makes no sense names its path and never ends the window") {
  const auto [body, path] = GENERATE(table<const char*, const char*>({
      {"", "page 1"},
      {"<html>Sign in</html>", "page 1"},
      {R"({"records":[)", "page 1"},
      {"[]", "page 1"},
      {R"({"records":[],"next_cursor":"1"})", "page 1 has_more"},
      {R"({"records":[],"next_cursor":"1","has_more":null})", "page 1 has_more"},
      {R"({"records":[],"next_cursor":"1","has_more":"false"})", "page 1 has_more"},
      {R"({"records":[],"has_more":false})", "page 1 next_cursor"},
      {R"({"records":[],"next_cursor":"","has_more":false})", "page 1 next_cursor"},
      {R"({"records":[],"next_cursor":1.5,"has_more":false})", "page 1 next_cursor"},
      {R"({"records":[],"next_cursor":["1"],"has_more":false})", "page 1 next_cursor"},
      {R"({"records":[],"next_cursor":"\u0000","has_more":false})", "page 1 next_cursor"},
      {R"({"next_cursor":"1","has_more":false})", "page 1 records"},
      {R"({"records":{},"next_cursor":"1","has_more":false})", "page 1 records"},
      {R"({"records":[],"deleted":"a","next_cursor":"1","has_more":false})", "page 1 deleted"},
  }));
  CAPTURE(body);
  feed_rig at;
  const auto problem = at.failure(ok(body));
  CHECK(problem.kind == error_kind::needs_human);
  CHECK(problem.code == "answer_invalid");
  CHECK(problem.where == at.options.url + " " + path);
  CHECK_FALSE(problem.message.empty());
}

TEST_CASE("feed: options that cannot work are named") {
  const auto wrong = [](auto change) {
    feed_options options{.name = source_name("pim"), .url = "https://pim.example.com/feed", .media_hosts = {}};
    change(options);
    return mistake_in(options).value_or("");
  };
  using o = feed_options;
  CHECK(wrong([](o&) {}).empty());
  CHECK(wrong([](o& it) { it.keys_url = "/keys", it.record_url = "records/{key}"; }).empty());
  CHECK(wrong([](o& it) { it.url = "ftp://pim"; }).starts_with("'url': "));
  CHECK(wrong([](o& it) { it.url = "https://user:geheim@pim.example.com"; }).find("geheim") == std::string::npos);
  CHECK(wrong([](o& it) { it.keys_url = "ht tp:", it.record_url = "r"; }) == "'keys_url' is no URL");
  CHECK(wrong([](o& it) { it.record_url = "ftp://x/{key}"; }) == "'record_url' is no URL");
  CHECK(wrong([](o& it) { it.keys_url = "keys"; }).starts_with("'keys_url' needs 'record_url'"));
  CHECK_FALSE(wrong([](o& it) { it.auth = feed_auth::hmac; }).empty());
  CHECK_FALSE(wrong([](o& it) { it.auth = feed_auth::bearer, it.credential = secret("a\nb"); }).empty());
  CHECK(wrong([](o& it) { it.auth = feed_auth::basic, it.credential = secret("x"); }) == "'username' is missing");
  manual_clock time{instant{}};
  const auto wire = net::make_client({});
  CHECK_THROWS_AS(make_feed_source({.url = "no URL", .media_hosts = {}}, *wire, time), std::invalid_argument);
}

} // namespace listingd::pim
