#include "net/transport.hpp"

#include "unit/net/asking.hpp"

using namespace listingd;
using namespace listingd::tests;

TEST_CASE("a TLS connection is kept and used again") {
  loop on;
  const tls_files files;
  served there(on,
               net::server_options{.listen = "",
                                   .certificate_file = files.certificate(),
                                   .private_key_file = files.private_key(),
                                   .connections = 1},
               echo); // a second connection would be turned away
  const auto client = net::make_client({.ca_file = files.authority()});
  for (const auto* body : {"one", "two", "three"}) {
    const auto answer = on.run(client->send(post("https://" + there.authority() + "/", body)));
    REQUIRE(answer);
    CHECK(answer->body == std::string("POST / ") + body);
  }
}

TEST_CASE("requests one after the other share a connection, and an idle one is not kept for ever") {
  loop on;
  scripted_peer peer(on, {always(ok_answer)});
  SECTION("within the idle limit") {
    const auto client = net::make_client({});
    for (int i = 0; i < 3; ++i) REQUIRE(on.run(client->send(get("http://" + peer.authority() + "/"))));
    CHECK(peer.connections() == 1);
  }
  SECTION("beyond it") {
    const auto client = net::make_client({.idle_limit = duration{0}});
    for (int i = 0; i < 3; ++i) REQUIRE(on.run(client->send(get("http://" + peer.authority() + "/"))));
    CHECK(peer.connections() == 3);
  }
}

TEST_CASE("on a reused connection that the peer had given up, a safe request is repeated and others are not") {
  loop on;
  const auto answer_then_leave = [](tcp::socket& socket) -> task<void> {
    co_await read_request(socket);
    co_await say(socket, ok_answer);
    co_await read_request(socket); // the second is read and never answered
  };
  const auto client = net::make_client({});
  SECTION("GET goes once more, on a new connection") {
    scripted_peer peer(on, {answer_then_leave, always(ok_answer)});
    REQUIRE(on.run(client->send(get("http://" + peer.authority() + "/"))));
    const auto answer = on.run(client->send(get("http://" + peer.authority() + "/")));
    REQUIRE(answer);
    CHECK(answer->body == "ok");
    CHECK(peer.connections() == 2);
  }
  SECTION("GET goes once more only once") {
    scripted_peer peer(on, {answer_then_leave, once("")});
    REQUIRE(on.run(client->send(get("http://" + peer.authority() + "/"))));
    CHECK(problem_of(on.run(client->send(get("http://" + peer.authority() + "/")))).code == "closed");
    CHECK(peer.connections() == 2);
  }
  SECTION("POST reports that its effect is unknown") {
    scripted_peer peer(on, {answer_then_leave, always(ok_answer)});
    REQUIRE(on.run(client->send(get("http://" + peer.authority() + "/"))));
    const auto problem = problem_of(on.run(client->send(post("http://" + peer.authority() + "/"))));
    CHECK(problem.code == "closed");
    CHECK(problem.maybe_done);
    CHECK(peer.connections() == 1);
  }
  SECTION("GET that got a part of an answer is not repeated") {
    const auto half_an_answer = [](tcp::socket& socket) -> task<void> {
      co_await read_request(socket);
      co_await say(socket, ok_answer);
      co_await read_request(socket);
      co_await say(socket, "HTTP/1.1 200");
    };
    scripted_peer peer(on, {half_an_answer, always(ok_answer)});
    REQUIRE(on.run(client->send(get("http://" + peer.authority() + "/"))));
    CHECK(problem_of(on.run(client->send(get("http://" + peer.authority() + "/")))).code == "closed");
    CHECK(peer.connections() == 1);
  }
}

TEST_CASE("a pooled connection that is seen to be closed is not used, so that a POST is safe") {
  loop on;
  bool closed = false;
  const auto close_after_one = [&](tcp::socket& socket) -> task<void> {
    co_await read_request(socket);
    co_await say(socket, ok_answer);
    socket.close();
    closed = true;
  };
  scripted_peer peer(on, {close_after_one, always(ok_answer)});
  const auto client = net::make_client({});
  REQUIRE(on.run(client->send(get("http://" + peer.authority() + "/"))));
  on.until(closed);
  REQUIRE(on.run(client->send(post("http://" + peer.authority() + "/"))));
  CHECK(peer.connections() == 2);
}

TEST_CASE("requests beyond the limit of a host wait for their turn, in their order") {
  loop on;
  std::vector<std::string> order;
  scripted_peer peer(on, {[&](tcp::socket& socket) -> task<void> {
                       for (;;) {
                         const auto request = co_await read_request(socket);
                         if (request.empty()) co_return;
                         order.push_back(request.substr(0, request.find(" HTTP")));
                         co_await say(socket, ok_answer);
                       }
                     }});
  const auto client = net::make_client({.connections_per_host = 1});
  int done = 0;
  bool all = false;
  for (const auto* path : {"/1", "/2", "/3"})
    on.start([](auto& with, std::string url, int& count, bool& finished) -> task<void> {
      const auto answer = co_await with.send(get(url));
      if (answer) finished = ++count == 3;
    }(*client, "http://" + peer.authority() + path, done, all));
  on.until(all);
  CHECK(order == std::vector<std::string>{"GET /1", "GET /2", "GET /3"});
  CHECK(peer.connections() == 1);
}

TEST_CASE("waiting for a turn counts towards the deadline, and the turn is not lost") {
  loop on;
  bool left = false;
  scripted_peer peer(on, {silent(left), always(ok_answer)});
  const auto client = net::make_client({.connections_per_host = 1});
  std::optional<error> first;
  on.start([](auto& with, std::string url, auto& out) -> task<void> {
    out = problem_of(co_await with.send(get(url, 5 * briefly)));
  }(*client, "http://" + peer.authority() + "/", first));
  const auto second = problem_of(on.run(client->send(get("http://" + peer.authority() + "/", briefly))));
  CHECK(second.code == "timeout");
  CHECK_FALSE(second.maybe_done);                                       // it had nothing to be sent on
  CHECK(on.run(client->send(get("http://" + peer.authority() + "/")))); // its turn comes when the first has given up
  REQUIRE(first);
  CHECK(first->code == "timeout");
  CHECK(first->maybe_done);
}

TEST_CASE("a caller who is cancelled frees his place, and the socket is closed") {
  loop on;
  bool left = false;
  scripted_peer peer(on, {silent(left), always(ok_answer)});
  const auto client = net::make_client({.connections_per_host = 1});
  const auto outcome = on.run([](auto& with, std::string url) -> task<bool> {
    const auto answer = co_await async::within(briefly, with.send(get(url)));
    co_return answer.has_value();
  }(*client, "http://" + peer.authority() + "/"));
  CHECK_FALSE(outcome);
  on.until(left);
  CHECK(on.run(client->send(get("http://" + peer.authority() + "/"))));
}

TEST_CASE("a request that is called off says so, and whether it had left") {
  loop on;
  bool left = false;
  scripted_peer peer(on, {silent(left)});
  const auto client = net::make_client({});
  const std::string scheme = GENERATE("http", "https");
  result<net::http_response> answer;
  asio::cancellation_signal stop;
  bool done = false;
  asio::co_spawn(
      on.context, client->send(post(scheme + "://" + peer.authority() + "/")),
      asio::bind_cancellation_slot(stop.slot(), [&](const std::exception_ptr&, result<net::http_response> got) {
        answer = std::move(got);
        done = true;
      }));
  while (peer.connections() == 0) on.context.run_one();
  stop.emit(asio::cancellation_type::terminal);
  on.until(done);
  CHECK(problem_of(answer).code == "cancelled");
  CHECK(problem_of(answer).kind == error_kind::retry);
  if (scheme == "https") CHECK_FALSE(problem_of(answer).maybe_done);
  on.until(left);
}
