// Transient failures: waited out as long as asked, no longer, and nothing lost.
#include "integration/stage.hpp"

using namespace listingd;
using namespace listingd::integration;

TEST_CASE("a 429 on a create is waited out as Retry-After asks, then the create goes out") {
  stage on;
  on.tiktok.fault("POST /product/202309/products", "429", {{"skip", 1}, {"retry_after", 7}});
  on.list({sample("mug-pair")});
  const auto waiting = on.state("mug-pair");
  REQUIRE(waiting.retry_not_before);
  CHECK(*waiting.retry_not_before >= on.time.now() + 7s);
  CHECK(*waiting.retry_not_before <= on.time.now() + 8s);
  CHECK(on.tiktok.count("POST", create_path) == 1);

  on.run(on.daemon.db->wake_shop(us, on.time.now())); // a fact comes in meanwhile
  on.settle();
  CHECK(on.tiktok.count("POST", create_path) == 1);

  on.time.advance(8s);
  on.settle();
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.tiktok.count("POST", create_path) == 2);
  CHECK(on.tiktok.products() == 1);
}

TEST_CASE("server errors are tried again with growing waits until they end") {
  stage on;
  const auto kind = GENERATE(as<std::string>(), "500", "503", "bad_json", "429");
  CAPTURE(kind);
  on.tiktok.fault("GET /categories", kind, {{"times", 3}});
  on.take_in({sample("mug-pair")});
  for (int failures = 1; failures <= 3; ++failures) {
    on.advance();
    const auto state = on.state("mug-pair");
    CHECK(state.failures == failures);
    REQUIRE(state.retry_not_before);
    const auto ceiling = duration(1000 << (failures - 1));
    CHECK(*state.retry_not_before >= on.time.now() + ceiling / 4);
    CHECK(*state.retry_not_before <= on.time.now() + ceiling);
    on.time.advance(ceiling);
  }
  on.settle();
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.state("mug-pair").failures == 0);
  CHECK(on.noted("mug-pair", "trouble"));
}

TEST_CASE("an upload that fails is tried again; what is uploaded already is not") {
  stage on;
  on.tiktok.fault("POST images/upload", "500", {{"skip", 1}});
  on.list({sample("mug-pair")});
  CHECK(on.state("mug-pair").failures == 1);
  const auto uploads = on.tiktok.requests("POST", "images/upload").size();
  CHECK(uploads == 2);
  on.time.advance(1s);
  on.settle();
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.tiktok.requests("POST", "images/upload").size() == uploads + 1);
}

TEST_CASE("uploads that TikTok has forgotten before the create are made again, once") {
  stage on;
  on.take_in({sample("mug-pair")});
  while (on.tiktok.requests("POST", "images/upload").empty()) REQUIRE(on.run(on.daemon.reconciler.advance_one()));
  const auto uploads = on.tiktok.requests("POST", "images/upload").size();
  on.tiktok.change([](simulator::world& world) { world.images.clear(); });
  on.settle();
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.tiktok.requests("POST", "images/upload").size() == 2 * uploads);
  CHECK(on.tiktok.products() == 1);
}

TEST_CASE("uploads that TikTok forgets again and again block in the end") {
  stage on;
  on.daemon.wire.before = [&](const net::http_request& request) {
    if (request.url.contains("/listing_check?"))
      on.tiktok.change([](simulator::world& world) { world.images.clear(); });
  };
  on.list({sample("mug-pair")});
  CHECK(on.state("mug-pair").job == "blocked");
  CHECK(on.tiktok.requests("POST", "listing_check").size() == 2);
  CHECK(!on.violations("mug-pair").empty());
}

TEST_CASE("uploads that TikTok forgets before an edit of pictures are made again") {
  stage on;
  on.list({sample("mug-pair")});
  const auto uploads = on.tiktok.requests("POST", "images/upload").size();
  auto other = sample("mug-pair");
  other["values"].as_object()["gallery"] = json::array{};
  on.tiktok.change([](simulator::world& world) { world.images.clear(); });
  on.list({other});
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.tiktok.requests("POST", "images/upload").size() == uploads + 1);
  CHECK(on.live("mug-pair").at("main_images").as_array().size() == 1);
}

TEST_CASE("a read-back that fails is taken again") {
  stage on;
  on.take_in({sample("mug-pair")});
  on.tiktok.fault("GET /product/202309/products/", GENERATE(as<std::string>(), "429", "500", "wrong_type"));
  on.settle();
  CHECK(on.state("mug-pair").failures == 1);
  CHECK(on.state("mug-pair").status == listing_status::none);
  on.time.advance(1s);
  on.settle();
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.tiktok.count("POST", create_path) == 1);
}
