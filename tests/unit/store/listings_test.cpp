#include "stage.hpp"

namespace listingd::store::test {

namespace {

violation finding(violation_origin origin, const std::string& code, const std::string& reason = "because") {
  return {.origin = origin,
          .klass = "title",
          .code = code,
          .position = "title",
          .reason = reason,
          .suggestion = "fix it",
          .who = actor::product_team,
          .evidence = nullptr};
}

/// Records and claims again.
claimed_listing next(stage& at, const claimed_listing& held, step_outcome out, instant now = noon) {
  out.state.due_at = now;
  const bool kept = run(at.db->record(held, std::move(out), now));
  REQUIRE(kept);
  auto again = at.claim(now);
  REQUIRE(again);
  return *again;
}

} // namespace

TEST_CASE("violations are opened when found and closed when found no more, one origin at a time") {
  stage at;
  auto held = at.held("tee");
  auto out = at.outcome(held);
  out.preflight = {finding(violation_origin::preflight, "title_long"),
                   finding(violation_origin::preflight, "price_missing")};
  out.refusal = {finding(violation_origin::refusal, "12052104")};
  held = next(at, held, out);
  CHECK(run(at.db->violations(false)).size() == 3);

  out = at.outcome(held);
  out.preflight = {finding(violation_origin::preflight, "price_missing")};
  held = next(at, held, out, noon + 1s);
  auto open = run(at.db->violations(false));
  REQUIRE(open.size() == 2);
  CHECK(open[0].what.code == "price_missing");
  CHECK(open[0].opened_at == noon); // the same finding stays open
  CHECK(open[1].what.origin == violation_origin::refusal);

  out = at.outcome(held);
  out.preflight = std::vector<violation>{};
  out.refusal = std::vector<violation>{};
  held = next(at, held, out, noon + 2s);
  CHECK(run(at.db->violations(false)).empty());
  CHECK(held.violations.empty());
  const auto all = run(at.db->violations(true));
  REQUIRE(all.size() == 3);
  CHECK(all[1].what.code == "price_missing");
  CHECK(all[1].closed_at == noon + 2s);

  SECTION("and a finding that comes back is opened anew") {
    out = at.outcome(held);
    out.preflight = {finding(violation_origin::preflight, "price_missing")};
    next(at, held, out, noon + 3s);
    open = run(at.db->violations(false));
    REQUIRE(open.size() == 1);
    CHECK(open[0].opened_at == noon + 3s);
  }
}

TEST_CASE("the same finding twice in one step is one violation with the last word") {
  stage at;
  const auto held = at.held("tee");
  auto out = at.outcome(held);
  auto second = finding(violation_origin::refusal, "c");
  second.suggestion = "better advice";
  out.refusal = {finding(violation_origin::refusal, "c"), second};
  const auto again = next(at, held, out);
  REQUIRE(again.violations.size() == 1);
  CHECK(again.violations[0].suggestion == "better advice");
}

TEST_CASE("a step that did not look at an origin leaves its violations alone") {
  stage at;
  auto held = at.held("tee");
  auto out = at.outcome(held);
  out.review = {finding(violation_origin::review, "review")};
  held = next(at, held, out);
  held = next(at, held, at.outcome(held));
  CHECK(held.violations.size() == 1);
}

TEST_CASE("remediations are kept with their attempts and get their outcome once") {
  stage at;
  auto held = at.held("tee");
  auto out = at.outcome(held);
  out.remediations = {{.change = {.rule = "image_geometry", .change = {{"min_short_side", 800}}, .input = "i"},
                       .attempt = 2,
                       .because = "too small"}};
  held = next(at, held, out);
  REQUIRE(held.remediations.size() == 1);
  CHECK(held.remediations[0].attempt == 2);

  out = at.outcome(held);
  out.remediations = held.remediations;
  out.remediations[0].outcome = "worked";
  held = next(at, held, out, noon + 1s);
  CHECK(held.remediations[0].outcome == "worked");
  held = next(at, held, out, noon + 2s);
  CHECK(at.ask("select ms(ended_at) from remediation") == std::to_string((noon + 1s).time_since_epoch().count()));
  const auto report = run(at.db->remediations());
  REQUIRE(report.size() == 1);
  CHECK(report[0].ref.product.text() == "tee");
  CHECK(report[0].what.because == "too small");
}

TEST_CASE("verified_at is the moment it became so") {
  stage at;
  auto held = at.held("tee");
  const auto verified_at = [&] { return run(at.db->status(us)).at(0).verified_at; };
  auto out = at.outcome(held);
  out.state.verified_fingerprint = "v1";
  held = next(at, held, out, noon);
  CHECK(verified_at() == noon);
  held = next(at, held, at.outcome(held), noon + 1s);
  CHECK(verified_at() == noon);
  out = at.outcome(held);
  out.state.verified_fingerprint = "v2";
  held = next(at, held, out, noon + 2s);
  CHECK(verified_at() == noon + 2s);
  out = at.outcome(held);
  out.state.verified_fingerprint.clear();
  next(at, held, out, noon + 3s);
  CHECK_FALSE(verified_at());
}

TEST_CASE("a SKU of another listing that TikTok still shows is taken") {
  stage at;
  auto held = at.held("old");
  auto out = at.outcome(held);
  out.state.id = listing_id("1729");
  out.state.status = listing_status::activate;
  out.skus = {{variant_key("v1"), seller_sku("BT-RED"), sku_id("s1")},
              {variant_key("v2"), seller_sku("BT-BLUE"), sku_id("s2")}};
  const boost::json::array both{boost::json::object{{"id", "s1"}}, boost::json::object{{"id", "s2"}}};
  out.state.observed = {{"skus", both}};
  held = next(at, held, out);
  const auto taken = [&](const std::string& sku) { return run(at.db->sku_taken(at.ref("new"), {seller_sku(sku)})); };
  CHECK(taken("BT-RED"));
  CHECK_FALSE(taken("BT-GREEN"));
  CHECK_FALSE(run(at.db->sku_taken(at.ref("old"), {seller_sku("BT-RED")})));
  CHECK_FALSE(run(at.db->sku_taken(at.ref("new", uk), {seller_sku("BT-RED")})));

  SECTION("also after the PIM moved it away, until TikTok has let it go") {
    out = at.outcome(held);
    out.skus = {{variant_key("v2"), seller_sku("BT-BLUE"), sku_id()}};
    held = next(at, held, out);
    CHECK(taken("BT-RED"));
    out = at.outcome(held);
    out.skus = {{variant_key("v2"), seller_sku("BT-BLUE"), sku_id()}};
    const boost::json::array one{boost::json::object{{"id", "s2"}}};
    out.state.observed = {{"skus", one}};
    next(at, held, out);
    CHECK_FALSE(taken("BT-RED"));
    CHECK(taken("BT-BLUE")); // its sku id was kept
  }
  SECTION("but not when that listing has come to its end") {
    out = at.outcome(held);
    out.state.status = listing_status::deleted;
    next(at, held, out);
    CHECK_FALSE(taken("BT-RED"));
  }
}

TEST_CASE("status tells of every listing, its SKUs and its rest") {
  stage at;
  auto held = at.held("tee");
  auto out = at.outcome(held);
  out.skus = {{variant_key("v1"), seller_sku("A"), sku_id()}, {variant_key("v2"), seller_sku("B"), sku_id()}};
  out.state.job = "blocked";
  out.state.reason = "no price";
  out.state.raw_status = "ACTIVATE";
  out.state.drift = {boost::json::object{{"field", "title"}}};
  REQUIRE(run(at.db->record(held, out, noon)));
  at.take_in({at.item("hat")}, noon, false, "", {uk});
  CHECK(run(at.db->status(std::nullopt)).size() == 2);
  const auto rows = run(at.db->status(us));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].ref.product.text() == "tee");
  CHECK(rows[0].seller_skus == std::vector<std::string>{"A", "B"});
  CHECK(rows[0].state.job == "blocked");
  CHECK(rows[0].state.reason == "no price");
  CHECK(rows[0].state.drift == out.state.drift);
  CHECK_FALSE(rows[0].state.due_at);
}

} // namespace listingd::store::test
