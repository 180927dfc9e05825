#include "net/transport.hpp"

#include "unit/net/asking.hpp"

using namespace listingd;
using namespace listingd::tests;

TEST_CASE("a request and its answer travel whole over TLS") {
  loop on;
  const tls_files files;
  net::server_request seen;
  served there(on, files, [&](net::server_request request) -> task<net::server_response> {
    seen = std::move(request);
    net::server_response out;
    out.status = 201;
    out.headers.emplace_back("X-Answer", "yes");
    out.body = "made";
    co_return out;
  });
  const auto client = net::make_client({.ca_file = files.authority()});
  auto request = post("https://localhost:" + std::to_string(there.port()) + "/a%20b?x=1");
  request.body = std::string("by\0tes", 6);
  request.headers = {{"X-Question", "what?"}};
  const auto answer = on.run(client->send(request));
  REQUIRE(answer);
  CHECK(answer->status == 201);
  CHECK(answer->body == "made");
  CHECK(net::header(answer->headers, "x-answer") == "yes");
  CHECK_FALSE(net::header(answer->headers, "date").empty());
  CHECK(seen.method == "POST");
  CHECK(seen.target == "/a%20b?x=1");
  CHECK(seen.path == "/a b");
  CHECK(seen.body == request.body);
  CHECK(seen.peer == "127.0.0.1");
  CHECK(net::header(seen.headers, "x-question") == "what?");
  CHECK(net::header(seen.headers, "host") == "localhost:" + std::to_string(there.port()));
  CHECK(net::header(seen.headers, "user-agent") == "listingd");
}

TEST_CASE("answers of every framing are read to their end") {
  loop on;
  const std::string method = GENERATE("GET", "HEAD");
  struct framing {
    const char* name;
    std::string text, body;
    int status;
  };
  const auto row = GENERATE(values<framing>({
      {"length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", 200},
      {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", "hello", 200},
      {"until closed", "HTTP/1.1 200 OK\r\n\r\nhello", "hello", 200},
      {"HTTP/1.0", "HTTP/1.0 404 Not Found\r\n\r\nhello", "hello", 404},
      {"nothing", "HTTP/1.1 204 No Content\r\n\r\n", "", 204},
      {"informational first",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
       "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
       "hello", 200},
  }));
  CAPTURE(method, row.name);
  const bool head = method == "HEAD";
  scripted_peer peer(on, {once(head ? row.text.substr(0, row.text.rfind("\r\n\r\n") + 4) : row.text)});
  if (head && std::string_view(row.name) == "chunks") return;
  const auto client = net::make_client({});
  auto request = get("http://" + peer.authority() + "/");
  request.method = method;
  const auto answer = on.run(client->send(request));
  REQUIRE(answer);
  CHECK(answer->status == row.status);
  CHECK(answer->body == (head ? "" : row.body));
}

TEST_CASE("large bodies travel both ways") {
  loop on;
  const tls_files files;
  served there(on,
               net::server_options{.listen = "",
                                   .certificate_file = files.certificate(),
                                   .private_key_file = files.private_key(),
                                   .body_limit = 10'000'000},
               echo);
  const auto client = net::make_client({.ca_file = files.authority()});
  const std::string body(4'000'000, 'x');
  const auto answer = on.run(client->send(post("https://" + there.authority() + "/", body)));
  REQUIRE(answer);
  CHECK(answer->body == "POST / " + body);
}

TEST_CASE("an answer larger than allowed is too_large, however it is framed") {
  loop on;
  const std::string answer =
      GENERATE("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n01234567890",
               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n",
               "HTTP/1.1 200 OK\r\n\r\n01234567890");
  scripted_peer peer(on, {once(answer)});
  const auto client = net::make_client({});
  auto request = get("http://" + peer.authority() + "/");
  request.body_limit = 10;
  const auto problem = problem_of(on.run(client->send(request)));
  CHECK(problem.code == "too_large");
  CHECK(problem.kind == error_kind::retry);
  CHECK(problem.maybe_done);
}

TEST_CASE("requests that must not be sent are refused before anything is opened") {
  loop on;
  const auto client = net::make_client({});
  net::http_request request = get("https://localhost/");
  SECTION("plain http to another machine") {
    request.url = "http://192.0.2.1/";
  }
  SECTION("a header with a line break") {
    request.headers = {{"X-A", "b\r\nX-Evil: 1"}};
  }
  SECTION("a header name with a blank") {
    request.headers = {{"X A", "b"}};
  }
  SECTION("a method with a blank") {
    request.method = "GET /x";
  }
  SECTION("another scheme") {
    request.url = "ftp://localhost/";
  }
  SECTION("credentials in the URL") {
    request.url = "https://user:word@localhost/";
  }
  SECTION("no URL") {
    request.url = "localhost";
  }
  const auto problem = problem_of(on.run(client->send(request)));
  CHECK(problem.kind == error_kind::bug);
  CHECK(problem.code == "bad_request");
  CHECK_FALSE(problem.maybe_done);
}

TEST_CASE("an error names host and path, and never the query") {
  loop on;
  scripted_peer peer(on, {once("")});
  const auto client = net::make_client({});
  const auto problem = problem_of(on.run(client->send(get("http://" + peer.authority() + "/token?app_secret=geheim"))));
  CHECK(problem.where == "GET http://" + peer.authority() + "/token");
  CHECK(problem.text().find("geheim") == std::string::npos);
}

TEST_CASE("an authority file that cannot be read is named") {
  std::string message;
  try {
    static_cast<void>(net::make_client({.ca_file = "/nowhere/ca.pem"}));
  } catch (const std::runtime_error& problem) {
    message = problem.what();
  }
  CHECK(message.find("/nowhere/ca.pem") != std::string::npos);
}
