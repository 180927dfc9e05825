// A running simulator over plain HTTP, and an app that speaks to it: for the tests of consents and tokens.
#pragma once

#include "simulator/server.hpp"
#include "simulator/signature.hpp"

#include "catch.hpp"

#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <memory>
#include <thread>

namespace listingd::simulator {

using http_answer = boost::beast::http::response<boost::beast::http::string_body>;

/// A connection whose requests may be sent without waiting for their replies.
class connection {
public:
  explicit connection(std::uint16_t port) {
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), port});
    socket.set_option(boost::asio::ip::tcp::no_delay(true));
  }

  void send(const std::string& method, const std::string& target, const std::string& body = "",
            const std::string& token = "") {
    namespace http = boost::beast::http;
    http::request<http::string_body> message(http::string_to_verb(method), target, 11);
    message.set(http::field::host, "localhost");
    message.set(http::field::content_type, "application/json");
    if (!token.empty()) message.set("x-tts-access-token", token);
    message.body() = body;
    message.prepare_payload();
    http::write(socket, message);
  }

  http_answer receive() {
    http_answer answer;
    boost::beast::http::read(socket, buffer, answer);
    return answer;
  }

private:
  boost::asio::io_context loop;
  boost::asio::ip::tcp::socket socket{loop};
  boost::beast::flat_buffer buffer;
};

/// Two shops of two countries, an app that both are consented for, and its calls.
class shop_client {
public:
  shop_client() {
    load_world(state, json::parse(R"({"shops":[
      {"id":"1001","name":"First","region":"GB","seller_type":"CROSS_BORDER","cipher":"first","code":"A"},
      {"id":"1002","name":"Second","region":"DE","seller_type":"CROSS_BORDER","cipher":"second","code":"B"},
      {"id":"1003","name":"Third","region":"GB","seller_type":"LOCAL","cipher":"third","code":"C"}],
      "category_version":{},"categories":[],"attributes":{},"rules":{},"brands":[],"warehouses":[]})"));
    load_applications(state, json::parse(R"({"apps":[{"name":"row","app_key":"key","app_secret":"secret",
      "service_id":"9","redirect_url":"https://localhost/callback","shop_ids":["1001","1002"],
      "sellers":{"other":["1003"]}}]})"));
    running = std::make_unique<server>(state, server_options{});
    serving = std::jthread([this] { running->run(); });
    wire = another_connection();
  }
  ~shop_client() { running->stop(); }
  shop_client(const shop_client&) = delete;
  shop_client& operator=(const shop_client&) = delete;

  std::unique_ptr<connection> another_connection() { return std::make_unique<connection>(running->port()); }

  http_answer exchange(const std::string& method, const std::string& target, const std::string& body = "",
                       const std::string& token = "") {
    wire->send(method, target, body, token);
    return wire->receive();
  }

  /// "POST settings" and the like.
  json::object control(const std::string& call, const json::value& body = json::object{}) {
    const auto space = call.find(' ');
    const auto answer = exchange(call.substr(0, space), "/_sim/" + call.substr(space + 1), json::serialize(body));
    INFO(call << " " << answer.body());
    REQUIRE(answer.result_int() == 200);
    return json::parse(answer.body()).as_object();
  }
  void set(std::string_view name, const json::value& value) { control("POST settings", json::object{{name, value}}); }
  std::int64_t counted(std::string_view name) { return number(part(control("GET state"), "oauth"), name); }

  /// Where the consent page sends the seller back to.
  request consent_page(const std::string& more = "") {
    const auto answer = exchange("GET", "/open/authorize?service_id=9&state=s" + more);
    return make_request("GET", std::string(answer[boost::beast::http::field::location]), {}, "");
  }

  /// The seller consents and the code is exchanged; the whole answer of the token host.
  json::object answer_to_consent(const std::string& more = "", const std::string& secret = "secret") {
    const auto back = consent_page(more);
    const auto* code = back.parameter("code");
    const auto target = "/api/v2/token/get?app_key=key&app_secret=" + secret +
                        "&grant_type=authorized_code&auth_code=" + (code ? *code : "");
    return json::parse(exchange("GET", target).body()).as_object();
  }
  json::object consent(const std::string& more = "") {
    const auto answer = answer_to_consent(more);
    INFO(json::serialize(answer));
    REQUIRE(number(answer, "code") == 0);
    return part(answer, "data");
  }

  static std::string refresh_target(const json::object& tokens) {
    return "/api/v2/token/refresh?app_key=key&app_secret=secret&grant_type=refresh_token&refresh_token=" +
           text(tokens, "refresh_token");
  }
  json::object answer_to_refresh(const json::object& tokens) {
    return json::parse(exchange("GET", refresh_target(tokens)).body()).as_object();
  }
  std::int64_t refresh_code(const json::object& tokens) { return number(answer_to_refresh(tokens), "code"); }
  json::object refresh(const json::object& tokens) {
    const auto answer = answer_to_refresh(tokens);
    INFO(json::serialize(answer));
    REQUIRE(number(answer, "code") == 0);
    return part(answer, "data");
  }

  /// A signed call; with a cipher when one is given.
  http_answer call(const json::object& tokens, const std::string& path, const std::string& cipher = "",
                   const std::string& secret = "secret") {
    auto target = path + "?app_key=key&timestamp=" + std::to_string(now_seconds() + clock_error);
    if (!cipher.empty()) target += "&shop_cipher=" + percent_encode(cipher);
    target += "&sign=" + sign_request(secret, make_request("GET", target, {}, ""));
    return exchange("GET", target, "", text(tokens, "access_token"));
  }
  /// The code that Get Authorized Shops answers; 0 when the token is good.
  std::int64_t code_of(const json::object& tokens, const std::string& secret = "secret") {
    return number(json::parse(call(tokens, "/authorization/202309/shops", "", secret).body()).as_object(), "code");
  }
  /// The code of a call that is about one shop.
  std::int64_t shop_code(const json::object& tokens, const std::string& cipher) {
    const auto answer = call(tokens, "/product/202312/prerequisites", cipher);
    return number(json::parse(answer.body()).as_object(), "code");
  }
  json::array shops(const json::object& tokens) {
    const auto answer = json::parse(call(tokens, "/authorization/202309/shops").body());
    return list(part(answer.as_object(), "data"), "shops");
  }
  std::vector<std::string> shop_ids(const json::object& tokens) {
    std::vector<std::string> ids;
    for (const auto& each : shops(tokens)) ids.push_back(text(as_object(each), "id"));
    return ids;
  }

  /// What the app's webhook address of a type was sent last: queued, not delivered, because nobody listens there.
  void subscribe(const std::string& shop_id, const std::string& event) {
    const std::scoped_lock lock(state.mutex);
    state.subscriptions["key " + shop_id + " " + event] = {"https://localhost:1/hook", 1, 1};
  }
  delivery last_webhook() {
    const std::scoped_lock lock(state.mutex);
    REQUIRE(!state.deliveries.empty());
    return state.deliveries.back();
  }

  world state;
  std::int64_t clock_error = 0; // of the app's timestamps

private:
  std::unique_ptr<server> running;
  std::jthread serving;
  std::unique_ptr<connection> wire;
};

} // namespace listingd::simulator
