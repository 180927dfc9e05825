// Listing of keys, single records and media of a feed.
#include "unit/pim/feed_rig.hpp"

namespace listingd::pim {

using namespace test;
using namespace std::chrono_literals;

namespace {

http_reply key_page(const std::string& keys, const std::string& next, bool more) {
  return ok(R"({"keys":[)" + keys + R"(],"next_cursor":")" + next + R"(","has_more":)" + (more ? "true}" : "false}"));
}

struct sweep_rig : feed_rig {
  sweep_rig() {
    options.keys_url = "keys?in=shop";
    options.record_url = "records/{key}?full=1";
  }
  result<sync::key_page> keys(const std::string& cursor, http_reply what) {
    server.reply(std::move(what));
    return on.run(feed().keys(cursor));
  }
  result<bool> is_gone(const std::string& key) { return on.run(feed().is_gone(product_key(key))); }
  result<sync::source_item> read_one(const std::string& key) { return on.run(feed().read_one(product_key(key))); }
  result<sync::fetched_media> media(const std::string& ref, const std::string& validator = "") {
    return on.run(feed().fetch_media(ref, validator));
  }
};

std::vector<std::string> texts(const std::vector<product_key>& keys) {
  std::vector<std::string> out;
  for (const auto& key : keys) out.push_back(key.text());
  return out;
}

} // namespace

TEST_CASE("feed: what it can do is what it serves") {
  feed_rig at;
  CHECK(at.feed().kind() == "feed");
  CHECK_FALSE(at.feed().abilities().lists_keys);
  CHECK_FALSE(at.feed().abilities().reads_one);
  CHECK(at.on.run(at.feed().keys("")).error().code == "unsupported");
  CHECK(at.on.run(at.feed().read_one(product_key("a"))).error().code == "unsupported");
  at.restart();
  at.options.record_url = "records";
  CHECK_FALSE(at.feed().abilities().lists_keys);
  CHECK(at.feed().abilities().reads_one);
  sweep_rig whole;
  CHECK(whole.feed().abilities().lists_keys);
}

TEST_CASE("feed: keys are listed page by page") {
  sweep_rig at;
  const auto first = at.keys("", key_page(R"("a","b")", "b", true));
  REQUIRE(first);
  CHECK(texts(first->keys) == std::vector<std::string>{"a", "b"});
  CHECK(first->more);
  CHECK(first->read_started == at.time.now());
  CHECK(at.last_target() == "/feed/keys?in=shop&limit=2");
  at.restart();
  const auto second = at.keys(first->cursor, ok(R"({"keys":[7],"has_more":false})"));
  REQUIRE(second);
  CHECK(texts(second->keys) == std::vector<std::string>{"7"});
  CHECK_FALSE(second->more);
  CHECK(at.last_target() == "/feed/keys?in=shop&limit=2&cursor=b");
  // a sweep that is resumed at its end asks for the last page again
  REQUIRE(at.keys(second->cursor, ok(R"({"keys":[7],"has_more":false})")));
  CHECK(at.last_target() == "/feed/keys?in=shop&limit=2&cursor=b");
}

TEST_CASE("feed: a listing that is not whole is an error") {
  sweep_rig at;
  const auto first = at.keys("", key_page(R"("a")", "a", true));
  const auto failing = [&](http_reply what) {
    const auto got = at.keys(first->cursor, std::move(what));
    REQUIRE_FALSE(got);
    return got.error().where.substr(at.server.url().size());
  };
  CHECK(failing(ok(R"({"keys":["b",null],"has_more":false})")) == "/feed/keys keys[1]");
  CHECK(failing(ok(R"({"keys":[""],"has_more":false})")) == "/feed/keys keys[0]");
  CHECK(failing(ok(R"({"keys":["b"]})")) == "/feed/keys has_more");
  CHECK(failing(ok(R"({"keys":["b"],"has_more":true})")) == "/feed/keys next_cursor");
  CHECK(failing(ok(R"({"has_more":false})")) == "/feed/keys keys");
  CHECK(failing(ok("<html>")) == "/feed/keys");
  CHECK(failing(status(404)) == "/feed/keys");
  at.server.asked();
  at.server.reply(status(410)); // it begins once more
  REQUIRE(at.keys(first->cursor, key_page(R"("a")", "a", true)));
  CHECK(at.last_target() == "/feed/keys?in=shop&limit=2");
}

TEST_CASE("feed: a listing without end is an error") {
  sweep_rig at;
  std::string cursor, code;
  for (int i = 0; i < 50 && code.empty(); ++i) {
    const auto got = at.keys(cursor, key_page(R"("a")", "a", true));
    if (got)
      cursor = got->cursor;
    else
      code = got.error().code;
  }
  CHECK(code == "endless");
}

TEST_CASE("feed: gone is what is absent, once record_url has shown that it serves the listing") {
  sweep_rig at;
  REQUIRE(at.keys("", key_page(R"("a","b")", "b", false)));
  SECTION("it does") {
    at.server.reply(status(404));
    at.server.reply(ok(record("a")));
    at.server.asked();
    CHECK(at.is_gone("x y/z") == true);
    const auto asked = at.server.asked();
    REQUIRE(asked.size() == 2);
    CHECK(asked[0].target == "/feed/records/x%20y%2Fz?full=1");
    CHECK(asked[1].target == "/feed/records/a?full=1");
    at.server.reply(status(410)); // it need not be shown again
    CHECK(at.is_gone("y") == true);
    CHECK(at.server.asked().size() == 1);
  }
  SECTION("the first one was deleted after it was listed") {
    at.server.reply(status(404));
    at.server.reply(status(404));
    at.server.reply(ok(record("b")));
    CHECK(at.is_gone("x") == true);
  }
  SECTION("it answers 404 to everything") {
    at.server.otherwise([](const http_asked&) { return status(404); });
    const auto gone = at.is_gone("x");
    REQUIRE_FALSE(gone);
    CHECK(gone.error().code == "record_url_wrong");
    CHECK(gone.error().kind == error_kind::needs_human);
    CHECK(at.read_one("x").error().code == "record_url_wrong");
  }
  SECTION("a new sweep asks anew") {
    at.server.reply(status(404));
    at.server.reply(ok(record("a")));
    CHECK(at.is_gone("x") == true);
    REQUIRE(at.keys("", key_page(R"("a")", "a", false)));
    at.server.otherwise([](const http_asked&) { return status(404); });
    CHECK_FALSE(at.is_gone("x"));
  }
  SECTION("trouble on the way is trouble, no answer") {
    at.server.reply(status(404));
    at.server.reply(status(503));
    CHECK(at.is_gone("x").error().kind == error_kind::retry);
  }
}

TEST_CASE("feed: what is there, hidden or unknown is not gone") {
  sweep_rig at;
  at.server.reply(ok(record("x")));
  CHECK(at.is_gone("x") == false);
  at.server.reply(status(403));
  CHECK(at.is_gone("x") == false);
  at.server.reply(status(401));
  CHECK(at.is_gone("x").error().code == "unauthorized");
  at.server.reply(status(500));
  CHECK(at.is_gone("x").error().kind == error_kind::retry);
  at.server.asked();
  CHECK(at.is_gone("..") == false); // no path can ask for it
  CHECK(at.server.asked().empty());
}

TEST_CASE("feed: one product is read as it is now, or as its tombstone") {
  sweep_rig at;
  at.server.reply(ok(record("a b")));
  const auto there = at.read_one("a b");
  REQUIRE(there);
  CHECK(text_at(there->payload, "key") == "a b");
  CHECK(there->where == at.server.url() + "/feed/records/a%20b");
  at.server.reply(status(404));
  at.server.reply(key_page(R"("a")", "a", true));
  at.server.reply(ok(record("a")));
  const auto gone = at.read_one("x");
  REQUIRE(gone);
  CHECK(gone->deleted);
  CHECK(gone->key.text() == "x");
  at.server.reply(ok(record("another")));
  CHECK(at.read_one("x").error().where.ends_with("/feed/records/x key"));
  at.server.reply(ok(R"({"key":"x","values":7})"));
  CHECK(at.read_one("x").error().where.ends_with("/feed/records/x values"));
  CHECK(at.read_one("..").error().code == "key_unusable");
}

TEST_CASE("feed: pictures come from the feed's origin with its credentials, seen from its address") {
  sweep_rig at;
  at.options.auth = feed_auth::bearer;
  at.options.credential = secret("geheim");
  at.server.reply(ok("picture", {{"ETag", "\"1\""}}));
  const auto got = at.media("images/größe 1.jpg?w=2");
  REQUIRE(got);
  CHECK(got->bytes == "picture");
  CHECK(got->validator == "\"1\"");
  const auto asked = at.server.asked().at(0);
  CHECK(asked.target == "/feed/images/gr%C3%B6%C3%9Fe%201.jpg?w=2");
  CHECK(net::header(asked.headers, "Authorization") == "Bearer geheim");
  at.server.reply(status(304));
  const auto again = at.media(at.server.url() + "/elsewhere.jpg", "\"1\"");
  REQUIRE(again);
  CHECK(again->unchanged);
  CHECK(again->validator == "\"1\"");
  CHECK(at.last_header("If-None-Match") == "\"1\"");
  at.server.reply(status(404));
  CHECK(at.media("none.jpg").error().code == "media_missing");
  for (const auto* forbidden :
       {"https://169.254.169.254/x", "https://elsewhere.example/x", "file:///etc/passwd", "//"}) {
    CAPTURE(forbidden);
    CHECK(at.media(forbidden).error().code == "media_refused");
  }
  CHECK(at.server.asked().size() == 1);
}

} // namespace listingd::pim
