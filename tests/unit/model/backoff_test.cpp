#include "model/backoff.hpp"

#include "catch.hpp"

namespace listingd {

TEST_CASE("the wait doubles with each attempt up to the most, and jitter takes at most three quarters") {
  const backoff wait{.first = duration{1000}, .most = duration{60'000}};
  const std::pair<int, int> ceilings[] = {{1, 1000}, {2, 2000}, {3, 4000}, {6, 32'000}, {7, 60'000}, {100, 60'000}};
  for (const auto& [attempt, ceiling] : ceilings) {
    INFO("attempt " << attempt);
    CHECK(wait.wait(attempt, 0.0) == duration{ceiling / 4});
    CHECK(wait.wait(attempt, 0.5) == duration{ceiling * 5 / 8});
    CHECK(wait.wait(attempt, 0.999999) <= duration{ceiling});
  }
}

TEST_CASE("an attempt that was not counted waits like the first") {
  CHECK(backoff{}.wait(0, 0.0) == backoff{}.wait(1, 0.0));
  CHECK(backoff{}.wait(-5, 0.0) == backoff{}.wait(1, 0.0));
}

TEST_CASE("what the other side asked for is the least, even beyond the most") {
  const backoff wait{.first = duration{1000}, .most = duration{5000}};
  CHECK(wait.wait(1, 0.0, duration{90'000}) == duration{90'000});
  CHECK(wait.wait(3, 0.99, duration{10}) > duration{1000});
}

} // namespace listingd
