// The taxonomy keeper while it reads: its coroutines may be left behind.
#include "integration/stage.hpp"

using namespace listingd;
using namespace listingd::integration;

namespace {

/// Brings a step to the point where it waits for TikTok's categories, with another one behind it.
void begin_reading(stage& on) {
  bool asked = false;
  on.daemon.wire.before = [&](const net::http_request& request) {
    asked = asked || request.url.contains("/categories?");
  };
  const auto read = [](sync::taxonomy_keeper& keeper, sync::connected_shop shop) -> task<void> {
    co_await keeper.tree(std::move(shop));
  };
  const auto shop = on.shop();
  on.loop.start(read(on.daemon.taxonomy, shop));
  on.loop.start(read(on.daemon.taxonomy, shop));
  on.loop.until(asked);
  on.daemon.wire.before = nullptr;
}

} // namespace

TEST_CASE("who reads the taxonomy may be destroyed after its keeper, with those who wait for it") {
  stage on;
  begin_reading(on); // the stage's own order: the daemon goes first, then the loop and what is suspended on it
  CHECK(on.tiktok.products() == 0);
}
