#include "akeneo_rig.hpp"
#include "pim/akeneo_media.hpp"

namespace listingd::pim {

using namespace test;

namespace {

struct media_rig : akeneo_rig {
  media_rig() {
    server.files["media-files/7/5/758e_red mug.jpg"] = "bytes";
    server.files["asset-media-files/1/2/front.jpg"] = "front";
  }
  result<sync::fetched_media> fetch(const std::string& ref, const std::string& validator = "") {
    return run(source->fetch_media(ref, validator));
  }
};

/// A PIM of answers prepared beforehand.
class prepared_transport final : public net::transport {
public:
  std::vector<net::http_request> sent;
  std::vector<net::http_response> answers; ///< the next in front
  task<result<net::http_response>> send(net::http_request request) override {
    sent.push_back(std::move(request));
    auto out = answers.front();
    answers.erase(answers.begin());
    co_return out;
  }
};

} // namespace

TEST_CASE("media files and assets are fetched by codes with slashes") {
  media_rig at;
  CHECK(at.fetch("7/5/758e_red mug.jpg")->bytes == "bytes");
  CHECK(at.fetch("asset-media-files/1/2/front.jpg")->bytes == "front");
  const auto asked = at.server.asked();
  CHECK(asked == texts{"/api/rest/v1/media-files/7/5/758e_red%20mug.jpg/download",
                       "/api/rest/v1/asset-media-files/1/2/front.jpg"});
}

TEST_CASE("a file is not loaded again while its ETag holds") {
  media_rig at;
  at.server.sends_etag = true;
  const auto first = at.fetch("asset-media-files/1/2/front.jpg");
  const auto again = at.fetch("asset-media-files/1/2/front.jpg", first->validator);
  REQUIRE(again);
  CHECK(again->unchanged);
  CHECK(again->bytes.empty());
  CHECK(again->validator == first->validator);
  at.server.files["asset-media-files/1/2/front.jpg"] = "other";
  CHECK(at.fetch("asset-media-files/1/2/front.jpg", first->validator)->bytes == "other");
}

TEST_CASE("where the PIM sends no ETag, the length is asked for before the bytes") {
  prepared_transport wire;
  akeneo_options options{.url = "https://pim.example", .token = secret("t")};
  akeneo_session session(wire, options);
  akeneo_rig at;
  const auto fetch = [&](const std::string& validator) {
    return at.run(fetch_akeneo_media(session, options, "a/b.jpg", validator));
  };
  wire.answers = {{.status = 200, .headers = {}, .body = "bytes"}};
  const auto first = fetch("");
  REQUIRE(first);
  CHECK(first->validator == "length:5");
  SECTION("it is the same") {
    wire.answers = {{.status = 200, .headers = {{"Content-Length", "5"}}, .body = ""}};
    CHECK(fetch(first->validator)->unchanged);
    CHECK(wire.sent.back().method == "HEAD");
  }
  SECTION("it is another, or not told") {
    wire.answers = {{.status = 200, .headers = {{"Content-Length", "7"}}, .body = ""},
                    {.status = 200, .headers = {}, .body = "longer"}};
    if (GENERATE(true, false)) wire.answers.front() = {.status = 405, .headers = {}, .body = ""};
    const auto second = fetch(first->validator);
    REQUIRE(second);
    CHECK(second->bytes == "longer");
    CHECK(second->validator == "length:6");
    CHECK(net::header(wire.sent.back().headers, "If-None-Match").empty());
  }
}

TEST_CASE("a file that is not there is missing, one that must not be read or is too large is refused") {
  media_rig at;
  const auto code = [&](const std::string& ref) {
    const auto got = at.fetch(ref);
    REQUIRE_FALSE(got);
    CHECK(got.error().kind == error_kind::fix_data);
    return got.error().code;
  };
  CHECK(code("no/such.jpg") == "media_missing");
  CHECK(code("") == "media_missing");
  for (const auto* ref : {"../../oauth/v1/token", "a/../../b", "/etc/passwd", "a//b", "a/./b"}) {
    INFO(ref);
    CHECK(code(ref) == "media_refused");
  }
  at.options.largest_medium = 4;
  at.restart();
  CHECK(code("asset-media-files/1/2/front.jpg") == "media_refused");
  at.options.largest_medium = 5;
  at.restart();
  CHECK(at.fetch("asset-media-files/1/2/front.jpg"));
  at.server.meet(trouble::forbidden, 1);
  CHECK(code("asset-media-files/1/2/front.jpg") == "media_refused");
}

TEST_CASE("trouble of the PIM does not make pictures missing") {
  media_rig at;
  at.server.meet(GENERATE(trouble::status_500, trouble::status_429, trouble::cut_short), 1);
  const auto got = at.fetch("asset-media-files/1/2/front.jpg");
  REQUIRE_FALSE(got);
  CHECK(got.error().kind == error_kind::retry);
}

TEST_CASE("a linked picture is fetched from its host, and only if that is allowed") {
  media_rig at;
  CHECK(at.fetch("https://elsewhere.example/a.jpg").error().code == "media_refused");
  at.options.fetch = [](std::string, std::string) -> task<result<net::http_response>> {
    co_return net::http_response{.status = 200, .headers = {{"ETag", "\"v1\""}}, .body = "linked"};
  };
  at.restart();
  const auto got = at.fetch("https://cdn.example/a.jpg?w=800");
  REQUIRE(got);
  CHECK(got->bytes == "linked");
  CHECK(got->validator == "\"v1\"");
}

} // namespace listingd::pim
