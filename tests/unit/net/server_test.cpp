#include "net/server.hpp"

#include "unit/net/asking.hpp"

#include <stdexcept>
#include <sys/resource.h>
#include <unistd.h>

using namespace listingd;
using namespace listingd::tests;
using net::server_request;
using net::server_response;

TEST_CASE("a plain request is answered, with length and date") {
  loop on;
  served there(on, {}, echo);
  const auto answer = on.run(converse(there.port(), "POST /a%2Fb?x=1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                                                    "Content-Length: 4\r\n\r\ndata"));
  CHECK(status_of(answer) == 200);
  CHECK(has(answer, "Content-Length: 14\r\n"));
  CHECK(has(answer, "Connection: close\r\n"));
  CHECK(has(answer, "Date: "));
  CHECK(answer.ends_with("\r\n\r\nPOST /a/b data"));
}

TEST_CASE("pipelined requests are answered in their order on one connection") {
  loop on;
  served there(on, {}, [](server_request request) -> task<server_response> {
    if (request.path == "/1") co_await async::pause(duration{20}); // the slowest first
    co_return co_await echo(std::move(request));
  });
  std::string text;
  for (const auto* path : {"/1", "/2", "/3"}) text += std::string("GET ") + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
  const auto answers = on.run(converse(there.port(), text + "GET /4 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  CHECK(count_of(answers, "HTTP/1.1 200 OK") == 4);
  CHECK(answers.find("GET /1") < answers.find("GET /2"));
  CHECK(answers.find("GET /2") < answers.find("GET /3"));
  CHECK(answers.find("GET /3") < answers.find("GET /4"));
}

TEST_CASE("HTTP/1.0 is answered and closed, unless it asks to be kept") {
  loop on;
  served there(on, {}, echo);
  const auto answer = on.run(converse(there.port(), "GET /old HTTP/1.0\r\n\r\n"));
  CHECK(answer.starts_with("HTTP/1.0 200"));
  CHECK(answer.ends_with("GET /old "));
  const auto two =
      on.run(converse(there.port(), "GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /2 HTTP/1.0\r\n\r\n"));
  CHECK(count_of(two, "HTTP/1.0 200") == 2);
}

TEST_CASE("HEAD gets the headers of GET and no body") {
  loop on;
  served there(on, {}, echo);
  const auto answer = on.run(converse(there.port(), "HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  CHECK(status_of(answer) == 200);
  CHECK(has(answer, "Content-Length: 8\r\n"));
  CHECK(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("an answer that cannot have a body has none") {
  loop on;
  const int status = GENERATE(204, 304);
  served there(on, {}, [status](server_request) -> task<server_response> {
    server_response out;
    out.status = status;
    out.body = "unwanted";
    co_return out;
  });
  const auto answer = on.run(converse(there.port(), "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  CHECK(status_of(answer) == status);
  CHECK(answer.ends_with("\r\n\r\n"));
  CHECK_FALSE(has(answer, "Content-Length"));
}

TEST_CASE("a client that expects 100-continue is told to go on") {
  loop on;
  served there(on, {.listen = "", .body_limit = 10}, echo);
  const auto start = [](const char* length) {
    return std::string("POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: ") +
           length + "\r\n\r\n";
  };
  SECTION("and then sends its body") {
    const auto answer = on.run([](int port, std::string head) -> task<std::string> {
      auto socket = co_await connect_to(port);
      co_await say(socket, head);
      std::string interim;
      co_await asio::async_read_until(socket, asio::dynamic_buffer(interim), "\r\n\r\n", no_throw);
      CHECK(interim == "HTTP/1.1 100 Continue\r\n\r\n");
      co_await say(socket, "data");
      co_return co_await read_all(socket);
    }(there.port(), start("4")));
    CHECK(answer.ends_with("POST / data"));
  }
  SECTION("but not when the body would be refused") {
    CHECK(status_of(on.run(converse(there.port(), start("11")))) == 413);
  }
}

TEST_CASE("requests beyond the limits or the rules are refused and the connection is closed") {
  loop on;
  int handled = 0;
  served there(on, {.listen = "", .body_limit = 10, .header_limit = 1'000},
               [&](server_request request) -> task<server_response> {
                 ++handled;
                 co_return co_await echo(std::move(request));
               });
  struct row {
    const char* name;
    std::string text;
    int status;
  };
  const std::vector<row> rows = {
      {"body too large", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n01234567890", 413},
      {"chunked body too large",
       "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n", 413},
      {"headers too large", "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(1'000, 'x') + "\r\n\r\n", 431},
      {"endless header", "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(5'000, 'x'), 431},
      {"no HTTP", "hello\r\n\r\n", 400},
      {"TLS greeting on a plain port", std::string("\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 11), 400},
      {"bad length", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400},
      {"two lengths", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
      {"length and chunks",
       "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"bad chunk", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"zero byte in the path", "GET /a%00b HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"another version", "GET / HTTP/3.7\r\nHost: h\r\n\r\n", 505},
  };
  for (const auto& one : rows) {
    INFO(one.name);
    const auto answer = on.run(converse(there.port(), one.text));
    CHECK(status_of(answer) == one.status);
    CHECK(has(answer, "Connection: close\r\n"));
  }
  CHECK(handled == 0);
  CHECK(status_of(on.run(converse(there.port(), "GET / HTTP/1.0\r\n\r\n"))) == 200); // the rest goes on
}

TEST_CASE("an exception in the handler is a 500 with an empty body, and is reported") {
  loop on;
  std::vector<std::string> reports;
  served there(on,
               {.listen = "",
                .report =
                    [&](std::string_view event, std::string_view problem) {
                      reports.push_back(std::string(event) + ": " + std::string(problem));
                    }},
               [](const server_request&) -> task<server_response> { throw std::runtime_error("broken"); });
  const auto answer = on.run(converse(there.port(), "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
  CHECK(status_of(answer) == 500);
  CHECK(has(answer, "Content-Length: 0\r\n"));
  CHECK(reports == std::vector<std::string>{"handler_failed: broken"});
}

TEST_CASE("an answer that would split into two is a 500") {
  loop on;
  served there(on, {}, [](server_request) -> task<server_response> {
    server_response out;
    out.headers.emplace_back("Location", "/x\r\nSet-Cookie: evil=1");
    co_return out;
  });
  const auto answer = on.run(converse(there.port(), "GET / HTTP/1.0\r\n\r\n"));
  CHECK(status_of(answer) == 500);
  CHECK_FALSE(has(answer, "evil"));
}

TEST_CASE("a request that does not arrive in time is cut, however steadily it trickles") {
  loop on;
  served there(on, {.listen = "", .read_limit = briefly}, echo);
  const auto answer = on.run([](int port) -> task<std::string> {
    auto socket = co_await connect_to(port);
    const std::string head = "GET / HTTP/1.1\r\nX: ";
    std::string heard;
    for (std::size_t i = 0; heard.empty(); ++i) {
      co_await say(socket, i < head.size() ? head.substr(i, 1) : "x");
      co_await async::pause(duration{5});
      if (socket.available() > 0) heard = co_await read_all(socket);
    }
    co_return heard;
  }(there.port()));
  CHECK(status_of(answer) == 408);
}

TEST_CASE("a connection that says nothing is closed without a word") {
  loop on;
  SECTION("before its first request") {
    served there(on, {.listen = "", .read_limit = briefly}, echo);
    CHECK(on.run(converse(there.port(), "")).empty());
  }
  SECTION("between requests") {
    served there(on, {.listen = "", .idle_limit = briefly}, echo);
    const auto answer = on.run(converse(there.port(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
    CHECK(count_of(answer, "HTTP/1.1") == 1);
  }
  SECTION("instead of a TLS handshake") {
    const tls_files files;
    served there(on,
                 {.listen = "",
                  .certificate_file = files.certificate(),
                  .private_key_file = files.private_key(),
                  .read_limit = briefly},
                 echo);
    CHECK(on.run(converse(there.port(), "")).empty());
  }
}

TEST_CASE("connections above the limit are closed at once, and there is room again when one ends") {
  loop on;
  served there(on, {.listen = "", .connections = 1}, echo);
  on.run([](int port) -> task<void> {
    auto first = co_await connect_to(port);
    co_await say(first, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    std::string head;
    co_await asio::async_read_until(first, asio::dynamic_buffer(head), "\r\n\r\n", no_throw);
    auto second = co_await connect_to(port);
    CHECK((co_await read_all(second)).empty());
  }(there.port()));
  std::string answer;
  while (answer.empty()) answer = on.run(converse(there.port(), "GET / HTTP/1.0\r\n\r\n"));
  CHECK(status_of(answer) == 200);
}

TEST_CASE("peers that reset or leave at any moment disturb nobody") {
  loop on;
  const tls_files files;
  const bool encrypted = GENERATE(false, true);
  served there(on,
               {.listen = "",
                .certificate_file = encrypted ? files.certificate() : "",
                .private_key_file = encrypted ? files.private_key() : ""},
               [](server_request) -> task<server_response> {
                 server_response out;
                 out.body = std::string(2'000'000, 'x'); // more than a socket takes at once
                 co_return out;
               });
  for (const std::string text : {"", "\x16\x03\x01\x02", "GET / HT", "GET / HTTP/1.1\r\nHost: h\r\n\r\n"})
    on.run([](int port, std::string said) -> task<void> {
      auto socket = co_await connect_to(port);
      co_await say(socket, said);
      reset(socket);
    }(there.port(), text));
  const auto client = net::make_client({.ca_file = files.authority()});
  const auto answer = on.run(client->send(get((encrypted ? "https://" : "http://") + there.authority() + "/")));
  REQUIRE(answer);
  CHECK(answer->body.size() == 2'000'000);
}

TEST_CASE("running out of descriptors ends neither the server nor its patience") {
  loop on;
  std::vector<std::string> reports;
  served there(on,
               {.listen = "", .report = [&](std::string_view event, std::string_view) { reports.emplace_back(event); }},
               echo);
  auto waiting = on.run(connect_to(there.port())); // accepted
  tcp::socket starved(on.context, tcp::v4());
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const int lowest_free = ::dup(0);
  ::close(lowest_free);
  const rlimit tight{.rlim_cur = static_cast<rlim_t>(lowest_free), .rlim_max = before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &tight);
  starved.connect({asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(there.port())});
  on.run(async::pause(duration{120})); // two or three tries
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(reports == std::vector<std::string>{"accept_failed"}); // said once, not with each try
  on.run(say(starved, "GET / HTTP/1.0\r\n\r\n"));
  CHECK(status_of(on.run(read_all(starved))) == 200);
}
