#include "stage.hpp"

namespace listingd::store::test {

namespace {

inbox_event event(const std::string& key, const std::string& body = "{}", const std::string& shop = us.text()) {
  return {.id = 0, .app = "row", .shop = shop, .key = key, .type = 5, .body = body};
}

note told(const std::string& message) {
  return {.who = "tiktok", .event = "status", .message = message, .evidence = nullptr};
}

} // namespace

TEST_CASE("an event is taken once, whoever delivers it again") {
  stage at;
  CHECK(run(at.db->put_event(event("n1"), noon)));
  CHECK_FALSE(run(at.db->put_event(event("n1", "{\"again\":1}"), noon)));
  CHECK(run(at.db->put_event(event("n1", "{}", uk.text()), noon)));
  CHECK(run(at.db->put_event(event("n1", "{}", ""), noon)));
  CHECK_FALSE(run(at.db->put_event(event("n1", "{}", ""), noon)));
  CHECK(at.ask("select count(*) from webhook_inbox") == "3");
  run(at.db->event_done(run(at.db->waiting_events(1, noon)).at(0).id, "", noon));
  CHECK_FALSE(run(at.db->put_event(event("n1"), noon))); // also after it was dealt with
}

TEST_CASE("events wait in the order of their arrival, bytes untouched") {
  stage at;
  const std::string odd("\x00\xff{\"shop_id\":1}\xc3", 16);
  run(at.db->put_event(event("b", odd), noon));
  run(at.db->put_event(event("a"), noon));
  run(at.db->put_event(event("c"), noon));
  auto waiting = run(at.db->waiting_events(2, noon));
  REQUIRE(waiting.size() == 2);
  CHECK(waiting[0].key == "b");
  CHECK(waiting[0].body == odd);
  CHECK(waiting[0].app == "row");
  CHECK(waiting[0].shop == us.text());
  CHECK(waiting[0].type == 5);
  run(at.db->event_done(waiting[0].id, "no listing of ours", noon));
  waiting = run(at.db->waiting_events(10, noon));
  REQUIRE(waiting.size() == 2);
  CHECK(waiting[0].key == "a");
  CHECK(at.ask("select problem from webhook_inbox where key = 'b'") == "no listing of ours");
}

TEST_CASE("notes tell a product's story in order") {
  stage at;
  run(at.db->add_notes(at.ref("tee"), {told("one"), told("two")}, noon));
  run(at.db->add_notes(at.ref("tee", uk), {told("three")}, noon - 1h));
  run(at.db->add_notes(at.ref("hat"), {told("other")}, noon));
  const auto story = run(at.db->notes_about(product_key("tee")));
  REQUIRE(story.size() == 3);
  CHECK(story[0].message == "one");
  CHECK(story[2].message == "three");
  CHECK(story[2].about.shop == uk);
  CHECK(story[0].who == "tiktok");
  CHECK(story[0].evidence.is_null());
}

TEST_CASE("notes since a time come oldest first, as many as asked") {
  stage at;
  run(at.db->add_notes(at.ref("tee"), {told("late")}, noon + 2s));
  run(at.db->add_notes(at.ref("tee"), {told("early")}, noon - 1s));
  run(at.db->add_notes(at.ref("tee"), {told("same 1"), told("same 2")}, noon));
  const auto messages = [&](instant since, int limit) {
    std::vector<std::string> out;
    for (const auto& one : run(at.db->notes_since(since, limit))) out.push_back(one.message);
    return out;
  };
  CHECK(messages(noon, 10) == std::vector<std::string>{"same 1", "same 2", "late"});
  CHECK(messages(noon - 1h, 2) == std::vector<std::string>{"early", "same 1"});
  CHECK(messages(noon + 1h, 10).empty());
}

TEST_CASE("the database answers a ping") {
  stage at;
  CHECK_NOTHROW(run(at.db->ping()));
  const auto nowhere = open_store({.url = "host=/nonexistent dbname=x", .connections = 1, .sealing = std::nullopt});
  CHECK_THROWS_AS(run(nowhere->ping()), pqxx::broken_connection);
}

} // namespace listingd::store::test
