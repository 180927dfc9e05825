#include "sources/http_side.hpp"

#include "catch.hpp"
#include "unit/net/loop.hpp"

using namespace listingd;
using namespace listingd::tests;
using sources::http_asked;
using sources::http_reply;
using sources::http_side;

namespace {

/// A client and a server that says what it was asked, with an ending of the test's choice.
struct stage {
  http_reply::ending how = http_reply::ending::whole;
  http_side side{[this](const http_asked& asked) {
    return http_reply{.status = 200,
                      .headers = {{"Asked", std::string(net::header(asked.headers, "x-who"))}},
                      .body = asked.method + " " + asked.path + " " + asked.query("q") + " " + asked.body,
                      .how = how};
  }};
  loop on;
  std::unique_ptr<net::transport> client = net::make_client({});

  result<net::http_response> send(net::http_request request) {
    request.url = side.url() + request.url;
    return on.run(client->send(std::move(request)));
  }
};

} // namespace

TEST_CASE("the server on a thread sees what was asked and answers what the function says") {
  stage at;
  const auto got =
      at.send({.method = "POST", .url = "/a%20b?q=1+2", .headers = {{"X-Who", "me"}}, .body = "some\r\n\r\nbytes"});
  REQUIRE(got);
  CHECK(got->body == "POST /a b 1 2 some\r\n\r\nbytes");
  CHECK(net::header(got->headers, "asked") == "me");
  for (int i = 0; i < 3; ++i)
    CHECK(at.send({.url = "/" + std::to_string(i)})->body == "GET /" + std::to_string(i) + "  ");
}

TEST_CASE("the server on a thread answers badly in every way that it was told to") {
  stage at;
  SECTION("cut in the middle of the answer") {
    at.how = http_reply::ending::cut_short;
    CHECK(at.send({.url = "/"}).error().code == "closed");
  }
  SECTION("reset without an answer") {
    at.how = http_reply::ending::reset;
    CHECK(at.send({.url = "/"}).error().code == "closed");
  }
  SECTION("never") {
    at.how = http_reply::ending::never;
    CHECK(at.send({.url = "/", .timeout = duration{100}}).error().code == "timeout");
  }
  SECTION("one byte at a time") {
    at.how = http_reply::ending::byte_by_byte;
    CHECK(at.send({.url = "/slow"})->body == "GET /slow  ");
  }
  at.how = http_reply::ending::whole;
  CHECK(at.send({.url = "/next"})->body == "GET /next  ");
}

TEST_CASE("the server on a thread counts the requests that a client has sent together") {
  stage at;
  int answered = 0;
  bool all = false;
  for (int i = 0; i < 5; ++i)
    asio::co_spawn(at.on.context, at.client->send({.url = at.side.url() + "/"}),
                   [&](const std::exception_ptr&, const auto& got) { all = (answered += got ? 1 : 0) == 5; });
  at.on.until(all);
  CHECK(at.side.most_at_once() > 1);
  CHECK(at.side.most_at_once() <= 5);
}
