#include "net/media_fetch.hpp"

#include "catch.hpp"
#include "unit/net/served.hpp"

#include <map>

using namespace listingd;
using namespace listingd::tests;
using net::media_guard;
using net::server_request;
using net::server_response;

namespace {

/// A picture server: answers by path, and remembers who asked for what.
struct gallery {
  std::map<std::string, server_response> pictures;
  std::vector<server_request> asked;

  net::request_handler handler() {
    return [this](server_request request) -> task<server_response> {
      asked.push_back(request);
      const auto found = pictures.find(request.path);
      server_response out;
      out.status = 404;
      if (found != pictures.end()) out = found->second;
      co_return out;
    };
  }

  void redirect(const std::string& from, const std::string& to, int status = 302) {
    pictures[from] = {.status = status, .headers = {{"Location", to}}, .body = {}};
  }
};

/// The source's own server, which may be on loopback, and "cdn.test" on the same port, as a test's own names and rules.
struct stage {
  loop on;
  tls_files files{"DNS:cdn.test,DNS:localhost,IP:127.0.0.1"};
  gallery shown;
  served there{on, files, shown.handler()};
  std::vector<std::string> resolved;

  std::string origin = "https://" + there.authority();
  std::string cdn = "https://cdn.test:" + std::to_string(there.port());

  media_guard guard() {
    return {.hosts = {"CDN.test"},
            .origin = origin,
            .origin_headers = {{"Authorization", "Bearer geheim"}},
            .body_limit = 1'000,
            .timeout = duration{20'000},
            .redirects = 3,
            .ca_file = files.authority()};
  }

  /// Every name is on loopback, which is allowed as if it were public, and 10.0.0.1 is not.
  net::address_rules rules(std::vector<std::string> addresses = {"127.0.0.1"}) {
    return {.resolve = [this,
                        addresses = std::move(addresses)](std::string host) -> task<result<std::vector<std::string>>> {
              resolved.push_back(host);
              co_return addresses;
            },
            .forbidden = [](std::string_view address) { return address.starts_with("10."); }};
  }

  result<net::http_response> fetch(const std::string& url, const std::string& validator = "") {
    return on.run(net::fetch_media(url, validator, guard(), rules()));
  }
};

error refusal_of(const result<net::http_response>& answer) {
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == error_kind::fix_data);
  CHECK(answer.error().code == "media_refused");
  return answer.error();
}

} // namespace

TEST_CASE("a picture of the source's own origin comes with its credentials, though it is on loopback") {
  stage at;
  at.shown.pictures["/a.jpg"] = {.status = 200, .headers = {{"ETag", "\"1\""}}, .body = "picture"};
  const auto answer =
      at.on.run(net::fetch_media(at.origin + "/a.jpg?size=1", "", at.guard())); // the system's own rules
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->body == "picture");
  CHECK(net::header(answer->headers, "etag") == "\"1\"");
  REQUIRE(at.shown.asked.size() == 1);
  CHECK(net::header(at.shown.asked[0].headers, "authorization") == "Bearer geheim");
  CHECK(at.shown.asked[0].target == "/a.jpg?size=1");
  CHECK(net::header(at.shown.asked[0].headers, "if-none-match").empty());
}

TEST_CASE("a picture of an allowed host comes without credentials, from the address that was checked") {
  stage at;
  at.shown.pictures["/a.jpg"] = {.status = 200, .headers = {}, .body = "picture"};
  REQUIRE(at.fetch(at.cdn + "/a.jpg"));
  CHECK(at.resolved == std::vector<std::string>{"cdn.test"}); // once: what was checked is what was connected to
  REQUIRE(at.shown.asked.size() == 1);
  CHECK(net::header(at.shown.asked[0].headers, "authorization").empty());
  CHECK(net::header(at.shown.asked[0].headers, "host").starts_with("cdn.test"));
}

TEST_CASE("the guard refuses before it connects") {
  stage at;
  const auto port = std::to_string(at.there.port());
  SECTION("another host") {
    refusal_of(at.fetch("https://elsewhere.test:" + port + "/a.jpg"));
  }
  SECTION("a host that only ends alike") {
    refusal_of(at.fetch("https://evil.cdn.test:" + port + "/a.jpg"));
  }
  SECTION("an address instead of a name") {
    refusal_of(at.fetch("https://169.254.169.254/latest/meta-data"));
  }
  SECTION("the origin's host under another name") {
    refusal_of(at.fetch("https://localhost:" + port + "/a.jpg"));
  }
  SECTION("the origin's host with another scheme") {
    refusal_of(at.fetch("http://127.0.0.1:" + port + "/a.jpg"));
  }
  SECTION("the origin's host at another port") {
    refusal_of(at.fetch("https://127.0.0.1:1/a.jpg"));
  }
  SECTION("an allowed host at an odd port") {
    refusal_of(at.fetch("https://cdn.test:22/a.jpg"));
  }
  SECTION("an allowed host's plain port over https") {
    refusal_of(at.fetch("https://cdn.test:80/a.jpg"));
  }
  SECTION("credentials in the URL") {
    refusal_of(at.fetch("https://user:word@cdn.test:" + port + "/a.jpg"));
  }
  SECTION("a host hidden behind credentials") {
    refusal_of(at.fetch("https://cdn.test@elsewhere.test/a.jpg"));
  }
  SECTION("another scheme") {
    refusal_of(at.fetch("file:///etc/passwd"));
  }
  SECTION("no URL") {
    refusal_of(at.fetch("images/a.jpg"));
  }
  CHECK(at.shown.asked.empty());
  CHECK(at.resolved.empty());
}

TEST_CASE("an allowed host with any forbidden address is refused") {
  stage at;
  const auto refused =
      at.on.run(net::fetch_media(at.cdn + "/a.jpg", "", at.guard(), at.rules({"127.0.0.1", "10.0.0.1"})));
  CHECK(refusal_of(refused).message.find("10.0.0.1") != std::string::npos);
  CHECK(at.shown.asked.empty());
}

TEST_CASE("an allowed host on loopback is refused by the rules that everyone has") {
  stage at;
  auto guard = at.guard();
  guard.hosts = {"localhost"};
  const auto refused =
      at.on.run(net::fetch_media("https://localhost:" + std::to_string(at.there.port()) + "/a.jpg", "", guard));
  refusal_of(refused);
  CHECK(at.shown.asked.empty());
}

TEST_CASE("redirects are followed and checked at each hop") {
  stage at;
  at.shown.pictures["/a.jpg"] = {.status = 200, .headers = {}, .body = "picture"};
  SECTION("relative ones, with all statuses") {
    const int status = GENERATE(301, 302, 303, 307, 308);
    at.shown.redirect("/old.jpg", "a.jpg", status);
    const auto answer = at.fetch(at.origin + "/old.jpg");
    REQUIRE(answer);
    CHECK(answer->body == "picture");
    CHECK(net::header(at.shown.asked.back().headers, "authorization") == "Bearer geheim");
  }
  SECTION("to an allowed host, which gets no credentials") {
    at.shown.redirect("/old.jpg", at.cdn + "/a.jpg");
    REQUIRE(at.fetch(at.origin + "/old.jpg"));
    REQUIRE(at.shown.asked.size() == 2);
    CHECK_FALSE(net::header(at.shown.asked[0].headers, "authorization").empty());
    CHECK(net::header(at.shown.asked[1].headers, "authorization").empty());
  }
  SECTION("as many as allowed") {
    at.shown.redirect("/1", "/2");
    at.shown.redirect("/2", "/3");
    at.shown.redirect("/3", "/a.jpg");
    CHECK(at.fetch(at.cdn + "/1"));
    CHECK(at.resolved.size() == 4); // each hop's addresses are checked again
  }
  SECTION("and not one more") {
    at.shown.redirect("/loop", "/loop");
    refusal_of(at.fetch(at.origin + "/loop"));
    CHECK(at.shown.asked.size() == 4);
  }
}

TEST_CASE("a redirect does not lead where a URL may not") {
  stage at;
  const std::string to = GENERATE("https://elsewhere.test/a.jpg", "https://169.254.169.254/", "http://cdn.test/a.jpg",
                                  "https://cdn.test:22/", "https://u:p@cdn.test/a.jpg", "file:///etc/passwd",
                                  "//[::1]/", "https://exa mple/", "");
  CAPTURE(to);
  at.shown.redirect("/old.jpg", to);
  refusal_of(at.fetch(at.origin + "/old.jpg"));
  CHECK(at.shown.asked.size() == 1);
}

TEST_CASE("a picture that has not changed is not sent again") {
  stage at;
  at.shown.pictures["/a.jpg"] = {.status = 304, .headers = {}, .body = {}};
  const auto answer = at.fetch(at.cdn + "/a.jpg", "\"1\"");
  REQUIRE(answer);
  CHECK(answer->status == 304);
  CHECK(answer->body.empty());
  CHECK(net::header(at.shown.asked[0].headers, "if-none-match") == "\"1\"");
  refusal_of(at.fetch(at.cdn + "/a.jpg")); // nobody asked whether it had
}

TEST_CASE("statuses say who must do something") {
  stage at;
  struct row {
    int status;
    error_kind kind;
    std::string code;
  };
  const auto one = GENERATE(values<row>({{404, error_kind::fix_data, "media_missing"},
                                         {410, error_kind::fix_data, "media_missing"},
                                         {400, error_kind::fix_data, "media_missing"},
                                         {401, error_kind::fix_data, "media_refused"},
                                         {403, error_kind::fix_data, "media_refused"},
                                         {300, error_kind::fix_data, "media_refused"},
                                         {429, error_kind::retry, "status"},
                                         {500, error_kind::retry, "status"},
                                         {503, error_kind::retry, "status"}}));
  CAPTURE(one.status);
  at.shown.pictures["/a.jpg"] = {.status = one.status, .headers = {}, .body = "words"};
  const auto answer = at.fetch(at.origin + "/a.jpg?token=geheim");
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == one.kind);
  CHECK(answer.error().code == one.code);
  CHECK(answer.error().where == at.origin + "/a.jpg");
  CHECK(answer.error().text().find("geheim") == std::string::npos);
}

TEST_CASE("a picture beyond the limit is refused") {
  stage at;
  at.shown.pictures["/a.jpg"] = {.status = 200, .headers = {}, .body = std::string(1'001, 'x')};
  refusal_of(at.fetch(at.origin + "/a.jpg"));
  at.shown.pictures["/a.jpg"].body.pop_back();
  CHECK(at.fetch(at.origin + "/a.jpg"));
}

TEST_CASE("a host that cannot prove its name is not fetched from") {
  stage at;
  at.files.renew("DNS:elsewhere.test");
  REQUIRE(at.there.server().reload_tls());
  const auto answer = at.fetch(at.cdn + "/a.jpg");
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == "tls_untrusted");
  CHECK(at.shown.asked.empty());
}

TEST_CASE("a silent host costs no more than the deadline, redirects included") {
  loop on;
  scripted_peer peer(on, {[](tcp::socket& socket) -> task<void> {
                            co_await read_request(socket);
                            co_await say(socket, "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n");
                          },
                          [](tcp::socket& socket) -> task<void> { co_await read_all(socket); }});
  const media_guard guard{.hosts = {},
                          .origin = "http://" + peer.authority(),
                          .origin_headers = {},
                          .timeout = duration{80},
                          .ca_file = ""};
  const auto answer = on.run(net::fetch_media("http://" + peer.authority() + "/a", "", guard));
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == "timeout");
  CHECK(answer.error().kind == error_kind::retry);
  CHECK(answer.error().where == "http://" + peer.authority() + "/b");
}

TEST_CASE("an unusable origin or authority file is a mistake of the configuration") {
  loop on;
  media_guard guard{.hosts = {}, .origin = "pim.example.com", .origin_headers = {}, .ca_file = ""};
  SECTION("origin") {}
  SECTION("authority file") {
    guard = {.hosts = {}, .origin = "", .origin_headers = {}, .ca_file = "/nowhere/ca.pem"};
  }
  const auto answer = on.run(net::fetch_media("https://pim.example.com/a.jpg", "", guard));
  REQUIRE_FALSE(answer);
  CHECK(answer.error().kind == error_kind::bug);
}
