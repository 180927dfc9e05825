#include "pim/gunzip.hpp"

#include "catch.hpp"
#include "sources/gzipped.hpp"

#include <cstdlib>
#include <random>

using namespace listingd;
using pim::gunzip;
using pim::gunzipped;
using sources::gzipped;

namespace {

/// Through next(), with input and output in pieces of random sizes.
result<std::string> in_pieces(std::string_view bytes, std::mt19937& random) {
  gunzip stream;
  std::string out;
  while (!bytes.empty()) {
    auto input = bytes.substr(0, 1 + random() % 7);
    bytes.remove_prefix(input.size());
    for (;;) {
      const auto most = 1 + random() % 50;
      auto some = stream.next(input, most);
      if (!some) return some;
      CHECK(some->size() <= most);
      if (some->empty()) break;
      out += *some;
    }
    CHECK(input.empty());
  }
  if (!stream.complete()) return bad_data("", "gzip_cut", "");
  return out;
}

std::string text_of_size(std::size_t size, std::mt19937& random) {
  std::string out;
  while (out.size() < size) out += std::string(1 + random() % 9, static_cast<char>('a' + random() % 26));
  return out.substr(0, size);
}

} // namespace

TEST_CASE("compressed text comes back, however it is cut into pieces") {
  std::mt19937 random(7);
  for (const std::size_t size : {0U, 1U, 2U, 1'000U, 70'000U}) {
    const auto text = text_of_size(size, random);
    CHECK(gunzipped(gzipped(text), size) == text);
    CHECK(in_pieces(gzipped(text), random) == text);
  }
}

TEST_CASE("members in a row are one text, and padding behind the last is none") {
  std::mt19937 random(1);
  const auto three = gzipped("one,") + gzipped("") + gzipped("three");
  CHECK(gunzipped(three, 100) == "one,three");
  CHECK(gunzipped(three + std::string(600, '\0'), 100) == "one,three");
  CHECK(in_pieces(three + std::string(20, '\0'), random) == "one,three");
  CHECK(gunzipped(three + "rubbish", 100).error().code == "gzip_invalid");
}

TEST_CASE("a small file that holds gigabytes is refused without being unpacked") {
  auto bomb = gzipped(std::string(50'000'000, '\0'));
  REQUIRE(bomb.size() < 100'000);
  CHECK(gunzipped(bomb, 1'000'000).error().code == "too_large");
  gunzip stream;
  std::string_view input = bomb;
  CHECK(stream.next(input, 1'000)->size() == 1'000);
  CHECK_FALSE(stream.complete());
}

TEST_CASE("what is cut, damaged or no gzip at all is an error, never a shorter text") {
  const auto whole = gzipped("a text that is long enough to be cut in many places");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    INFO(size);
    const auto read = gunzipped(std::string_view(whole).substr(0, size), 1'000);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == "gzip_cut");
  }
  for (std::size_t at = 10; at < whole.size(); ++at) { // behind the header: its name and time carry no check
    INFO(at);
    auto damaged = whole;
    damaged[at] ^= 0x10;
    CHECK_FALSE(gunzipped(damaged, 1'000));
  }
  CHECK(gunzipped("<html>502 Bad Gateway</html>", 1'000).error().code == "gzip_invalid");
}

TEST_CASE("random damage never crashes") {
  const char* times = std::getenv("LISTINGD_SEEDS"); // NOLINT(concurrency-mt-unsafe): nobody sets it
  const auto cases = 3'000 * std::max(1, times == nullptr ? 1 : std::atoi(times));
  for (int seed = 0; seed < cases; ++seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    auto bytes = gzipped(text_of_size(random() % 300, random)) + gzipped("tail");
    for (auto hits = 1 + random() % 4; hits > 0; --hits) bytes[random() % bytes.size()] = static_cast<char>(random());
    const auto whole = gunzipped(bytes, 100'000), pieces = in_pieces(bytes, random);
    INFO("seed " << seed);
    CHECK(whole.has_value() == pieces.has_value());
    if (whole && pieces) CHECK(*whole == *pieces);
  }
}
