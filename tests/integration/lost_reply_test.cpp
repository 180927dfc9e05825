// A write whose answer never came: looked for, never done twice.
#include "integration/stage.hpp"

using namespace listingd;
using namespace listingd::integration;

namespace {

constexpr std::int64_t for_ever_ms = 1'000'000'000'000;

/// The next create, not the listing_check before it.
void next_create(stage& on, const std::string& kind) {
  on.tiktok.fault("POST /product/202309/products", kind, {{"skip", 1}});
}

void search_lag(stage& on, std::int64_t ms) {
  on.tiktok.control("POST settings", json::object{{"search_lag_ms", ms}});
}

/// Long enough for the next search after a lost reply.
void wait_for_search(stage& on) {
  on.time.advance(on.daemon.with.settings.policy.uncertain_wait);
}

int creates(stage& on) {
  return on.tiktok.count("POST", create_path);
}

/// Both creates went out with the same bytes, the idempotency key included.
bool same_bytes_twice(stage& on) {
  std::vector<std::string> sent;
  for (const auto& one : on.tiktok.requests("POST", create_path))
    if (one.path == create_path) sent.push_back(one.body);
  return sent.size() == 2 && sent[0] == sent[1] && sent[0].find("idempotency_key") != std::string::npos;
}

} // namespace

TEST_CASE("a create whose reply was lost after the effect is found and tied, and never sent again") {
  stage on;
  next_create(on, GENERATE(as<std::string>(), "drop_after", "bad_json", "wrong_type"));
  on.list({sample("mug-pair")});
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(creates(on) == 1);
  CHECK(on.tiktok.products() == 1);
  CHECK(on.noted("mug-pair", "uncertain"));
  CHECK(on.noted("mug-pair", "resolved"));
  CHECK(on.ask("select string_agg(state, ' ') from submission where kind = 'create'") == "accepted");
}

TEST_CASE("a create that was lost before its effect is searched twice, then the same bytes go out again") {
  stage on;
  next_create(on, GENERATE(as<std::string>(), "drop_before", "no_effect", "500", "503"));
  on.list({sample("mug-pair")});
  CHECK(creates(on) == 1);
  CHECK(on.state("mug-pair").id.empty());
  CHECK(on.tiktok.requests("POST", search_path).size() == 4); // scan, watch, before the create, after it
  wait_for_search(on);
  on.settle();
  CHECK(on.tiktok.requests("POST", search_path).size() == 5);
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(same_bytes_twice(on));
  CHECK(on.tiktok.products() == 1);
}

TEST_CASE("a lost create is looked for at once but its second search waits its time") {
  stage on;
  next_create(on, "drop_before");
  on.list({sample("mug-pair")});
  const auto searches = on.tiktok.requests("POST", search_path).size();
  on.run(on.daemon.db->wake_shop(us, on.time.now()));
  on.settle();
  CHECK(on.tiktok.requests("POST", search_path).size() == searches);
  CHECK(creates(on) == 1);
}

TEST_CASE("when the search lags behind, the key or the external id keeps the second create from doubling") {
  stage on;
  const auto mode = GENERATE(as<std::string>(), "replay", "ignore", "refuse");
  CAPTURE(mode);
  on.tiktok.control("POST settings", json::object{{"idempotency", mode}});
  next_create(on, "drop_after");
  search_lag(on, for_ever_ms);
  on.list({sample("mug-pair")});
  wait_for_search(on);
  on.settle();
  CHECK(same_bytes_twice(on));

  search_lag(on, 0);
  wait_for_search(on);
  on.settle();
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.tiktok.products() == 1);
  CHECK(creates(on) == 2);
}

TEST_CASE("a product that the search never shows and TikTok always has is left to a person at last") {
  stage on;
  on.tiktok.control("POST settings", json::object{{"idempotency", GENERATE("ignore", "refuse")}});
  next_create(on, "drop_after");
  search_lag(on, for_ever_ms);
  on.list({sample("mug-pair")});
  for (int i = 0; i < 20; ++i) {
    wait_for_search(on);
    on.settle();
  }
  CHECK(on.state("mug-pair").job == "blocked");
  CHECK(on.violations("mug-pair").size() == 1);
  CHECK(on.tiktok.products() == 1);
  CHECK(creates(on) < 15);
}

TEST_CASE("a create sent again that does not get through is still the same create") {
  stage on;
  next_create(on, "drop_before");
  on.list({sample("mug-pair")});
  on.tiktok.fault("POST /product/202309/products", "429", {{"retry_after", 100}});
  wait_for_search(on);
  on.settle();
  CHECK(creates(on) == 2);
  wait_for_search(on);
  on.settle();
  CHECK(creates(on) == 2);
  wait_for_search(on);
  on.settle();
  CHECK(creates(on) == 3);
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.ask("select count(*) from submission where kind = 'create'") == "1");
}

TEST_CASE("a lost create that TikTok froze meanwhile is tied all the same and left to a person") {
  stage on;
  next_create(on, "drop_after");
  on.take_in({sample("mug-pair")});
  while (creates(on) == 0) REQUIRE(on.run(on.daemon.reconciler.advance_one()));
  std::string id;
  on.tiktok.change([&](const simulator::world& world) { id = world.products.begin()->first; });
  on.tiktok.control("POST products/" + id, json::object{{"status", "FREEZE"}});
  for (int i = 0; i < 3; ++i) {
    on.settle();
    wait_for_search(on);
  }
  CHECK(on.id("mug-pair") == id);
  CHECK(on.state("mug-pair").job == "parked");
  CHECK(on.tiktok.products() == 1);
}

TEST_CASE("an edit whose reply was lost is decided again after a look") {
  stage on;
  on.list({sample("mug-pair")});
  on.tiktok.fault("POST partial_edit", GENERATE(as<std::string>(), "drop_after", "drop_before"));
  on.list({with_title(sample("mug-pair"), "Two everyday mugs")});
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(text_at(on.live("mug-pair"), "title") == "Two everyday mugs");
  CHECK(on.tiktok.products() == 1);
}

TEST_CASE("a price whose reply was lost arrives") {
  stage on;
  on.list({sample("mug-pair")});
  on.tiktok.fault("POST prices/update", GENERATE(as<std::string>(), "drop_after", "drop_before", "500"));
  on.list({with_price(sample("mug-pair"), "27.50")});
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(text_at(on.live("mug-pair").at("skus").as_array()[0], "price.sale_price") == "27.50");
}

TEST_CASE("a product that leaves the PIM while its create is uncertain is looked for and not sent again") {
  stage on;
  next_create(on, "drop_before");
  on.list({sample("mug-pair")});
  on.take_in({tombstone("mug-pair")});
  on.settle();
  for (int i = 0; i < 3; ++i) {
    wait_for_search(on);
    on.settle();
  }
  CHECK(creates(on) == 1);
  CHECK(on.tiktok.products() == 0);
}
