#include "net/transport.hpp"

#include "unit/net/asking.hpp"

using namespace listingd;
using namespace listingd::tests;

TEST_CASE("a server that cannot prove its name is not trusted and gets no byte of the request") {
  loop on;
  SECTION("unknown authority") {
    const tls_files files;
    served there(on, files, echo);
    const auto client = net::make_client({});
    const auto problem = problem_of(on.run(client->send(post("https://" + there.authority() + "/"))));
    CHECK(problem.kind == error_kind::bug);
    CHECK(problem.code == "tls_untrusted");
    CHECK_FALSE(problem.maybe_done);
  }
  SECTION("another name or address") {
    const tls_files files("DNS:elsewhere.test");
    served there(on, files, echo);
    const auto client = net::make_client({.ca_file = files.authority()});
    for (const auto* host : {"localhost", "127.0.0.1"}) {
      const auto url = std::string("https://") + host + ":" + std::to_string(there.port()) + "/";
      const auto problem = problem_of(on.run(client->send(post(url))));
      CHECK(problem.code == "tls_untrusted");
      CHECK(problem.message.find("mismatch") != std::string::npos);
    }
  }
}

TEST_CASE("a peer that speaks no TLS is a tls error") {
  loop on;
  scripted_peer peer(on, {[](tcp::socket& socket) -> task<void> { co_await say(socket, "220 mail ready\r\n"); }});
  const auto client = net::make_client({});
  const auto problem = problem_of(on.run(client->send(post("https://" + peer.authority() + "/"))));
  CHECK(problem.code == "tls");
  CHECK(problem.kind == error_kind::retry);
  CHECK_FALSE(problem.maybe_done);
}

TEST_CASE("nobody listening is a connect error") {
  loop on;
  int port = 0;
  {
    const tcp::acceptor gone(on.context, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    port = gone.local_endpoint().port();
  }
  const auto client = net::make_client({});
  const auto problem = problem_of(on.run(client->send(post("http://127.0.0.1:" + std::to_string(port) + "/"))));
  CHECK(problem.code == "connect");
  CHECK(problem.kind == error_kind::retry);
  CHECK_FALSE(problem.maybe_done);
}

TEST_CASE("a name that nobody has is a resolve error") {
  loop on;
  const auto client = net::make_client({});
  const auto problem = problem_of(on.run(client->send(post("https://" + std::string(70, 'a') + ".invalid/"))));
  CHECK(problem.code == "resolve");
  CHECK_FALSE(problem.maybe_done);
}

TEST_CASE("a silent server costs no more than the deadline, and its connection is closed") {
  loop on;
  bool left = false;
  scripted_peer peer(on, {silent(left)});
  const auto client = net::make_client({});
  SECTION("during the handshake nothing was sent") {
    const auto problem = problem_of(on.run(client->send(get("https://" + peer.authority() + "/", briefly))));
    CHECK(problem.code == "timeout");
    CHECK(problem.kind == error_kind::retry);
    CHECK_FALSE(problem.maybe_done);
  }
  SECTION("after the request its effect is unknown") {
    const auto problem = problem_of(on.run(client->send(get("http://" + peer.authority() + "/", briefly))));
    CHECK(problem.code == "timeout");
    CHECK(problem.maybe_done);
  }
  on.until(left);
  CHECK(left);
}

TEST_CASE("an answer that trickles does not stretch the deadline") {
  loop on;
  scripted_peer peer(on, {[](tcp::socket& socket) -> task<void> {
                       co_await read_request(socket);
                       co_await say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nsome");
                       co_await read_all(socket);
                     }});
  const auto client = net::make_client({});
  const auto problem = problem_of(on.run(client->send(get("http://" + peer.authority() + "/", briefly))));
  CHECK(problem.code == "timeout");
  CHECK(problem.maybe_done);
}

TEST_CASE("a connection that ends without a whole answer is closed with unknown effect") {
  loop on;
  const auto client = net::make_client({});
  using script = scripted_peer::script;
  struct row {
    const char* name;
    script play;
  };
  const std::vector<row> rows = {
      {"closes after accept", [](tcp::socket&) -> task<void> { co_return; }},
      {"closes after the request", once("")},
      {"closes within the head", once("HTTP/1.1 200 OK\r\nContent-")},
      {"closes within the body", once("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")},
      {"resets after accept",
       [](tcp::socket& socket) -> task<void> {
         reset(socket);
         co_return;
       }},
      {"resets after the request",
       [](tcp::socket& socket) -> task<void> {
         co_await read_request(socket);
         reset(socket);
       }},
  };
  for (const auto& one : rows) {
    INFO(one.name);
    scripted_peer peer(on, {one.play});
    const auto problem = problem_of(on.run(client->send(post("http://" + peer.authority() + "/"))));
    CHECK(problem.code == "closed");
    CHECK(problem.kind == error_kind::retry);
    CHECK(problem.maybe_done);
    CHECK(peer.connections() == 1); // a new connection is no reason to repeat
  }
}

TEST_CASE("an answer that is no HTTP is malformed") {
  loop on;
  scripted_peer peer(on, {once("SSH-2.0-OpenSSH_9.2\r\n\r\n")});
  const auto client = net::make_client({});
  const auto problem = problem_of(on.run(client->send(post("http://" + peer.authority() + "/"))));
  CHECK(problem.code == "malformed");
  CHECK(problem.maybe_done);
}

TEST_CASE("a server that refuses early is heard, though it read only a part") {
  loop on;
  const tls_files files;
  served there(on,
               net::server_options{.listen = "",
                                   .certificate_file = files.certificate(),
                                   .private_key_file = files.private_key(),
                                   .body_limit = 1'000},
               echo);
  const auto client = net::make_client({.ca_file = files.authority()});
  const auto answer = on.run(client->send(post("https://" + there.authority() + "/", std::string(3'000'000, 'x'))));
  REQUIRE(answer);
  CHECK(answer->status == 413);
}
