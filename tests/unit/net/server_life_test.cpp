#include "net/server.hpp"

#include "unit/net/asking.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <unistd.h>

using namespace listingd;
using namespace listingd::tests;
using net::server_options;
using net::server_request;
using net::server_response;

namespace {

/// Why a server cannot be made.
std::string refusal(loop& on, server_options options) {
  try {
    static_cast<void>(net::make_server(on.executor(), std::move(options), echo));
  } catch (const std::runtime_error& problem) {
    return problem.what();
  }
  return "";
}

} // namespace

TEST_CASE("stop lets a request in flight finish, and takes no more") {
  loop on;
  bool working = false;
  bool release = false;
  served there(on, {}, [&](server_request request) -> task<server_response> {
    working = true;
    while (!release) co_await async::pause(duration{1});
    co_return co_await echo(std::move(request));
  });
  std::string answer;
  bool answered = false;
  on.start([](int port, std::string& out, bool& done) -> task<void> {
    out = co_await converse(port, "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
    done = true;
  }(there.port(), answer, answered));
  auto idle = on.run(connect_to(there.port()));
  on.until(working);
  there.server().stop(std::chrono::seconds(10));
  CHECK(on.run(read_all(idle)).empty()); // who waits between requests is let go at once
  CHECK_THROWS(on.run(connect_to(there.port())));
  CHECK_FALSE(there.ended());
  release = true;
  on.until(answered);
  CHECK(count_of(answer, "HTTP/1.1 200") == 1);
  CHECK(has(answer, "Connection: close"));
  on.until(there.ended());
}

TEST_CASE("stop ends a request that outlasts the grace, by cancelling its handler") {
  loop on;
  bool working = false;
  bool cancelled = false;
  served there(on, {}, [&](server_request) -> task<server_response> {
    working = true;
    asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::hours(1));
    const auto [problem] = co_await timer.async_wait(no_throw);
    cancelled = problem == asio::error::operation_aborted;
    co_return server_response{};
  });
  std::string answer = "none yet";
  bool ended = false;
  on.start([](int port, std::string& out, bool& done) -> task<void> {
    out = co_await converse(port, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    done = true;
  }(there.port(), answer, ended));
  on.until(working);
  there.server().stop(briefly);
  on.until(there.ended());
  CHECK(cancelled);
  on.until(ended);
  CHECK(answer.empty());
}

TEST_CASE("a server that nobody ran, or whose loop is destroyed under it, goes quietly") {
  SECTION("never run") {
    loop on;
    const auto unused = net::make_server(on.executor(), {.listen = "127.0.0.1:0"}, echo);
    CHECK(unused->port() > 0);
  }
  SECTION("stopped in the middle of a request") {
    const tls_files files;
    auto client = net::make_client({.ca_file = files.authority()});
    auto on = std::make_unique<loop>();
    bool working = false;
    auto there = net::make_server(
        on->executor(),
        {.listen = "127.0.0.1:0", .certificate_file = files.certificate(), .private_key_file = files.private_key()},
        [&](server_request) -> task<server_response> {
          working = true;
          co_await async::pause(std::chrono::hours(1));
          co_return server_response{};
        });
    on->start(there->run());
    asio::co_spawn(on->context, client->send(get("https://127.0.0.1:" + std::to_string(there->port()) + "/")),
                   asio::detached);
    on->until(working);
    CHECK(working);
    client.reset(); // as when a daemon gives up waiting: objects first, then the loop with its coroutines
    there.reset();
    on.reset();
  }
}

TEST_CASE("a Unix socket serves, belongs to owner and group, and is removed at the end") {
  loop on;
  const tls_files files; // for its folder
  const auto path = (files.folder() / "public.sock").string();
  const auto ask = [](std::string where) -> task<std::string> {
    asio::local::stream_protocol::socket socket(co_await asio::this_coro::executor);
    co_await socket.async_connect(asio::local::stream_protocol::endpoint(where), asio::use_awaitable);
    const std::string text = "GET /unix HTTP/1.0\r\n\r\n";
    co_await asio::async_write(socket, asio::buffer(text), no_throw);
    std::string answer;
    co_await asio::async_read(socket, asio::dynamic_buffer(answer), asio::transfer_all(), no_throw);
    co_return answer;
  };
  std::string peer = "unset";
  const auto handler = [&](server_request request) -> task<server_response> {
    peer = request.peer;
    co_return co_await echo(std::move(request));
  };
  {
    served there(on, {.listen = "unix:" + path}, handler);
    CHECK(there.port() == 0);
    CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms::all) == std::filesystem::perms{0660});
    CHECK(on.run(ask(path)).ends_with("GET /unix "));
    CHECK(peer.empty());
    CHECK(has(refusal(on, {.listen = "unix:" + path}), "another process"));
  }
  CHECK_FALSE(std::filesystem::exists(path));
  SECTION("a stale one is replaced") {
    {
      asio::local::stream_protocol::acceptor killed(on.context, asio::local::stream_protocol::endpoint(path));
    }
    REQUIRE(std::filesystem::exists(path));
    served there(on, {.listen = "unix:" + path}, handler);
    CHECK(status_of(on.run(ask(path))) == 200);
  }
  SECTION("another file is left alone") {
    std::ofstream(path) << "precious";
    CHECK(has(refusal(on, {.listen = "unix:" + path}), path));
    CHECK(std::filesystem::file_size(path) == 8);
  }
}

TEST_CASE("a socket passed by systemd is taken over") {
  loop on;
  constexpr int first_passed = 3;
  const int before = ::dup(first_passed); // what the test has there comes back afterwards
  {
    tcp::acceptor passed(on.context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    CHECK(has(refusal(on, {.listen = "systemd"}), "no socket was passed"));
    const int spare = ::dup2(passed.native_handle(), first_passed);
    REQUIRE(spare == first_passed);
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    ::setenv("LISTEN_FDS", "1", 1);
    auto made = net::make_server(on.executor(), {.listen = "systemd"}, echo);
    ::unsetenv("LISTEN_PID");
    ::unsetenv("LISTEN_FDS");
    if (before >= 0)
      ::dup2(before, first_passed);
    else
      ::close(first_passed);
    CHECK(made->port() == passed.local_endpoint().port());
    passed.close();
    on.start(made->run());
    CHECK(status_of(on.run(converse(made->port(), "GET / HTTP/1.0\r\n\r\n"))) == 200);
    made->stop(duration{0});
    on.context.poll();
  }
  if (before >= 0) ::close(before);
}

TEST_CASE("IPv6 is served, and the peer named without its port") {
  loop on;
  try {
    served there(on, {.listen = "[::1]:0"}, [](server_request request) -> task<server_response> {
      server_response out;
      out.body = request.peer;
      co_return out;
    });
    const auto client = net::make_client({});
    const auto answer = on.run(client->send(get("http://[::1]:" + std::to_string(there.port()) + "/")));
    REQUIRE(answer);
    CHECK(answer->body == "::1");
  } catch (const std::runtime_error& problem) {
    CHECK(has(problem.what(), "[::1]:0")); // a machine without IPv6
  }
}

TEST_CASE("what cannot be listened on is named") {
  loop on;
  const auto* text = GENERATE("", "8080", "localhost", "localhost:", "localhost:http", "localhost:70000", "::1:80",
                              "192.0.2.1:0", "unix:", "unix:/nowhere/at/all.sock");
  CAPTURE(text);
  const auto problem = refusal(on, {.listen = text});
  CHECK(problem.starts_with(std::string("cannot listen on ") + text));
}

TEST_CASE("a port that is taken is named") {
  loop on;
  served there(on, {}, echo);
  const auto problem = refusal(on, {.listen = there.authority()});
  CHECK(has(problem, there.authority()));
}

TEST_CASE("certificate files that cannot be used are named") {
  loop on;
  const tls_files files;
  const tls_files others;
  const auto make = [&](const std::string& certificate, const std::string& key) {
    return refusal(on, {.listen = "127.0.0.1:0", .certificate_file = certificate, .private_key_file = key});
  };
  CHECK(has(make("/nowhere/cert.pem", files.private_key()), "/nowhere/cert.pem"));
  CHECK(has(make(files.certificate(), "/nowhere/key.pem"), "/nowhere/key.pem"));
  CHECK(has(make(files.certificate(), ""), "private key"));
  CHECK(has(make(files.certificate(), others.private_key()), others.private_key()));
}

TEST_CASE("a renewed certificate serves new connections, and a broken one changes nothing") {
  loop on;
  tls_files files;
  served there(on, files, echo);
  const auto url = "https://" + there.authority() + "/";
  const auto reaches = [&] { // a client that trusts what the authority file says now
    const auto client = net::make_client({.ca_file = files.authority()});
    return on.run(client->send(get(url))).has_value();
  };
  CHECK(reaches());
  const auto old = files.authority() + ".old";
  std::filesystem::copy_file(files.authority(), old);
  const auto old_client = net::make_client({.ca_file = old});
  CHECK(on.run(old_client->send(get(url))));
  files.renew();
  CHECK_FALSE(reaches());
  REQUIRE(there.server().reload_tls());
  CHECK(reaches());
  CHECK(on.run(old_client->send(get(url)))); // its connection lives on with what it began with
  std::ofstream(files.private_key()) << "no key";
  const auto problem = there.server().reload_tls();
  REQUIRE_FALSE(problem);
  CHECK(has(problem.error().text(), files.private_key()));
  CHECK(reaches());
}
