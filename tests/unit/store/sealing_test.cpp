#include "store/sealing.hpp"

#include "catch.hpp"

#include <stdexcept>

namespace listingd::store {

namespace {

master_key key(const std::string& id, char fill) {
  return {id, secret(std::string(32, fill))};
}
const secret token("TTP_pwSm2AAAAABmmtFz1xlyKMnwg74T2GJ5s0uQbS8jPjb_GkdFVCxPqzQXSyuyfXdQ");

} // namespace

TEST_CASE("what was sealed opens again, and shows nothing of itself") {
  const sealer sealing({key("k1", 'a')});
  const auto sealed = sealing.seal(token, "authorization.access|row|open-1");
  CHECK(sealed.find("TTP_") == std::string::npos);
  const auto opened = sealing.open(sealed, "authorization.access|row|open-1");
  REQUIRE(opened);
  CHECK(*opened == token);
  CHECK(sealing.seal(token, "x") != sealing.seal(token, "x")); // a nonce of its own each time
}

TEST_CASE("an empty text and one with NUL are sealed like any other") {
  const sealer sealing({key("k1", 'a')});
  for (const auto& text : {std::string(), std::string("a\0b", 3)}) {
    const auto opened = sealing.open(sealing.seal(secret(text), "x"), "x");
    REQUIRE(opened);
    CHECK(opened->reveal() == text);
  }
}

TEST_CASE("after a rotation the old key opens and the new one seals") {
  const auto old = sealer({key("k1", 'a')}).seal(token, "x");
  const sealer rotated({key("k2", 'b'), key("k1", 'a')});
  REQUIRE(rotated.open(old, "x"));
  CHECK(*rotated.open(old, "x") == token);

  const auto renewed = rotated.seal(token, "x");
  CHECK(sealer({key("k2", 'b')}).open(renewed, "x"));
  const auto refused = sealer({key("k1", 'a')}).open(renewed, "x");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "key_unknown");
  CHECK(refused.error().message.find("'k2'") != std::string::npos);
}

TEST_CASE("a wrong key under the right id is refused with the id and without the text") {
  const auto sealed = sealer({key("k1", 'a')}).seal(token, "x");
  const auto refused = sealer({key("k1", 'b')}).open(sealed, "x");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == error_kind::needs_human);
  CHECK(refused.error().code == "sealed_damaged");
  CHECK(refused.error().text().find("'k1'") != std::string::npos);
}

TEST_CASE("any changed byte is noticed") {
  const sealer sealing({key("k1", 'a')});
  const auto sealed = sealing.seal(token, "x");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    INFO("byte " << i);
    CHECK_FALSE(sealing.open(changed, "x"));
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) CHECK_FALSE(sealing.open(sealed.substr(0, size), "x"));
  CHECK_FALSE(sealing.open(sealed + "x", "x"));
}

TEST_CASE("what was sealed for one place does not open in another") {
  const sealer sealing({key("k1", 'a')});
  const auto refused =
      sealing.open(sealing.seal(token, "authorization.access|row|open-1"), "authorization.refresh|row|open-1");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "sealed_damaged");
}

TEST_CASE("keys that cannot be keys are refused at once") {
  CHECK_THROWS_AS(sealer({}), std::invalid_argument);
  CHECK_THROWS_AS(sealer({{"short", secret("0123456789")}}), std::invalid_argument);
}

} // namespace listingd::store
