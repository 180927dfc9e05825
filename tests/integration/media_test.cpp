// Pictures: asked for as seldom as possible, known when their host is away, uploaded once.
#include "integration/stage.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace listingd;
using namespace listingd::integration;

namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The folder source, with a web server of its own in front: pictures of the sample catalogue behind URLs.
class web_source final : public sync::source {
public:
  explicit web_source(sync::source& inner) : inner_(inner) {}

  struct question {
    std::string ref, validator;
  };
  std::vector<question> asked;
  std::optional<error> away; ///< what every URL answers now
  std::string version = "1"; ///< of every picture

  [[nodiscard]] const source_name& name() const override { return inner_.name(); }
  [[nodiscard]] std::string_view kind() const override { return inner_.kind(); }
  [[nodiscard]] sync::source_abilities abilities() const override { return inner_.abilities(); }
  task<result<sync::source_page>> read(std::string cursor) override { return inner_.read(std::move(cursor)); }
  task<void> committed(std::string cursor) override { return inner_.committed(std::move(cursor)); }

  task<result<sync::fetched_media>> fetch_media(std::string ref, std::string validator) override {
    asked.push_back({ref, validator});
    const std::string host = "https://cdn.test/";
    if (!ref.starts_with(host)) co_return co_await inner_.fetch_media(ref, validator);
    if (away) co_return std::unexpected(*away);
    const bool unchanged = validator == version;
    auto bytes = unchanged ? "" : read_file(LISTINGD_ROOT "/deploy/sample/catalogue/" + ref.substr(host.size()));
    co_return sync::fetched_media{.unchanged = unchanged, .bytes = std::move(bytes), .validator = version};
  }

private:
  sync::source& inner_;
};

struct web_stage : stage {
  web_stage() { daemon.with.sources[pim] = &web; }
  web_source web{*daemon.source};

  result<sync::media_state> prepare(draft& wanted) {
    return run(daemon.media.prepare(ref("mug-pair"), *daemon.with.setting_of(us), "US", {}, wanted));
  }
  /// Uploads until nothing is left to upload; returns how many.
  int upload(draft& wanted) {
    int count = 0;
    while (run(daemon.media.upload_next(ref("mug-pair"), wanted)).value()) ++count;
    return count;
  }
  [[nodiscard]] std::size_t uploads() const { return tiktok.requests("POST", "images/upload").size(); }
};

const std::string file = "images/mug-white.jpg";
const std::string url = "https://cdn.test/images/mug-white.jpg";

draft showing(const std::vector<std::string>& refs) {
  draft out;
  for (const auto& one : refs) out.main_images.push_back({.ref = one});
  return out;
}

error unreachable() {
  return try_again("GET https://cdn.test/", "timeout", "no answer within 20 s").error();
}

/// The record with its pictures on the web.
json::object on_the_web(json::object record) {
  auto text = json::serialize(record);
  for (std::size_t at = 0; (at = text.find("\"images\\/", at)) != std::string::npos;)
    text.replace(at, 9, "\"https://cdn.test/images/");
  for (std::size_t at = 0; (at = text.find("\"images/", at)) != std::string::npos;)
    text.replace(at, 8, "\"https://cdn.test/images/");
  return json::parse(text).as_object();
}

} // namespace

TEST_CASE("a picture that a draft shows several times is fetched and uploaded once") {
  web_stage on;
  auto wanted = showing({GENERATE(file, url), file, file});
  wanted.main_images[1].ref = wanted.main_images[2].ref = wanted.main_images[0].ref;
  const auto ready = on.prepare(wanted);
  REQUIRE(ready);
  CHECK(ready->violations.empty());
  CHECK(on.web.asked.size() == 1);
  CHECK(on.upload(wanted) == 1);
  CHECK(on.uploads() == 1);
  for (const auto& one : wanted.main_images) CHECK(one.uri == wanted.main_images[0].uri);
  CHECK(!wanted.main_images[0].uri.empty());
}

TEST_CASE("a picture that is missing is told for each place where it is wanted") {
  web_stage on;
  auto wanted = showing({"images/none.jpg", "images/none.jpg"});
  const auto ready = on.prepare(wanted);
  REQUIRE(ready);
  CHECK(ready->violations.size() == 2);
  CHECK(on.web.asked.size() == 1);
}

TEST_CASE("a picture that another product has uploaded meanwhile is not uploaded again") {
  web_stage on;
  auto one = showing({file});
  auto other = showing({file});
  REQUIRE(on.prepare(one));
  REQUIRE(on.prepare(other));
  CHECK(on.upload(one) == 1);
  CHECK(on.upload(other) == 0);
  CHECK(on.uploads() == 1);
  CHECK(other.main_images[0].uri == one.main_images[0].uri);
}

TEST_CASE("a picture behind a URL is asked for once a day, a file every time") {
  web_stage on;
  auto wanted = showing({url, file});
  for (int step = 0; step < 3; ++step) REQUIRE(on.prepare(wanted));
  CHECK(on.web.asked.size() == 4); // the URL once, the file three times
  on.web.asked.clear();
  on.time.advance(24h);
  for (int step = 0; step < 3; ++step) REQUIRE(on.prepare(wanted));
  CHECK(on.web.asked.size() == 4); // the URL with its validator, and it has not changed
  CHECK(on.web.asked.front().ref == url);
  CHECK(on.web.asked.front().validator == "1");
}

TEST_CASE("an original that is lost is fetched again, however fresh its check") {
  web_stage on;
  auto wanted = showing({url});
  REQUIRE(on.prepare(wanted));
  std::filesystem::remove_all(on.wiring.media);
  REQUIRE(on.prepare(wanted));
  REQUIRE(on.web.asked.size() == 2);
  CHECK(on.web.asked.back().validator.empty());
  CHECK(on.upload(wanted) == 1);
}

TEST_CASE("while a host does not answer, its known pictures stand, and it is left alone for a while") {
  web_stage on;
  auto wanted = showing({url, "https://cdn.test/images/mug-blue.jpg"});
  REQUIRE(on.prepare(wanted));
  const auto before = wanted.main_images[0].original_sha256;
  on.web.asked.clear();
  on.web.away = unreachable();
  on.time.advance(24h);
  for (int step = 0; step < 3; ++step) REQUIRE(on.prepare(wanted));
  CHECK(on.web.asked.size() == 1);
  CHECK(wanted.main_images[0].original_sha256 == before);
  on.web.away.reset();
  on.web.version = "2";
  on.time.advance(10min);
  REQUIRE(on.prepare(wanted));
  CHECK(on.web.asked.size() == 3);
}

TEST_CASE("a picture that is not known yet waits for its host") {
  web_stage on;
  on.web.away = unreachable();
  auto wanted = showing({url});
  const auto ready = on.prepare(wanted);
  REQUIRE(!ready);
  CHECK(ready.error().kind == error_kind::retry);
}

TEST_CASE("a picture that is gone from its host is missing, known or not") {
  web_stage on;
  auto wanted = showing({url});
  REQUIRE(on.prepare(wanted));
  on.web.away = bad_data("https://cdn.test/", "media_missing", "answered 404").error();
  on.time.advance(24h);
  const auto ready = on.prepare(wanted);
  REQUIRE(ready);
  REQUIRE(ready->violations.size() == 1);
  CHECK(ready->violations.front().code == "image_missing");
}

TEST_CASE("a new price goes out although the pictures' host is away") {
  web_stage on;
  const auto record = on_the_web(sample("mug-pair"));
  on.list({record});
  REQUIRE(on.state("mug-pair").job == "verified");
  on.time.advance(24h);
  on.web.away = unreachable();
  on.list({with_price(record, "17.35")});
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.state("mug-pair").failures == 0);
  CHECK(json::serialize(on.live("mug-pair")).contains("17.35"));
}
