#include "store/sealing.hpp"

#include "catch.hpp"

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>

namespace listingd::store {

namespace {

master_key key(const std::string& id, char fill) {
  return {id, secret(std::string(32, fill))};
}
const secret token("TTP_pwSm2AAAAABmmtFz1xlyKMnwg74T2GJ5s0uQbS8jPjb_GkdFVCxPqzQXSyuyfXdQ");

/// A key file that a test changes, and the sealer that follows it.
struct followed {
  result<std::vector<master_key>> file{std::vector{key("k1", 'a')}};
  int readings = 0;
  manual_clock time{instant{}};
  sealer sealing{{key("k1", 'a')},
                 [this] {
                   ++readings;
                   return file;
                 },
                 time};

  void rotate() { file = std::vector{key("k2", 'b'), key("k1", 'a')}; }
};
const std::string by_new = sealer({key("k2", 'b')}).seal(token, "x");
const std::string by_stranger = sealer({key("k9", 'z')}).seal(token, "x");

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

TEST_CASE("a rotation is noticed when a secret needs a key that is not known; from then on the newest seals") {
  followed at;
  CHECK(at.sealing.open(at.sealing.seal(token, "x"), "x"));
  CHECK(at.readings == 0);
  at.rotate();
  CHECK(at.sealing.newest() == "k1");
  const auto opened = at.sealing.open(by_new, "x");
  REQUIRE(opened);
  CHECK(*opened == token);
  CHECK(at.sealing.newest() == "k2");
  CHECK(sealer({key("k2", 'b')}).open(at.sealing.seal(token, "x"), "x"));
  CHECK(at.readings == 1);
}

TEST_CASE("a key that is nowhere is looked for at most once in a while, and keeps none of the others waiting") {
  followed at;
  for (int i = 0; i < 5; ++i) CHECK_FALSE(at.sealing.open(by_stranger, "x"));
  CHECK(at.readings == 1);
  at.time.advance(sealer::again_after - duration{1});
  CHECK_FALSE(at.sealing.open(by_stranger, "x"));
  CHECK(at.readings == 1);
  at.rotate();
  CHECK(at.sealing.open(by_new, "x")); // another key: at once
  CHECK(at.readings == 2);
  at.file->push_back(key("k9", 'z'));
  CHECK_FALSE(at.sealing.open(by_stranger, "x"));
  at.time.advance(duration{1});
  CHECK(at.sealing.open(by_stranger, "x"));
  CHECK(at.readings == 3);
}

TEST_CASE("a clock that is set back does not keep a key from being looked for") {
  followed at;
  CHECK_FALSE(at.sealing.open(by_stranger, "x"));
  at.time.advance(-sealer::again_after);
  CHECK_FALSE(at.sealing.open(by_stranger, "x"));
  CHECK(at.readings == 2);
}

TEST_CASE("keys are read again on demand, all and only those that are there now, for every copy") {
  followed at;
  const auto copy = at.sealing;
  const auto old = copy.seal(token, "x");
  at.rotate();
  REQUIRE(at.sealing.reread());
  CHECK(copy.newest() == "k2");
  CHECK(copy.open(old, "x"));
  at.file = std::vector{key("k2", 'b')};
  REQUIRE(at.sealing.reread());
  CHECK(copy.open(old, "x").error().code == "key_unknown");
}

TEST_CASE("keys that cannot be read again leave the old ones in use") {
  followed at;
  const auto old = at.sealing.seal(token, "x");
  at.file = bad_data("master.key:1", "keys_unusable", "is torn");
  SECTION("the source refuses") {
    CHECK(at.sealing.reread().error().message == "is torn");
  }
  SECTION("nothing is there") {
    at.file = std::vector<master_key>{};
    CHECK(at.sealing.reread().error().message == "no master key");
  }
  SECTION("what is there is no key") {
    at.file = std::vector{key("k2", 'b'), master_key{"short", secret("0123456789")}};
    CHECK(at.sealing.reread().error().message == "master key short is not 32 bytes long");
  }
  SECTION("a secret needs an unknown one") {
    CHECK(at.sealing.open(by_new, "x").error().code == "key_unknown");
  }
  CHECK(at.readings == 1);
  CHECK(at.sealing.newest() == "k1");
  CHECK(at.sealing.open(old, "x"));
}

TEST_CASE("without a place to read them from, keys are what they are") {
  const sealer sealing({key("k1", 'a')});
  CHECK_FALSE(sealing.reread());
  CHECK_FALSE(sealing.open(by_new, "x"));
}

TEST_CASE("threads that meet a new key at the same moment wait for one reading, and none fails") {
  constexpr int threads = 4;
  std::latch all_ask{threads};
  std::atomic<int> readings = 0, failures = 0;
  const manual_clock time{instant{}};
  const sealer sealing(
      {key("k1", 'a')},
      [&]() -> result<std::vector<master_key>> {
        all_ask.wait();
        ++readings;
        return std::vector{key("k2", 'b'), key("k1", 'a')};
      },
      time);
  {
    std::vector<std::jthread> running;
    for (int i = 0; i < threads; ++i)
      running.emplace_back([&] {
        all_ask.count_down();
        if (!sealing.open(by_new, "x")) ++failures;
      });
  }
  CHECK(failures == 0);
  CHECK(readings == 1);
}

TEST_CASE("keys may be read again under the hands of those who seal and open") {
  std::atomic<int> readings = 0, failures = 0;
  const manual_clock time{instant{}};
  const sealer sealing(
      {key("k1", 'a')},
      [&]() -> result<std::vector<master_key>> {
        if (++readings % 2 == 0) return std::vector{key("k1", 'a'), key("k2", 'b')};
        return std::vector{key("k2", 'b'), key("k1", 'a')};
      },
      time);
  {
    std::vector<std::jthread> running;
    for (int i = 0; i < 3; ++i)
      running.emplace_back([&] {
        for (int round = 0; round < 300; ++round)
          if (!sealing.open(sealing.seal(token, "x"), "x")) ++failures;
      });
    for (int i = 0; i < 300; ++i)
      if (!sealing.reread()) ++failures;
  }
  CHECK(failures == 0);
  CHECK(readings == 300);
}

TEST_CASE("keys that cannot be keys are refused at once") {
  CHECK_THROWS_AS(sealer({}), std::invalid_argument);
  CHECK_THROWS_AS(sealer({{"short", secret("0123456789")}}), std::invalid_argument);
}

} // namespace listingd::store
