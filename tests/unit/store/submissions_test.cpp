#include "stage.hpp"

#include <future>
#include <utility>

namespace listingd::store::test {

namespace {

stored_submission intent(write_kind kind = write_kind::create, const std::string& digest = "d1") {
  stored_submission out;
  out.id = random_uuid();
  out.request = {.kind = kind,
                 .method = "POST",
                 .path = "/product/202309/products",
                 .body = std::string("{\"title\":\"T\xc3\xa4sse\0\xff\"}", 20)};
  out.wanted = {{"details", digest}};
  out.fingerprint = "f-" + digest;
  return out;
}

write_answer created(const std::string& id) {
  return {.id = listing_id(id), .skus = {}, .warnings = {"no brand"}, .request_id = "r1"};
}

error silence() {
  return {.kind = error_kind::retry,
          .code = "timeout",
          .message = "no answer",
          .where = "POST /x",
          .retry_after = {},
          .maybe_done = true,
          .whole_shop = false,
          .request_id = ""};
}

std::string state_of(stage& at, const stored_submission& one) {
  return at.ask("select state from submission where id = '" + one.id + "'");
}

/// A create that takes these seller_skus.
stored_submission taking(const std::vector<std::string>& skus) {
  auto out = intent();
  for (const auto& one : skus) out.skus.push_back({variant_key("v-" + one), seller_sku(one), sku_id()});
  return out;
}

/// Two listings, both leased.
std::pair<claimed_listing, claimed_listing> two_held(stage& at) {
  at.take_in({at.item("one"), at.item("two")});
  auto first = *at.claim();
  auto second = *at.claim();
  return {std::move(first), std::move(second)};
}

} // namespace

TEST_CASE("an intent is stored before the call, byte for byte") {
  stage at;
  const auto held = at.held("tee");
  const auto one = intent();
  REQUIRE(run(at.db->begin_submission(held, one, noon)));
  const auto peeked = run(at.db->peek(held.ref));
  REQUIRE(peeked->open);
  CHECK(peeked->open->id == one.id);
  CHECK(peeked->open->request.kind == write_kind::create);
  CHECK(peeked->open->request.method == one.request.method);
  CHECK(peeked->open->request.path == one.request.path);
  CHECK(peeked->open->request.body == one.request.body);
  CHECK(peeked->open->wanted == one.wanted);
  CHECK(peeked->open->fingerprint == one.fingerprint);
}

TEST_CASE("without the lease no intent is stored, so nothing may be sent") {
  stage at;
  const auto held = at.held("tee");
  SECTION("taken over") {
    at.leases_run_out();
    REQUIRE(at.claim());
  }
  SECTION("only run out") {
    at.leases_run_out();
  }
  SECTION("given back") {
    REQUIRE(run(at.db->record(held, at.outcome(held), noon)));
  }
  CHECK_FALSE(run(at.db->begin_submission(held, intent(), noon)));
  CHECK(at.ask("select count(*) from submission") == "0");
}

TEST_CASE("the lease outlives the call that an intent announces") {
  stage at;
  at.take_in({at.item("tee")});
  const auto held = run(at.db->claim({us}, noon, 1s));
  REQUIRE(run(at.db->begin_submission(*held, intent(), noon)));
  CHECK(at.ask("select lease_until > clock_timestamp() + interval '1 minute' from listing") == "t");
}

TEST_CASE("a listing has one open submission at most") {
  stage at;
  const auto held = at.held("tee");
  const auto first = intent();
  REQUIRE(run(at.db->begin_submission(held, first, noon)));
  CHECK_THROWS_AS(run(at.db->begin_submission(held, intent(), noon)), pqxx::unique_violation);
  CHECK(run(at.db->peek(held.ref))->open->id == first.id);
  run(at.db->finish_submission(held.ref, first.id, submission_state::failed, {}, silence(), noon));
  CHECK(run(at.db->begin_submission(held, intent(), noon + 1s)));
}

TEST_CASE("of two creates with one seller_sku the second may not begin until the first has failed") {
  stage at;
  const auto [first, second] = two_held(at);
  const auto one = taking({"A", "B"});
  REQUIRE(run(at.db->begin_submission(first, one, noon)));
  CHECK(at.ask("select string_agg(seller_sku, '' order by seller_sku) from variant") == "AB");
  const auto holder = run(at.db->sku_taken(second.ref, {seller_sku("C"), seller_sku("B")}));
  REQUIRE(holder);
  CHECK(holder->seller_sku == seller_sku("B"));
  CHECK(holder->product == first.ref.product);
  CHECK_FALSE(holder->by_scan);
  CHECK_FALSE(run(at.db->sku_taken(first.ref, {seller_sku("B")})));
  CHECK_FALSE(run(at.db->begin_submission(second, taking({"B", "C"}), noon)));
  CHECK(at.ask("select count(*) from submission") == "1");

  SECTION("refused") {
    run(at.db->finish_submission(first.ref, one.id, submission_state::refused, {}, silence(), noon));
    CHECK(run(at.db->begin_submission(second, taking({"B", "C"}), noon)));
  }
  SECTION("uncertain") {
    run(at.db->finish_submission(first.ref, one.id, submission_state::uncertain, {}, silence(), noon));
    CHECK_FALSE(run(at.db->begin_submission(second, taking({"B", "C"}), noon)));
  }
  SECTION("accepted, its SKU ids not told") {
    run(at.db->finish_submission(first.ref, one.id, submission_state::accepted, created("1"), std::nullopt, noon));
    CHECK_FALSE(run(at.db->begin_submission(second, taking({"B", "C"}), noon)));
  }
  SECTION("an edit takes nothing") {
    CHECK(run(at.db->begin_submission(second, intent(write_kind::edit), noon)));
  }
}

TEST_CASE("creates with one seller_sku that begin at the same moment: exactly one does") {
  stage at;
  const auto [first, second] = two_held(at);
  for (int round = 0; round < 20; ++round) {
    // the two name the SKUs in opposite order
    const auto begin = [&](const claimed_listing& held, std::vector<std::string> skus) {
      return std::async(std::launch::async,
                        [&, skus] { return run(at.db->begin_submission(held, taking(skus), noon)); });
    };
    auto a = begin(first, {"A", "B"});
    auto b = begin(second, {"B", "A"});
    CHECK(int{a.get()} + int{b.get()} == 1);
    at.ask("delete from submission; delete from variant");
  }
}

TEST_CASE("what the shop was seen to show of another listing's product is taken too, until it is seen without") {
  stage at;
  at.connect();
  auto held = at.held("one");
  auto out = at.outcome(held);
  out.state.id = listing_id("17");
  REQUIRE(run(at.db->record(held, out, noon)));
  found_product seen;
  seen.id = listing_id("17");
  seen.skus = {{sku_id("s1"), seller_sku("A"), ""}, {sku_id("s2"), seller_sku("B"), ""}};
  run(at.db->put_shop_products(us, {seen}, true, noon));
  const auto holder = run(at.db->sku_taken(at.ref("two"), {seller_sku("B")}));
  REQUIRE(holder);
  CHECK(holder->product == product_key("one"));
  CHECK(holder->by_scan);
  CHECK_FALSE(run(at.db->sku_taken(at.ref("one"), {seller_sku("B")})));
  seen.skus.pop_back();
  run(at.db->seen_with(us, {seller_sku("A"), seller_sku("B")}, {seen}));
  CHECK_FALSE(run(at.db->sku_taken(at.ref("two"), {seller_sku("B")})));
  CHECK(run(at.db->sku_taken(at.ref("two"), {seller_sku("A")})));
}

TEST_CASE("of two listings that tie the same product the first to be recorded has it") {
  stage at;
  const auto [first, second] = two_held(at);
  for (const auto* held : {&first, &second}) {
    auto out = at.outcome(*held);
    out.state.id = listing_id("17");
    out.state.status = listing_status::unknown;
    CHECK(run(at.db->record(*held, out, noon)));
  }
  CHECK(run(at.db->peek(first.ref))->state.id == listing_id("17"));
  const auto other = run(at.db->peek(second.ref))->state;
  CHECK(other.id.empty());
  CHECK(other.status == listing_status::none);
  CHECK(other.due_at == noon);
}

TEST_CASE("an accepted create writes the listing's id and what was accepted") {
  stage at;
  const auto held = at.held("tee");
  auto out = at.outcome(held);
  out.skus = {{variant_key("v1"), seller_sku("A"), sku_id()}};
  out.state.refused_fingerprint = "old";
  out.state.due_at = noon;
  REQUIRE(run(at.db->record(held, out, noon)));
  const auto again = *at.claim();
  const auto one = intent();
  REQUIRE(run(at.db->begin_submission(again, one, noon)));
  auto answer = created("1729");
  answer.skus = {{.id = sku_id("s1"), .seller_sku = seller_sku("A"), .external_sku_id = "v1"}};
  run(at.db->finish_submission(again.ref, one.id, submission_state::accepted, answer, std::nullopt, noon + 1s));
  const auto now = run(at.db->peek(again.ref));
  CHECK_FALSE(now->open);
  CHECK(now->state.id.text() == "1729");
  CHECK(now->state.accepted == one.wanted);
  CHECK(now->state.refused_fingerprint.empty());
  CHECK(now->state.hint_at == noon + 1s);
  CHECK(at.ask("select sku_id from variant") == "s1");
  CHECK(at.ask("select listing_id || request_id || (warnings ->> 0) from submission") == "1729r1no brand");
}

TEST_CASE("a refusal is kept with its code and TikTok's request id") {
  stage at;
  const auto held = at.held("tee");
  const auto one = intent();
  REQUIRE(run(at.db->begin_submission(held, one, noon)));
  const error why{.kind = error_kind::fix_data,
                  .code = "12052104",
                  .message = "attribute missing",
                  .where = "POST /x",
                  .retry_after = {},
                  .maybe_done = false,
                  .whole_shop = false,
                  .request_id = "r9"};
  run(at.db->finish_submission(held.ref, one.id, submission_state::refused, {}, why, noon));
  CHECK(at.ask("select state || ' ' || code || ' ' || message || ' ' || request_id from submission") ==
        "refused 12052104 attribute missing r9");
  CHECK(run(at.db->peek(held.ref))->state.accepted.empty());
}

TEST_CASE("an intent that a successor finds open counts as uncertain") {
  stage at;
  const auto held = at.held("tee");
  const auto one = intent();
  REQUIRE(run(at.db->begin_submission(held, one, noon)));
  CHECK(run(at.db->peek(held.ref))->open);
  CHECK(state_of(at, one) == "intended"); // looking changes nothing
  at.leases_run_out();
  const auto successor = at.claim();
  REQUIRE(successor);
  REQUIRE(successor->open);
  CHECK(successor->open->request.body == one.request.body);
  CHECK(state_of(at, one) == "uncertain");
}

TEST_CASE("searches in vain are counted with their time, and never reopen what is settled") {
  stage at;
  const auto held = at.held("tee");
  const auto one = intent();
  REQUIRE(run(at.db->begin_submission(held, one, noon)));
  run(at.db->searched_in_vain(one.id, noon + 1s));
  run(at.db->searched_in_vain(one.id, noon + 61s));
  auto open = run(at.db->peek(held.ref))->open;
  REQUIRE(open);
  CHECK(open->absent_searches == 2);
  CHECK(open->last_search_at == noon + 61s);
  run(at.db->finish_submission(held.ref, one.id, submission_state::accepted, created("1"), std::nullopt, noon));
  run(at.db->searched_in_vain(one.id, noon + 90s));
  CHECK(state_of(at, one) == "accepted");
}

TEST_CASE("an answer that arrives after the lease was lost is stored, and its successor does not undo it") {
  stage at;
  const auto first = at.held("tee");
  const auto one = intent();
  REQUIRE(run(at.db->begin_submission(first, one, noon)));
  at.leases_run_out();
  const auto successor = *at.claim();
  run(at.db->finish_submission(first.ref, one.id, submission_state::accepted, created("1729"), std::nullopt,
                               noon + 1s));
  CHECK_FALSE(run(at.db->record(first, at.outcome(first), noon + 1s)));
  auto out = at.outcome(successor); // knows nothing of it
  out.state.due_at = noon + 24h;
  REQUIRE(run(at.db->record(successor, out, noon + 2s)));

  const auto next = at.claim(noon + 2s);
  REQUIRE(next); // due at once
  CHECK_FALSE(next->open);
  CHECK(next->state.id.text() == "1729");
  CHECK(next->state.accepted == one.wanted);
}

TEST_CASE("a late silence does not reopen what the successor has settled") {
  stage at;
  const auto first = at.held("tee");
  const auto one = intent();
  REQUIRE(run(at.db->begin_submission(first, one, noon)));
  at.leases_run_out();
  const auto successor = *at.claim();
  run(at.db->finish_submission(first.ref, one.id, submission_state::accepted, created("1729"), std::nullopt,
                               noon + 1s));
  const auto edit = intent(write_kind::edit, "d2");
  REQUIRE(run(at.db->begin_submission(successor, edit, noon + 2s)));
  run(at.db->finish_submission(first.ref, one.id, submission_state::uncertain, {}, silence(), noon + 3s));
  CHECK(state_of(at, one) == "accepted");
  CHECK(state_of(at, edit) == "intended");
}

TEST_CASE("an edit accepted late does not stand above a newer one") {
  stage at;
  const auto first = at.held("tee");
  const auto old = intent(write_kind::edit, "d1");
  REQUIRE(run(at.db->begin_submission(first, old, noon)));
  at.leases_run_out();
  const auto successor = *at.claim();
  run(at.db->finish_submission(successor.ref, old.id, submission_state::superseded, {}, std::nullopt, noon + 1s));
  const auto fresh = intent(write_kind::edit, "d2");
  REQUIRE(run(at.db->begin_submission(successor, fresh, noon + 2s)));
  run(at.db->finish_submission(successor.ref, fresh.id, submission_state::accepted, {}, std::nullopt, noon + 3s));
  run(at.db->finish_submission(first.ref, old.id, submission_state::accepted, {}, std::nullopt, noon + 4s));
  CHECK(state_of(at, old) == "accepted"); // what TikTok said is kept
  CHECK(run(at.db->peek(first.ref))->state.accepted == fresh.wanted);
}

TEST_CASE("a listing's id is written once") {
  stage at;
  const auto held = at.held("tee");
  const auto one = intent();
  REQUIRE(run(at.db->begin_submission(held, one, noon)));
  run(at.db->finish_submission(held.ref, one.id, submission_state::accepted, created("1729"), std::nullopt, noon));
  const auto two = intent();
  REQUIRE(run(at.db->begin_submission(held, two, noon + 1s)));
  run(at.db->finish_submission(held.ref, two.id, submission_state::accepted, created("4711"), std::nullopt, noon + 1s));
  CHECK(run(at.db->peek(held.ref))->state.id.text() == "1729");
  CHECK(at.ask("select listing_id from submission order by created_at desc") == "4711"); // both are known
}

TEST_CASE("an answer that names another listing's product is still stored") {
  stage at;
  auto other = at.held("other");
  auto out = at.outcome(other);
  out.state.id = listing_id("1729");
  REQUIRE(run(at.db->record(other, out, noon)));
  const auto held = at.held("tee");
  const auto one = intent();
  REQUIRE(run(at.db->begin_submission(held, one, noon)));
  run(at.db->finish_submission(held.ref, one.id, submission_state::accepted, created("1729"), std::nullopt, noon));
  CHECK(state_of(at, one) == "accepted");
  CHECK(run(at.db->peek(held.ref))->state.id.empty());
}

} // namespace listingd::store::test
