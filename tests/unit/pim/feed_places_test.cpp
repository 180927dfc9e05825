#include "pim/feed_places.hpp"

#include "catch.hpp"

namespace listingd::pim {

namespace {

std::string text(const std::optional<net::location>& to) {
  return to ? to->shown() + to->query : "(none)";
}

} // namespace

TEST_CASE("feed: references are seen from the feed's own address") {
  const auto [reference, url] = GENERATE(table<const char*, const char*>({
      {"a.jpg", "https://pim.test:8443/feed/v1/a.jpg"},
      {"./a.jpg", "https://pim.test:8443/feed/v1/a.jpg"},
      {"../a/b.jpg?w=1", "https://pim.test:8443/feed/a/b.jpg?w=1"},
      {"../../../../a.jpg", "https://pim.test:8443/a.jpg"},
      {"/a.jpg", "https://pim.test:8443/a.jpg"},
      {"//cdn.test/a.jpg", "https://cdn.test/a.jpg"},
      {"https://CDN.test/a%2Fb%2b.jpg?sig=%2F", "https://cdn.test/a%2Fb%2b.jpg?sig=%2F"},
      {"a%2Fb.jpg", "https://pim.test:8443/feed/v1/a%2Fb.jpg"},
      {"grün & blau.jpg", "https://pim.test:8443/feed/v1/gr%C3%BCn%20&%20blau.jpg"},
      {"a{1}|2.jpg", "https://pim.test:8443/feed/v1/a%7B1%7D%7C2.jpg"},
      {"sizes/10:30.jpg", "https://pim.test:8443/feed/v1/sizes/10:30.jpg"},
      {"100%.jpg", "(none)"},
      {"ftp://pim.test/a", "(none)"},
      {"file:///etc/passwd", "(none)"},
      {"https://user:word@pim.test/a", "(none)"},
      {"https://", "(none)"},
      {"//", "(none)"},
  }));
  CAPTURE(reference);
  const auto feed = *net::parse_location("https://pim.test:8443/feed/v1/changes?channel=shop");
  CHECK(text(media_place(feed, reference)) == url);
}

TEST_CASE("feed: a key stands in record_url as one part of a path, whatever it holds") {
  feed_options options{.url = "https://pim.test/feed/changes", .media_hosts = {}};
  const auto place = [&](const char* pattern, const char* key) {
    options.record_url = pattern;
    return text(record_place(options, product_key(key)));
  };
  CHECK(place("records/{key}", "a/b c?d#e%f") == "https://pim.test/feed/records/a%2Fb%20c%3Fd%23e%25f");
  CHECK(place("records", "a") == "https://pim.test/feed/records/a");
  CHECK(place("records/", "a") == "https://pim.test/feed/records/a");
  CHECK(place("/one?key={key}&full=1", "a&b") == "https://pim.test/one?key=a%26b&full=1");
  CHECK(place("https://other.test/{key}", "größe") == "https://other.test/gr%C3%B6%C3%9Fe");
  CHECK(place("records/{key}", "..") == "(none)");
  CHECK(place("records/{key}", ".") == "(none)");
  CHECK(place("records/{key}", "...") == "https://pim.test/feed/records/...");
  CHECK(place("records/{key}", "{key}") == "https://pim.test/feed/records/%7Bkey%7D");
}

TEST_CASE("feed: a page's query stands behind the one that is configured") {
  const auto place = [](const char* url, const char* cursor) {
    return text(page_place(*net::parse_location(url), cursor, 5));
  };
  CHECK(place("https://pim.test/feed", "") == "https://pim.test/feed?limit=5");
  CHECK(place("https://pim.test/feed?a=b", "1&+ü") == "https://pim.test/feed?a=b&limit=5&cursor=1%26%2B%C3%BC");
  CHECK(place("https://pim.test/feed#part", "x") == "https://pim.test/feed?limit=5&cursor=x");
}

} // namespace listingd::pim
