#include "net/transport.hpp"

#include "catch.hpp"
#include "net/http_date.hpp"
#include "net/location.hpp"

using namespace listingd;
using namespace listingd::net;

TEST_CASE("a header is found in any letter case, and is empty when absent") {
  const header_list headers = {{"Content-Type", "text/plain"}, {"x-tts-logid", "42"}};
  CHECK(header(headers, "content-type") == "text/plain");
  CHECK(header(headers, "X-TTS-LogId") == "42");
  CHECK(header(headers, "Content").empty());
}

TEST_CASE("percent encoding leaves only unreserved characters, and decoding undoes it") {
  CHECK(percent_encode("aZ09-._~") == "aZ09-._~");
  CHECK(percent_encode("a b/c=&+%") == "a%20b%2Fc%3D%26%2B%25");
  CHECK(percent_encode("\xC3\xA4") == "%C3%A4");
  CHECK(percent_decode("a%20b%2fc") == "a b/c");
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  CHECK(percent_decode(percent_encode(all)) == all);
}

TEST_CASE("what is no valid escape is left as it is") {
  CHECK(percent_decode("100%") == "100%");
  CHECK(percent_decode("%2") == "%2");
  CHECK(percent_decode("%zz%41") == "%zzA");
  CHECK(percent_decode("a+b") == "a+b");
}

TEST_CASE("a query value is found by its decoded name and given decoded") {
  const auto* target = "/oauth/callback?app_key=k1&code=a%2Bb+c%3D&state=&flag&code=second#code=no";
  CHECK(query_value(target, "app_key") == "k1");
  CHECK(query_value(target, "code") == "a+b c=");
  CHECK(query_value(target, "state").empty());
  CHECK(query_value(target, "flag").empty());
  CHECK(query_value(target, "key").empty());
  CHECK(query_value("/?co%64e=1", "code") == "1");
  CHECK(query_value("/path", "code").empty());
}

TEST_CASE("a URL is taken apart into where to connect and what to ask for") {
  const auto full = parse_location("HTTPS://Shop.Example.COM:8443/a%20b?x=1#part");
  REQUIRE(full);
  CHECK(full->encrypted);
  CHECK(full->host == "shop.example.com");
  CHECK(full->port == 8443);
  CHECK(full->target() == "/a%20b?x=1");
  CHECK(full->authority() == "shop.example.com:8443");
  CHECK(full->shown() == "https://shop.example.com:8443/a%20b");
  const auto bare = parse_location("http://[::1]");
  REQUIRE(bare);
  CHECK(bare->host == "::1");
  CHECK(bare->port == 80);
  CHECK(bare->authority() == "[::1]");
  CHECK(bare->target() == "/");
}

TEST_CASE("URLs that cannot be fetched are refused without being quoted") {
  const auto* url = GENERATE("", "no url", "/relative", "ftp://example.com/a", "file:///etc/passwd", "https:///path",
                             "https://user:geheim@example.com/", "https://user@example.com/", "https://exa%00mple.com/",
                             "https://example.com:0/", "https://example.com:99999/", "https://exa mple.com/");
  CAPTURE(url);
  const auto parsed = parse_location(url);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == "bad_url");
  CHECK(parsed.error().text().find("geheim") == std::string::npos);
}

TEST_CASE("a redirect's reference is seen from where it was given") {
  const auto base = parse_location("https://a.example/dir/page?x=1");
  REQUIRE(base);
  CHECK(resolve_reference(*base, "other").value().shown() == "https://a.example/dir/other");
  CHECK(resolve_reference(*base, "/top?y=2").value().target() == "/top?y=2");
  CHECK(resolve_reference(*base, "//b.example/z").value().shown() == "https://b.example/z");
  CHECK(resolve_reference(*base, "http://c.example:81/").value().authority() == "c.example:81");
  CHECK_FALSE(resolve_reference(*base, "javascript:alert(1)"));
}

TEST_CASE("HTTP's date is written in English and in GMT") {
  CHECK(http_date(*instant_from_text("2026-11-24T08:05:09Z")) == "Tue, 24 Nov 2026 08:05:09 GMT");
  CHECK(http_date(*instant_from_text("2024-02-29T23:59:59.999Z")) == "Thu, 29 Feb 2024 23:59:59 GMT");
}

TEST_CASE("HTTP's date is read, and what only looks like one is not") {
  CHECK(instant_from_http_date("Tue, 24 Nov 2026 08:05:09 GMT") == instant_from_text("2026-11-24T08:05:09Z"));
  for (const auto* text : {"", "soon", "Tue, 24 Nov 2026 08:05:09 CET", "Tue, 31 Feb 2026 08:05:09 GMT",
                           "Tue, 24 Nov 2026 25:05:09 GMT", "Tue, 24 nov 2026 08:05:09 GMT"})
    CHECK_FALSE(instant_from_http_date(text));
}
