#include "folder_rig.hpp"

namespace listingd::pim {

using namespace test;

namespace {

result<sync::fetched_media> fetch(folder_rig& at, const std::string& ref, const std::string& validator = "") {
  return run(at.source->fetch_media(ref, validator));
}

/// The source with a web of one answer.
struct web_rig : folder_rig {
  std::string url, validator;
  void answer(result<net::http_response> with) {
    options.fetch = [this, with](std::string asked, std::string known) -> task<result<net::http_response>> {
      url = asked;
      validator = known;
      co_return with;
    };
    restart();
  }
};

} // namespace

TEST_CASE("a picture beside the files is read, and its validator spares the second reading until the file changes") {
  folder_rig at;
  at.drop("images/mug.jpg", "bytes");
  const auto first = fetch(at, "images/mug.jpg");
  REQUIRE(first);
  CHECK(first->bytes == "bytes");
  CHECK_FALSE(first->unchanged);
  const auto again = fetch(at, "images/mug.jpg", first->validator);
  REQUIRE(again);
  CHECK(again->unchanged);
  CHECK(again->bytes.empty());
  at.drop("images/mug.jpg", "other");
  at.age("images/mug.jpg", duration{1});
  const auto changed = fetch(at, "images/mug.jpg", first->validator);
  REQUIRE(changed);
  CHECK(changed->bytes == "other");
  CHECK(changed->validator != first->validator);
}

TEST_CASE("a file that replaced another of the same size and time has another validator") {
  folder_rig at;
  at.drop("mug.jpg", "old");
  const auto first = fetch(at, "mug.jpg");
  at.drop("new.jpg", "new");
  std::filesystem::rename(at.folder.path() / "new.jpg", at.folder.path() / "mug.jpg");
  const auto second = fetch(at, "mug.jpg", first->validator);
  REQUIRE(second);
  CHECK(second->bytes == "new");
}

TEST_CASE("a reference to nothing is media_missing") {
  folder_rig at;
  at.drop("mug.jpg", "bytes");
  const auto ref = GENERATE(as<std::string>{}, "", "absent.jpg", "absent/mug.jpg", "mug.jpg/inner.jpg");
  const auto got = fetch(at, ref);
  REQUIRE_FALSE(got);
  CHECK(got.error().kind == error_kind::fix_data);
  CHECK(got.error().code == "media_missing");
}

TEST_CASE("a reference that leaves the folder, or is no file, is media_refused") {
  folder_rig at;
  listingd::test::temp_folder outside;
  outside.put("secret.jpg", "secret");
  at.drop("images/mug.jpg", "bytes");
  std::filesystem::create_symlink(outside.path() / "secret.jpg", at.folder.path() / "link.jpg");
  std::filesystem::create_symlink(outside.path(), at.folder.path() / "way");
  std::filesystem::create_symlink("loop.jpg", at.folder.path() / "loop.jpg");
  const std::vector<std::string> refs{outside.path() / "secret.jpg",
                                      at.folder.path() / "images/mug.jpg",
                                      "../" + outside.path().filename().string() + "/secret.jpg",
                                      "images/../images/mug.jpg",
                                      "link.jpg",
                                      "way/secret.jpg",
                                      "loop.jpg",
                                      "images",
                                      std::string("mug\0.jpg", 8)};
  for (const auto& ref : refs) {
    INFO(ref);
    const auto got = fetch(at, ref);
    REQUIRE_FALSE(got);
    CHECK(got.error().kind == error_kind::fix_data);
    CHECK(got.error().code == "media_refused");
  }
}

TEST_CASE("a symbolic link that stays inside the folder is followed") {
  folder_rig at;
  at.drop("images/mug.jpg", "bytes");
  std::filesystem::create_symlink("images/mug.jpg", at.folder.path() / "link.jpg");
  const auto got = fetch(at, "link.jpg");
  REQUIRE(got);
  CHECK(got->bytes == "bytes");
}

TEST_CASE("a file beyond the size limit is refused, one of exactly the limit is not") {
  folder_rig at;
  at.options.largest_medium = 5;
  at.restart();
  at.drop("five.jpg", "12345");
  at.drop("six.jpg", "123456");
  CHECK(fetch(at, "five.jpg"));
  const auto got = fetch(at, "six.jpg");
  REQUIRE_FALSE(got);
  CHECK(got.error().code == "media_refused");
}

TEST_CASE("a folder that is away for a moment does not make its pictures missing") {
  folder_rig at;
  at.options.directory = at.folder.path() / "unmounted";
  at.restart();
  const auto got = fetch(at, "mug.jpg");
  REQUIRE_FALSE(got);
  CHECK(got.error().kind == error_kind::retry);
}

TEST_CASE("a URL is fetched with the validator, and its entity tag is the next one") {
  web_rig at;
  at.answer(net::http_response{.status = 200, .headers = {{"etag", "\"v2\""}}, .body = "bytes"});
  const auto got = fetch(at, "https://cdn.example/mug.jpg", "\"v1\"");
  REQUIRE(got);
  CHECK(at.url == "https://cdn.example/mug.jpg");
  CHECK(at.validator == "\"v1\"");
  CHECK(got->bytes == "bytes");
  CHECK(got->validator == "\"v2\"");
}

TEST_CASE("a URL whose content has not changed keeps its validator") {
  web_rig at;
  at.answer(net::http_response{.status = 304, .headers = {}, .body = ""});
  const auto got = fetch(at, "https://cdn.example/mug.jpg", "\"v1\"");
  REQUIRE(got);
  CHECK(got->unchanged);
  CHECK(got->validator == "\"v1\"");
}

TEST_CASE("what a URL answers decides between waiting and telling the catalogue's owner; the query is not repeated") {
  web_rig at;
  const auto [status, kind] = GENERATE(table<int, error_kind>(
      {{500, error_kind::retry}, {429, error_kind::retry}, {404, error_kind::fix_data}, {403, error_kind::fix_data}}));
  at.answer(net::http_response{.status = status, .headers = {}, .body = "no"});
  const auto got = fetch(at, "https://cdn.example/mug.jpg?signature=abc");
  REQUIRE_FALSE(got);
  CHECK(got.error().kind == kind);
  CHECK(got.error().text().find("abc") == std::string::npos);
}

TEST_CASE("a URL on a host that was not allowed is refused before any connection") {
  folder_rig at;
  const auto got =
      fetch(at, GENERATE(as<std::string>{}, "https://elsewhere.example/mug.jpg", "http://127.0.0.1/mug.jpg",
                         "file:///etc/passwd", "ftp://elsewhere.example/mug.jpg"));
  REQUIRE_FALSE(got);
  CHECK(got.error().kind == error_kind::fix_data);
  CHECK(got.error().code == "media_refused");
}

} // namespace listingd::pim
