// Hints from TikTok: kept before they are used, harmless when wrong, found another way when they do not come.
#include "integration/stage.hpp"

#include <set>

using namespace listingd;
using namespace listingd::integration;

namespace {

std::string webhook(const std::string& shop, int type, const json::object& data, std::int64_t seconds = 1'790'000'000) {
  return json::serialize(json::object{{"type", type},
                                      {"tts_notification_id", "7400000000000000999"},
                                      {"shop_id", shop},
                                      {"timestamp", seconds},
                                      {"data", data}});
}

std::int64_t seconds_of(instant at) {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

std::string waiting(stage& on) {
  return on.ask("select count(*) from webhook_inbox where processed_at is null");
}

std::set<std::string> subscribed(stage& on) {
  std::set<std::string> out;
  for (const auto& one : on.run(on.daemon.tiktok->webhooks(on.shop().access())).value()) out.insert(one.event_type);
  return out;
}

std::set<std::string> wanted(stage& on) {
  const auto topics = on.daemon.tiktok->webhook_topics();
  return {topics.begin(), topics.end()};
}

} // namespace

TEST_CASE("webhooks are registered for every topic that listingd lives on") {
  stage on;
  CHECK(subscribed(on) == wanted(on));
  const auto puts = on.tiktok.requests("PUT", "webhooks").size();
  REQUIRE(on.run(on.daemon.keeper.register_webhooks(on.shop())));
  CHECK(on.tiktok.requests("PUT", "webhooks").size() == puts);
}

TEST_CASE("a subscription that TikTok accepts and loses is noticed and made again") {
  stage on({.settled_in = false});
  on.tiktok.fault("PUT webhooks", "no_effect");
  REQUIRE(on.run(on.daemon.keeper.register_webhooks(on.shop())));
  CHECK(subscribed(on) == wanted(on));
}

TEST_CASE("subscriptions that TikTok keeps losing are an error, whatever else the app has subscribed") {
  stage on({.settled_in = false});
  for (const auto* other : {"ORDER_STATUS_CHANGE", "PACKAGE_UPDATE", "NEW_MESSAGE", "RETURN_STATUS_CHANGE",
                            "REVERSE_STATUS_UPDATE", "INVOICE_STATUS_CHANGE", "NEW_CONVERSATION"}) {
    const auto access = on.shop().access();
    REQUIRE(on.run(on.daemon.tiktok->subscribe(access, {other, "https://127.0.0.1:1/other"})));
  }
  on.tiktok.fault("PUT webhooks", "no_effect", {{"times", -1}});
  const auto done = on.run(on.daemon.keeper.register_webhooks(on.shop()));
  REQUIRE(!done);
  CHECK(done.error().code == "subscription_lost");
}

TEST_CASE("the same webhook twice is one event") {
  stage on;
  on.list({sample("mug-pair")});
  const auto body = on.tiktok.webhooks().back().body;
  CHECK(!on.receive(body));
  on.tiktok.control("POST webhook_duplicate");
  CHECK(on.deliver_webhooks() == 0);
  CHECK(on.advance() == 0);
}

TEST_CASE("a webhook of a shop that is not known is kept and does no harm") {
  stage on;
  on.list({sample("mug-pair")});
  CHECK(on.receive(webhook("7494049642642449999", GENERATE(5, 6, 37), {{"product_id", 1729400000000000107}})));
  CHECK(on.run(on.daemon.inbox.drain()) == 1);
  CHECK(on.ask("select count(*) from webhook_inbox where shop_id = '7494049642642449999' and problem <> ''") == "1");
  CHECK(waiting(on) == "0");
  CHECK(on.advance() == 0);
  CHECK(on.shop().authorization_state == "active");
}

TEST_CASE("a webhook that cannot be read is kept with its problem and holds no other up") {
  stage on;
  on.take_in({sample("mug-pair")});
  on.advance();
  on.receive(GENERATE(as<std::string>(), "{", "[]", "{}", R"({"type":"product","data":7})"));
  on.tiktok.give_verdicts();
  on.settle();
  CHECK(on.ask("select count(*) from webhook_inbox where problem <> ''") == "1");
  CHECK(waiting(on) == "0");
  CHECK(on.state("mug-pair").job == "verified");
}

TEST_CASE("a webhook about a product that is none of ours is harmless") {
  stage on;
  on.list({sample("mug-pair")});
  CHECK(on.receive(webhook(us.text(), 5, {{"product_id", "1"}, {"status", "PRODUCT_STATUS_CHANGED"}})));
  on.run(on.daemon.inbox.drain());
  CHECK(waiting(on) == "0");
  CHECK(on.advance() == 0);
}

TEST_CASE("a webhook is a hint only: the verdict is what Get Product says") {
  stage on;
  on.take_in({sample("mug-pair")});
  on.advance();
  on.receive(webhook(us.text(), 37, {{"product_id", on.id("mug-pair")}, {"audit", {{"status", "APPROVED"}}}}));
  on.run(on.daemon.inbox.drain());
  CHECK(on.advance() > 0);
  CHECK(on.state("mug-pair").review == review_state::auditing);
  CHECK(on.state("mug-pair").job == "working");
}

TEST_CASE("a change that no webhook told is found by the watch") {
  stage on;
  on.list({sample("mug-pair"), sample("everyday-mug")});
  on.tiktok.control("POST settings", json::object{{"webhooks", false}});
  on.tiktok.control("POST products/" + on.id("mug-pair"),
                    json::object{{"seller_edit", json::object{{"title", "My mugs"}}}});
  CHECK(on.advance() == 0);
  REQUIRE(on.run(on.daemon.keeper.watch(on.shop())));
  on.settle();
  CHECK(on.state("mug-pair").job == "parked");
  CHECK(on.state("mug-pair").drift.size() == 1);
  CHECK(on.state("everyday-mug").job == "verified");
}

TEST_CASE("an event whose taking breaks waits for another attempt and holds none behind it") {
  stage on;
  on.list({sample("mug-pair"), sample("everyday-mug")});
  on.ask("alter table note add constraint no_mugs check (product_key <> 'mug-pair' or event <> 'webhook') not valid");
  on.receive(webhook(us.text(), 5, {{"product_id", on.id("mug-pair")}}));
  on.tiktok.control("POST settings", json::object{{"webhooks", false}});
  on.tiktok.control("POST products/" + on.id("everyday-mug"),
                    json::object{{"seller_edit", json::object{{"title", "My mugs"}}}});
  auto behind = json::parse(webhook(us.text(), 5, {{"product_id", on.id("everyday-mug")}})).as_object();
  behind["tts_notification_id"] = "7400000000000000998";
  on.receive(json::serialize(behind));
  on.run(on.daemon.inbox.drain());
  CHECK(waiting(on) == "1");
  CHECK(on.ask("select attempts from webhook_inbox where processed_at is null") == "1");
  CHECK(on.run(on.daemon.inbox.drain()) == 0); // not at once
  on.settle();
  CHECK(on.state("everyday-mug").drift.size() == 1);

  SECTION("and is done when the world is mended") {
    on.ask("alter table note drop constraint no_mugs");
    on.time.advance(5s);
    CHECK(on.run(on.daemon.inbox.drain()) == 1);
    CHECK(waiting(on) == "0");
    CHECK(on.ask("select count(*) from note where product_key = 'mug-pair' and event = 'webhook'") != "0");
    CHECK(on.ask("select problem from webhook_inbox where key = '7400000000000000999'").empty());
  }
  SECTION("and is given up with its problem after ten") {
    for (int i = 0; i < 20; ++i) {
      on.time.advance(10min);
      on.run(on.daemon.inbox.drain());
    }
    CHECK(waiting(on) == "0");
    CHECK(on.ask("select attempts from webhook_inbox where key = '7400000000000000999'") == "10");
    CHECK(on.ask("select problem from webhook_inbox where key = '7400000000000000999'").contains("no_mugs"));
  }
}

TEST_CASE("a deauthorization that comes late ends no consent that was given since") {
  stage on;
  on.list({sample("mug-pair")});
  on.receive(webhook(us.text(), 6, {{"message", "gone"}}, seconds_of(on.shop().consented_at) - 1));
  on.run(on.daemon.inbox.drain());
  CHECK(on.shop().authorization_state == "active");
  CHECK(on.advance() == 0);
}
