#include "catch.hpp"
#include "config/addresses.hpp"
#include "config/units.hpp"

namespace listingd::config {

TEST_CASE("a time is a whole number with its unit") {
  CHECK(duration_from("500ms") == duration{500});
  CHECK(duration_from("60s") == duration{60'000});
  CHECK(duration_from("2m") == duration{120'000});
  CHECK(duration_from("24h") == duration{86'400'000});
  CHECK(duration_from("7 d") == duration{7LL * 86'400'000});
  for (const auto* wrong : {"", "5", "s", "5 minutes", "-5s", "1.5h", "5S", "5s ", "400d", "99999999999999999999s"}) {
    INFO(wrong);
    CHECK_FALSE(duration_from(wrong));
  }
}

TEST_CASE("loopback is known in all its forms") {
  for (const auto* yes : {"localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"}) CHECK(is_loopback(yes));
  for (const auto* no : {"", "localhost.example.com", "127.0.0.1.example.com", "128.0.0.1", "::2", "0.0.0.0"})
    CHECK_FALSE(is_loopback(no));
}

} // namespace listingd::config
