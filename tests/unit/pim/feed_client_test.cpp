// Requests of a feed's source as they are on the wire, and what it makes of answers.
#include "model/digest.hpp"
#include "unit/pim/feed_rig.hpp"

namespace listingd::pim {

using namespace test;
using namespace std::chrono_literals;

TEST_CASE("feed: credentials are sent as configured") {
  feed_rig at;
  at.options.credential = secret("geheim");
  SECTION("bearer") {
    at.options.auth = feed_auth::bearer;
    at.read(ok(page({}, "1", false)));
    CHECK(at.last_header("Authorization") == "Bearer geheim");
  }
  SECTION("basic") {
    at.options.auth = feed_auth::basic;
    at.options.username = "me";
    at.read(ok(page({}, "1", false)));
    CHECK(at.last_header("Authorization") == "Basic bWU6Z2VoZWlt");
  }
  SECTION("an HMAC over time, method, path and query") {
    at.options.auth = feed_auth::hmac;
    at.read(ok(page({}, "1", true)));
    at.server.asked();
    at.time.advance(1500ms);
    at.read(ok(page({}, "2", false)));
    const auto asked = at.server.asked().at(0);
    CHECK(net::header(asked.headers, "X-Listingd-Timestamp") == "1795507201");
    CHECK(net::header(asked.headers, "X-Listingd-Signature") ==
          hmac_sha256_hex("geheim", "1795507201\nGET\n/feed/changes?limit=2&cursor=1"));
  }
  SECTION("none") {
    at.options.auth = feed_auth::none;
    at.read(ok(page({}, "1", false)));
    CHECK(at.last_header("Authorization").empty());
  }
}

TEST_CASE("feed: each status means what the contract says, and no error shows a secret") {
  struct expectation {
    int status;
    const char* wait;
    error_kind kind;
    const char* code;
    std::optional<duration> after;
  };
  const auto person = error_kind::needs_human, again = error_kind::retry;
  const auto want = GENERATE_COPY(values<expectation>({
      {204, "", person, "status", {}},
      {301, "", person, "status", {}},
      {400, "", person, "status", {}},
      {401, "", person, "unauthorized", {}},
      {403, "", person, "forbidden", {}},
      {404, "", person, "status", {}},
      {408, "", again, "status", {}},
      {429, "7", again, "status", 7s},
      {429, "soon", again, "status", {}},
      {429, "-1", again, "status", {}},
      {429, "99999999999999999999", again, "status", {}},
      {500, "", again, "status", {}},
      {503, "864000", again, "status", 1h},
      {503, "Tue, 24 Nov 2026 08:02:00 GMT", again, "status", 2min},
      {503, "Tue, 24 Nov 2026 07:00:00 GMT", again, "status", 0s},
  }));
  CAPTURE(want.status, want.wait);
  feed_rig at;
  at.options.auth = feed_auth::bearer;
  at.options.credential = secret("geheim");
  at.options.url += "?token=geheim";
  const auto problem = at.failure(status(want.status, {{"Retry-After", want.wait}, {"Location", "/geheim"}}));
  CHECK(problem.kind == want.kind);
  CHECK(problem.code == want.code);
  CHECK(problem.retry_after == want.after);
  CHECK(problem.where == at.server.url() + "/feed/changes");
  CHECK(problem.text().find("geheim") == std::string::npos);
}

TEST_CASE("feed: trouble of the network keeps its kind, and the same page is asked for again") {
  feed_rig at;
  at.read(ok(page({record("a")}, "1", true)));
  const auto how = GENERATE(http_reply::ending::cut_short, http_reply::ending::reset, http_reply::ending::never);
  if (how == http_reply::ending::never) {
    at.options.timeout = 100ms;
    at.restart();
  }
  // a request that nothing answered on a kept connection is repeated once by the client
  if (how == http_reply::ending::reset) at.server.reply({.how = how});
  const auto problem = at.failure({.status = 200, .headers = {}, .body = page({record("b")}, "2", false), .how = how});
  CHECK(problem.kind == error_kind::retry);
  CHECK(problem.code == (how == http_reply::ending::never ? "timeout" : "closed"));
  CHECK(names(at.read(ok(page({record("b")}, "2", false)))) == std::vector<std::string>{"b"});
  CHECK(at.last_target().ends_with("cursor=1"));
}

TEST_CASE("feed: an answer may come compressed, and byte by byte") {
  feed_rig at;
  at.options.page_bytes = 100'000;
  auto body = gzipped(page({record("a")}, "1", false));
  SECTION("well") {
    at.read({.status = 200,
             .headers = {{"Content-Encoding", "GZip"}},
             .body = body,
             .how = http_reply::ending::byte_by_byte});
    CHECK(at.last_header("Accept-Encoding") == "gzip");
  }
  SECTION("damaged") {
    body[body.size() / 2] ^= 1;
    CHECK(at.failure(ok(body, {{"Content-Encoding", "gzip"}})).code == "answer_invalid");
  }
  SECTION("cut") {
    body.resize(body.size() / 2);
    CHECK(at.failure(ok(body, {{"Content-Encoding", "gzip"}})).code == "answer_invalid");
  }
  SECTION("said and not done") {
    CHECK(at.failure(ok(page({}, "1", false), {{"Content-Encoding", "gzip"}})).code == "answer_invalid");
  }
  SECTION("in another way") {
    CHECK(at.failure(ok(body, {{"Content-Encoding", "br"}})).code == "answer_invalid");
  }
  SECTION("as something that would fill the memory") {
    const auto problem = at.failure(ok(gzipped(std::string(3'000'000, ' ')), {{"Content-Encoding", "gzip"}}));
    CHECK(problem.code == "answer_invalid");
    CHECK(problem.message.find("100000 bytes") != std::string::npos);
  }
  SECTION("too large without compression") {
    CHECK(at.failure(ok(std::string(200'000, ' '))).code == "too_large");
  }
}

TEST_CASE("feed: an ETag that cannot be kept is not used") {
  feed_rig at;
  for (const auto& tag : {std::string("\"\xFF\""), std::string(5'000, 'x')}) {
    at.read(ok(page({}, "1", false), {{"ETag", tag}}));
    at.read(ok(page({}, "1", false)));
    CHECK(at.last_header("If-None-Match").empty());
  }
}

} // namespace listingd::pim
