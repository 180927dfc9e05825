#include "model/digest.hpp"

#include "catch.hpp"
#include "model/json.hpp"

#include <set>

namespace listingd {

TEST_CASE("SHA-256 gives the published vectors") { // FIPS 180-4 examples
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST_CASE("HMAC-SHA-256 gives the published vectors") { // RFC 4231, cases 1, 2 and 6
  CHECK(hmac_sha256_hex(std::string(20, '\x0b'), "Hi There") ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hmac_sha256_hex("Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hmac_sha256_hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("texts are compared as a whole") {
  CHECK(equal_in_constant_time("", ""));
  CHECK(equal_in_constant_time("abc", "abc"));
  CHECK_FALSE(equal_in_constant_time("abc", "abd"));
  CHECK_FALSE(equal_in_constant_time("abc", "abcd"));
  CHECK_FALSE(equal_in_constant_time(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

TEST_CASE("base64 gives the published vectors, both ways") { // RFC 4648, section 10
  const std::pair<std::string, std::string> vectors[] = {{"f", "Zg=="},         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},       {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    CHECK(base64_encode(plain) == encoded);
    CHECK(base64_decode(encoded) == plain);
  }
  CHECK(base64_encode("").empty());
  const std::string zeros("\0\xff\0", 3);
  CHECK(base64_decode(base64_encode(zeros)) == zeros);
}

TEST_CASE("what is not base64 decodes to nothing") {
  for (const auto* text : {"", "Zg", "Zg=", "Z!==", "====x", "Zm9vYg==="}) {
    INFO(text);
    CHECK(base64_decode(text).empty());
  }
}

TEST_CASE("UUIDs are of version 4, and never the same") {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const auto one = random_uuid();
    REQUIRE(one.size() == 36);
    CHECK(one[8] == '-');
    CHECK(one[13] == '-');
    CHECK(one[14] == '4');
    CHECK(one[18] == '-');
    CHECK(std::string("89ab").find(one[19]) != std::string::npos);
    CHECK(one[23] == '-');
    CHECK(one.find_first_not_of("0123456789abcdef-") == std::string::npos);
    CHECK(seen.insert(one).second);
  }
  CHECK(random_bytes(32).size() == 32);
  CHECK(random_bytes(0).empty());
  CHECK(random_bytes(32) != random_bytes(32));
}

TEST_CASE("equal values have equal canonical texts, whatever the order of keys") {
  const auto a = *parse_json(R"({"b":[1,{"y":null,"x":"ä\n"}],"a":true})", "a");
  const auto b = *parse_json(R"( { "a" : true, "b" : [ 1, {"x":"ä\n","y":null} ] } )", "b");
  CHECK(canonical(a) == R"({"a":true,"b":[1,{"x":"ä\n","y":null}]})");
  CHECK(canonical(a) == canonical(b));
  CHECK(digest_of(a) == digest_of(b));
  CHECK(digest_of(a) == sha256_hex(canonical(a)));
}

TEST_CASE("different values have different canonical texts") {
  const char* values[] = {"{}",         "[]",         "null",         "\"\"",       "0",          "[[]]",
                          "[{}]",       R"({"a":1})", R"({"a":"1"})", R"(["a",1])", R"([1,"a"])", R"({"a":null})",
                          R"({"{}":1})"};
  std::set<std::string> seen;
  for (const auto* text : values) CHECK(seen.insert(canonical(*parse_json(text, "v"))).second);
}

} // namespace listingd
