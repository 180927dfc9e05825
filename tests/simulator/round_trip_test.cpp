// The whole simulator in this process, over real TLS: consent, upload, create, review, webhooks, read back.
#include "simulator/server.hpp"
#include "simulator/signature.hpp"

#include "catch.hpp"

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast.hpp>
#include <boost/beast/ssl.hpp>
#include <condition_variable>
#include <filesystem>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <thread>
#include <unistd.h>
#include <vips/vips8>

using namespace listingd::simulator;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

namespace {

/// A self-signed certificate for localhost in a folder of its own.
class certificate {
public:
  certificate() {
    std::filesystem::create_directories(folder);
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* paper = X509_new();
    X509_set_version(paper, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(paper), 1);
    X509_gmtime_adj(X509_getm_notBefore(paper), -60);
    X509_gmtime_adj(X509_getm_notAfter(paper), 3600);
    X509_set_pubkey(paper, key);
    auto* name = X509_get_subject_name(paper);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1,
                               0);
    X509_set_issuer_name(paper, name);
    auto* alternative = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
    X509_add_ext(paper, alternative, -1);
    X509_EXTENSION_free(alternative);
    X509_sign(paper, key, EVP_sha256());
    auto* file = std::fopen(certificate_file().c_str(), "w");
    PEM_write_X509(file, paper);
    std::fclose(file);
    file = std::fopen(key_file().c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(paper);
    EVP_PKEY_free(key);
  }
  ~certificate() { std::filesystem::remove_all(folder); }
  certificate(const certificate&) = delete;
  certificate& operator=(const certificate&) = delete;

  std::string certificate_file() const { return folder / "certificate.pem"; }
  std::string key_file() const { return folder / "key.pem"; }

private:
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("simulator_test_" + std::to_string(::getpid()));
};

struct webhook {
  std::string body, signature;
};

/// Receives webhooks; the first deliveries may be answered otherwise than with 200.
class receiver {
public:
  explicit receiver(const certificate& paper) {
    tls.use_certificate_chain_file(paper.certificate_file());
    tls.use_private_key_file(paper.key_file(), asio::ssl::context::pem);
    listening = std::jthread([this](const std::stop_token& stop) { listen(stop); });
  }
  ~receiver() {
    listening.request_stop();
    boost::system::error_code ignored;
    asio::io_context own;
    tcp::socket(own).connect({asio::ip::make_address("127.0.0.1"), port()}, ignored); // wakes accept()
  }
  receiver(const receiver&) = delete;
  receiver& operator=(const receiver&) = delete;

  unsigned short port() const { return acceptor.local_endpoint().port(); }
  void answer_next(std::vector<int> statuses) { answers = std::move(statuses); }

  /// The webhooks received so far, once there are `count`; fewer when that takes too long.
  std::vector<webhook> wait_for(std::size_t count) {
    std::unique_lock lock(mutex);
    arrived.wait_for(lock, std::chrono::seconds(20), [&] { return received.size() >= count; });
    return received;
  }

private:
  void listen(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      boost::system::error_code problem;
      asio::ssl::stream<tcp::socket> stream(acceptor.accept(loop), tls);
      if (stop.stop_requested()) return;
      stream.handshake(asio::ssl::stream_base::server, problem);
      if (problem) continue;
      beast::flat_buffer buffer;
      http::request<http::string_body> message;
      http::read(stream, buffer, message, problem);
      if (problem) continue;
      const std::scoped_lock lock(mutex);
      received.push_back({message.body(), std::string(message[http::field::authorization])});
      const int status = answers.empty() ? 200 : answers.front();
      if (!answers.empty()) answers.erase(answers.begin());
      http::response<http::empty_body> answer(static_cast<http::status>(status), 11);
      answer.prepare_payload();
      http::write(stream, answer, problem);
      arrived.notify_all();
    }
  }

  asio::io_context loop;
  asio::ssl::context tls{asio::ssl::context::tls_server};
  tcp::acceptor acceptor{loop, {asio::ip::make_address("127.0.0.1"), 0}};
  std::mutex mutex;
  std::condition_variable arrived;
  std::vector<webhook> received;
  std::vector<int> answers;
  std::jthread listening;
};

/// A running simulator and one kept-alive connection to it.
class shop_under_test {
public:
  explicit shop_under_test(const certificate& paper) {
    load_world(state, json::parse(R"({"shops":[{"id":"7490000000000000001","name":"Test shop","region":"US",
      "seller_type":"LOCAL","cipher":"ROW_test+/=","code":"USTEST"}],"category_version":{"US":"v2"},
      "categories":[{"id":"1","parent_id":"0","local_name":"Clothes","is_leaf":false,"permission_statuses":["AVAILABLE"]},
       {"id":"11","parent_id":"1","local_name":"Shirts","is_leaf":true,"permission_statuses":["AVAILABLE"]}],
      "attributes":{"11":[]},"rules":{"11":{}},"brands":[],
      "warehouses":[{"id":"7000000000000000001","type":"SALES_WAREHOUSE","effect_status":"ENABLED"}],
      "review":{"hidden_rules":[{"category_id":"11","kind":"main_image_min_short_side","value":800}]}})"));
    load_applications(state, json::parse(R"({"apps":[{"name":"us","app_key":"testkey","app_secret":"testsecret",
      "service_id":"900001","redirect_url":"https://localhost/oauth/callback","shop_ids":["7490000000000000001"]}]})"));
    state.setting.review_ms = 0;
    state.setting.search_lag_ms = 0;
    state.setting.time_scale = 1e7;
    server_options options;
    options.certificate_file = options.trust_file = paper.certificate_file();
    options.private_key_file = paper.key_file();
    running = std::make_unique<server>(state, options);
    serving = std::jthread([this] { running->run(); });
    trust.load_verify_file(paper.certificate_file());
    stream = std::make_unique<asio::ssl::stream<tcp::socket>>(loop, trust);
    stream->lowest_layer().connect({asio::ip::make_address("127.0.0.1"), running->port()});
    stream->set_verify_mode(asio::ssl::verify_peer);
    stream->set_verify_callback(asio::ssl::host_name_verification("localhost"));
    stream->handshake(asio::ssl::stream_base::client);
  }
  ~shop_under_test() { running->stop(); }
  shop_under_test(const shop_under_test&) = delete;
  shop_under_test& operator=(const shop_under_test&) = delete;

  http::response<http::string_body> exchange(const std::string& method, const std::string& target,
                                             const std::string& body = "",
                                             const std::string& type = "application/json") {
    http::request<http::string_body> message(http::string_to_verb(method), target, 11);
    message.set(http::field::host, "localhost");
    message.set(http::field::content_type, type);
    message.set("x-tts-access-token", token);
    message.body() = body;
    message.prepare_payload();
    http::write(*stream, message);
    beast::flat_buffer buffer;
    http::response<http::string_body> answer;
    http::read(*stream, buffer, answer);
    return answer;
  }

  json::object call(const std::string& method, const std::string& path, const std::string& body = "",
                    bool with_cipher = true, const std::string& type = "application/json", std::string query = "") {
    query = path + "?app_key=testkey&timestamp=" + std::to_string(now_seconds()) + query;
    if (with_cipher) query += "&shop_cipher=" + percent_encode("ROW_test+/=");
    const auto sign = sign_request("testsecret", make_request(method, query, {{"content-type", type}}, body));
    return json::parse(exchange(method, query + "&sign=" + sign, body, type).body()).as_object();
  }

  void consent() {
    const auto redirect = exchange("GET", "/open/authorize?service_id=900001&state=s");
    const auto back = make_request("GET", std::string(redirect[http::field::location]), {}, "");
    const auto answer =
        exchange("GET", "/api/v2/token/get?app_key=testkey&app_secret=testsecret&grant_type=authorized_code"
                        "&auth_code=" +
                            *back.parameter("code"));
    token = text(part(json::parse(answer.body()).as_object(), "data"), "access_token");
  }

  std::string upload(int side) {
    static const bool started = VIPS_INIT("simulator_tests") == 0;
    REQUIRE(started);
    void* data = nullptr;
    std::size_t size = 0;
    vips::VImage::black(side, side).write_to_buffer(".png", &data, &size);
    const std::string image(static_cast<char*>(data), size);
    g_free(data);
    const auto form =
        "--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.png\"\r\n\r\n" + image + "\r\n--b--\r\n";
    return text(
        part(call("POST", "/product/202309/images/upload", form, false, "multipart/form-data; boundary=b"), "data"),
        "uri");
  }

  json::object product(const std::string& id) { return part(call("GET", "/product/202309/products/" + id), "data"); }

  world state;
  std::string token;

private:
  std::unique_ptr<server> running;
  std::jthread serving;
  asio::io_context loop;
  asio::ssl::context trust{asio::ssl::context::tls_client};
  std::unique_ptr<asio::ssl::stream<tcp::socket>> stream;
};

std::string listing(const std::string& image) {
  return json::serialize(json::object{
      {"title", "Plain shirt"},
      {"description", "<p>A plain shirt of pure cotton, size M, made to last.</p>"},
      {"category_id", "11"},
      {"category_version", "v2"},
      {"main_images", {json::object{{"uri", image}}}},
      {"package_weight", {{"value", "0.5"}, {"unit", "POUND"}}},
      {"package_dimensions", {{"length", "10"}, {"width", "8"}, {"height", "1"}, {"unit", "INCH"}}},
      {"external_product_id", "shirt"},
      {"idempotency_key", "key"},
      {"skus",
       {json::object{{"seller_sku", "SHIRT-M"},
                     {"price", {{"amount", "19.99"}, {"currency", "USD"}}},
                     {"inventory", {json::object{{"warehouse_id", "7000000000000000001"}, {"quantity", 3}}}}}}}});
}

void subscribe(shop_under_test& shop, const receiver& hooks, const std::string& event) {
  const auto answer = shop.call(
      "PUT", "/event/202309/webhooks",
      json::serialize(json::object{{"event_type", event},
                                   {"address", "https://localhost:" + std::to_string(hooks.port()) + "/" + event}}));
  REQUIRE(number(answer, "code") == 0);
}

} // namespace

TEST_CASE("a product is created, rejected by a hidden rule, repaired in place and approved; webhooks tell each step") {
  const certificate paper;
  receiver hooks(paper);
  shop_under_test shop(paper);
  shop.consent();
  subscribe(shop, hooks, "PRODUCT_AUDIT_STATUS_CHANGE");

  const auto made = shop.call("POST", "/product/202309/products", listing(shop.upload(600)));
  INFO(json::serialize(made));
  REQUIRE(number(made, "code") == 0);
  const auto id = text(part(made, "data"), "product_id");
  CHECK(id.size() == 19);

  auto told = hooks.wait_for(1);
  REQUIRE(told.size() == 1);
  CHECK(told[0].signature == sign_webhook("testkey", "testsecret", told[0].body));
  const auto event = json::parse(told[0].body).as_object();
  CHECK(number(event, "type") == 37);
  CHECK(std::to_string(number(part(event, "data"), "product_id")) == id);

  const auto rejected = shop.product(id);
  CHECK(text(rejected, "status") == "FAILED");
  const auto& reason = as_object(list(rejected, "audit_failed_reasons").at(0));
  CHECK(text(reason, "position") == "Main image");
  CHECK(texts(reason, "suggestions").at(0) == "Upload images of at least 800 x 800 pixels.");

  const auto images = json::serialize(json::object{{"main_images", {json::object{{"uri", shop.upload(900)}}}}});
  CHECK(number(shop.call("POST", "/product/202509/products/" + id + "/partial_edit", images), "code") == 0);
  REQUIRE(hooks.wait_for(2).size() == 2);
  const auto approved = shop.product(id);
  CHECK(text(approved, "status") == "ACTIVATE");
  CHECK(text(part(approved, "audit"), "status") == "APPROVED");
  CHECK(text(part(as_object(list(approved, "skus").at(0)), "price"), "sale_price") == "19.99");
}

TEST_CASE("a webhook that is not answered with 200 or 401 is sent again, the same notification") {
  const certificate paper;
  receiver hooks(paper);
  hooks.answer_next({500, 503, 200});
  shop_under_test shop(paper);
  shop.consent();
  subscribe(shop, hooks, "PRODUCT_CREATION");
  REQUIRE(number(shop.call("POST", "/product/202309/products", listing(shop.upload(900))), "code") == 0);
  const auto told = hooks.wait_for(3);
  REQUIRE(told.size() == 3);
  CHECK(told[0].body == told[2].body);
}

TEST_CASE("the gateway is strict about credentials") {
  const certificate paper;
  shop_under_test shop(paper);
  const auto code_of = [&](const json::object& answer) { return number(answer, "code"); };
  CHECK(code_of(shop.call("GET", "/authorization/202309/shops", "", false)) == 36009004);
  shop.consent();
  CHECK(code_of(shop.call("GET", "/authorization/202309/shops", "", false)) == 0);
  CHECK(code_of(shop.call("GET", "/authorization/202309/shops", "", true)) == 36009004);
  CHECK(code_of(shop.call("GET", "/product/202312/prerequisites", "", false)) == 106013);
  CHECK(code_of(shop.call("GET", "/product/202309/categories")) == 12052217);
  CHECK(shop.exchange("GET", "/product/202312/prerequisites?app_key=testkey&timestamp=1&sign=0").result_int() == 400);
  CHECK(shop.exchange("GET",
                      "/product/202312/prerequisites?app_key=testkey&sign=0&timestamp=" + std::to_string(now_seconds()))
            .result_int() == 401);
  CHECK(shop.exchange("GET", "/no/such/path").result_int() == 404);
}

TEST_CASE("an idempotency key is answered as the setting says") {
  const certificate paper;
  shop_under_test shop(paper);
  shop.consent();
  const auto body = listing(shop.upload(900));
  const auto first = shop.call("POST", "/product/202309/products", body);
  CHECK(part(shop.call("POST", "/product/202309/products", body), "data") == part(first, "data"));
  shop.exchange("POST", "/_sim/settings", R"({"idempotency":"refuse"})");
  CHECK(number(shop.call("POST", "/product/202309/products", body), "code") == 12052910);
  shop.exchange("POST", "/_sim/settings", R"({"idempotency":"ignore"})");
  CHECK(number(shop.call("POST", "/product/202309/products", body), "code") == 12052996);
}

TEST_CASE("faults happen as often as asked for") {
  const certificate paper;
  shop_under_test shop(paper);
  shop.consent();
  shop.exchange("POST", "/_sim/faults", R"([{"match":"GET shops","kind":"429","retry_after":7,"skip":1,"times":1}])");
  CHECK(number(shop.call("GET", "/authorization/202309/shops", "", false), "code") == 0);
  CHECK(number(shop.call("GET", "/authorization/202309/shops", "", false), "code") == 36009002);
  CHECK(number(shop.call("GET", "/authorization/202309/shops", "", false), "code") == 0);
  shop.exchange("POST", "/_sim/faults", R"([{"match":"* shops","kind":"drop_before"}])");
  CHECK_THROWS(shop.call("GET", "/authorization/202309/shops", "", false));
}

TEST_CASE("products that carry the same seller SKU are reported as duplicates until one is deleted") {
  const certificate paper;
  shop_under_test shop(paper);
  const std::string product = R"({"product":{"title":"Shirt","category_id":"11","skus":[{"seller_sku":"SHIRT-M"}]}})";
  const auto state = [&] { return json::parse(shop.exchange("GET", "/_sim/state").body()).as_object(); };
  shop.exchange("POST", "/_sim/products", product);
  CHECK(list(state(), "duplicates").empty());
  const auto second = json::parse(shop.exchange("POST", "/_sim/products", product).body()).as_object();
  CHECK(list(state(), "duplicates").size() == 1);
  shop.exchange("POST", "/_sim/products/" + text(second, "id"), R"({"status":"DELETED"})");
  CHECK(list(state(), "duplicates").empty());
}
