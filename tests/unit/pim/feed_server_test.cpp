// The example server of the contract (tests/feed_server, shown in lib/pim/feed.md), run by Node.js and read through the
// real source.
#include "catch.hpp"
#include "model/json.hpp"
#include "pim/feed.hpp"
#include "pim/feed_client.hpp"
#include "unit/net/loop.hpp"
#include "unit/temp_folder.hpp"

#include <array>
#include <csignal>
#include <map>
#include <set>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace listingd::pim {

namespace {

const std::filesystem::path top = LISTINGD_ROOT;

/// `node server.mjs RECORDS PORT`, from its first line to the end of this object.
class node_server {
public:
  node_server(const std::filesystem::path& records, const std::map<std::string, std::string>& environment, int port) {
    std::array<int, 2> out{};
    if (::pipe(out.data()) != 0) throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL); // a test that crashes leaves nothing behind
      ::dup2(out[1], STDOUT_FILENO);
      for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
      const auto script = (top / "tests/feed_server/server.mjs").string();
      ::execlp("node", "node", script.c_str(), records.c_str(), std::to_string(port).c_str(), nullptr);
      ::_exit(127);
    }
    ::close(out[1]);
    for (char c = 0; ::read(out[0], &c, 1) == 1 && c != '\n';) url_ += c;
    ::close(out[0]);
    if (!url_.starts_with("http://")) throw std::runtime_error("node does not start: is Node.js installed?");
  }
  node_server(const node_server&) = delete;
  node_server& operator=(const node_server&) = delete;
  ~node_server() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] int port() const { return std::stoi(url_.substr(std::string_view("http://127.0.0.1:").size())); }

private:
  pid_t process_;
  std::string url_;
};

/// Remembers how the last answer came.
class watched_wire final : public net::transport {
public:
  task<result<net::http_response>> send(net::http_request request) override {
    auto answer = co_await client_->send(std::move(request));
    if (answer) status = answer->status;
    if (answer) coding = net::header(answer->headers, "Content-Encoding");
    co_return answer;
  }
  int status = 0;
  std::string coding;

private:
  std::unique_ptr<net::transport> client_ = net::make_client({});
};

struct way_in {
  const char* name;
  std::map<std::string, std::string> environment;
  feed_auth auth;
};

class stage {
public:
  explicit stage(const way_in& with) : with_(with) {
    std::string lines;
    for (int i = 0; i < 7; ++i) lines += record("p" + std::to_string(i)) + "\n";
    records_ = folder_.put("records.ndjson", lines);
    start(0);
  }

  void start(int port) {
    server_.reset();
    server_ = std::make_unique<node_server>(records_, with_.environment, port);
    options = {.name = source_name("pim"),
               .url = server_->url(),
               .keys_url = "keys",
               .record_url = "records/{key}",
               .auth = with_.auth,
               .username = "me",
               .credential = secret("geheim"),
               .page_limit = 3,
               .media_hosts = {}};
    source = make_feed_source(options, wire, time);
  }
  [[nodiscard]] int port() const { return server_->port(); }

  static std::string record(const std::string& key, const std::string& title = "Title") {
    return R"({"key":")" + key + R"(","values":{"name":[{"locale":null,"scope":null,"data":")" + title + R"("}]}})";
  }

  void edit(const std::string& method, const std::string& key, const std::string& body = "") {
    const auto to = *net::parse_location(server_->url().substr(0, server_->url().rfind('/')) + "/records/" + key);
    net::http_request request{.method = method,
                              .url = to.shown(),
                              .headers = feed_credentials(options, to, method, time.now()),
                              .body = body};
    const auto answer = loop.run(wire.send(std::move(request)));
    REQUIRE(answer);
    REQUIRE(answer->status == 204);
  }

  /// One window: "p1" for a record, "-p1" for a tombstone.
  std::multiset<std::string> read() {
    std::multiset<std::string> out;
    for (bool more = true; more;) {
      const auto page = loop.run(source->read(cursor));
      INFO((page ? "" : page.error().text()));
      REQUIRE(page);
      CHECK(page->rejected.empty());
      CHECK(page->items.size() <= 3);
      for (const auto& item : page->items)
        out.insert(item.deleted ? "-" + item.key.text() : text_at(item.payload, "key"));
      cursor = page->cursor;
      more = page->more;
      window = page->window;
    }
    return out;
  }

  tests::loop loop;
  system_clock time;
  watched_wire wire;
  feed_options options;
  std::unique_ptr<sync::source> source;
  std::string cursor, window;

private:
  way_in with_;
  listingd::test::temp_folder folder_;
  std::filesystem::path records_;
  std::unique_ptr<node_server> server_;
};

const std::array ways{way_in{"none", {}, feed_auth::none},
                      way_in{"bearer", {{"FEED_TOKEN", "geheim"}}, feed_auth::bearer},
                      way_in{"basic", {{"FEED_USER", "me"}, {"FEED_PASSWORD", "geheim"}}, feed_auth::basic},
                      way_in{"hmac", {{"FEED_SECRET", "geheim"}}, feed_auth::hmac}};
const std::multiset<std::string> all{"p0", "p1", "p2", "p3", "p4", "p5", "p6"};

} // namespace

TEST_CASE("the example server keeps the contract, with each kind of credentials") {
  const auto with = GENERATE(from_range(ways));
  CAPTURE(with.name);
  stage at(with);
  CHECK(at.read() == all);
  CHECK(at.wire.coding == "gzip");
  CHECK(at.read().empty());
  CHECK(at.wire.status == 304);

  at.edit("PUT", "p3", stage::record("p3", "Better"));
  at.edit("PUT", "n%2F1", stage::record("n/1"));
  at.edit("DELETE", "p5");
  at.edit("PUT", "p3", stage::record("p3", "Best"));
  CHECK(at.read() == std::multiset<std::string>{"p3", "n/1", "-p5"});
  CHECK(at.read().empty());

  std::set<std::string> keys;
  std::string cursor;
  for (bool more = true; more;) {
    const auto page = at.loop.run(at.source->keys(cursor));
    REQUIRE(page);
    for (const auto& key : page->keys) keys.insert(key.text());
    cursor = page->cursor;
    more = page->more;
  }
  CHECK(keys == std::set<std::string>{"n/1", "p0", "p1", "p2", "p3", "p4", "p6"});
  CHECK(at.loop.run(at.source->is_gone(product_key("p5"))) == true);
  CHECK(at.loop.run(at.source->is_gone(product_key("n/1"))) == false);
  const auto one = at.loop.run(at.source->read_one(product_key("p3")));
  REQUIRE(one);
  CHECK(json::serialize(one->payload) == stage::record("p3", "Best"));
  CHECK(at.loop.run(at.source->read_one(product_key("p5")))->deleted);
}

TEST_CASE("the example server refuses other credentials") {
  const auto with = GENERATE(from_range(ways));
  if (with.auth == feed_auth::none) return;
  CAPTURE(with.name);
  stage at(with);
  at.options.credential = secret("wrong");
  const auto stranger = make_feed_source(at.options, at.wire, at.time);
  const auto refused = at.loop.run(stranger->read(""));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "unauthorized");
}

TEST_CASE("the example server starts its list anew, and everything is read once more") {
  stage at(ways.front());
  CHECK(at.read() == all);
  at.start(at.port());
  CHECK(at.read() == all);
  CHECK(at.window == "everything once more: the feed no longer knew the cursor");
  CHECK(at.read().empty());
}

TEST_CASE("the contract shows the server that runs") {
  const auto text = [](const char* file) {
    std::ifstream in(top / file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const auto server = text("tests/feed_server/server.mjs");
  REQUIRE_FALSE(server.empty());
  CHECK(text("lib/pim/feed.md").find("```js\n" + server + "```\n") != std::string::npos);
}

} // namespace listingd::pim
