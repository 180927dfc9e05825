#include "simulator/deliver.hpp"

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast.hpp>
#include <boost/beast/ssl.hpp>
#include <regex>

namespace listingd::simulator {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

namespace {

constexpr auto patience = std::chrono::seconds(3);

struct place {
  std::string host, port, target;
};

place parse(const std::string& address) {
  static const std::regex form("https://([^/:?#]+)(?::([0-9]+))?(/[^#]*)?");
  std::smatch parts;
  if (!std::regex_match(address, parts, form)) throw std::runtime_error("not an https address");
  return {parts[1], parts[2].length() > 0 ? parts[2].str() : "443", parts[3].length() > 0 ? parts[3].str() : "/"};
}

asio::awaitable<delivered> exchange(asio::ssl::context& trust, const delivery& what) {
  const auto where = parse(what.address);
  const auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  const auto hosts = co_await resolver.async_resolve(where.host, where.port, asio::use_awaitable);
  asio::ssl::stream<beast::tcp_stream> stream(executor, trust);
  auto& lowest = beast::get_lowest_layer(stream);
  lowest.expires_after(patience);
  co_await lowest.async_connect(hosts, asio::use_awaitable);
  stream.set_verify_mode(asio::ssl::verify_peer);
  stream.set_verify_callback(asio::ssl::host_name_verification(where.host));
  if (!SSL_set_tlsext_host_name(stream.native_handle(), where.host.c_str())) throw std::runtime_error("server name");
  co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
  http::request<http::string_body> message(http::verb::post, where.target, 11);
  message.set(http::field::host, where.host);
  message.set(http::field::content_type, "application/json");
  message.set(http::field::authorization, what.signature);
  message.body() = what.body;
  message.prepare_payload();
  co_await http::async_write(stream, message, asio::use_awaitable);
  beast::flat_buffer buffer;
  http::response<http::string_body> answer;
  co_await http::async_read(stream, buffer, answer, asio::use_awaitable);
  co_return delivered{answer.result_int(), answer.body().empty(), ""};
}

} // namespace

asio::awaitable<delivered> deliver(asio::ssl::context& trust, const delivery& what) {
  delivered outcome;
  try {
    outcome = co_await exchange(trust, what);
  } catch (const std::exception& problem) {
    outcome.problem = problem.what();
  }
  co_return outcome;
}

} // namespace listingd::simulator
