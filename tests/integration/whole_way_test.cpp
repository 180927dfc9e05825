// The way of a product from the PIM's file to a verified listing, and the verdicts that turn it back.
#include "integration/stage.hpp"

#include <algorithm>

using namespace listingd;
using namespace listingd::integration;

namespace {

bool repaired_by(stage& on, const std::string& product, const std::string& rule) {
  const auto repairs = on.remediations(product);
  return repairs.size() == 1 && repairs[0].change.rule == rule && repairs[0].outcome == "worked";
}

} // namespace

TEST_CASE("a dropped record is created once, approved, read back and verified") {
  stage on;
  CHECK(on.take_in({sample("everyday-mug")}).changed == 1);
  on.advance();
  CHECK(on.state("everyday-mug").review == review_state::auditing);
  CHECK(on.state("everyday-mug").job == "working");
  on.settle();

  const auto done = on.state("everyday-mug");
  CHECK(done.status == listing_status::activate);
  CHECK(done.review == review_state::approved);
  CHECK(done.job == "verified");
  CHECK(on.tiktok.count("POST", create_path) == 1);
  CHECK(on.tiktok.writes() == 1);
  CHECK(on.tiktok.products() == 1);
  CHECK(text_at(on.live("everyday-mug"), "title") == "Everyday mug, 12 oz");
  CHECK(on.live("everyday-mug").at("skus").as_array().size() == 3);
}

TEST_CASE("the same record again costs nothing") {
  stage on;
  on.list({sample("mug-pair")});
  const auto outcome = on.take_in({sample("mug-pair")});
  CHECK(outcome.unchanged == 1);
  CHECK(outcome.changed == 0);
  CHECK(on.advance() == 0);
  CHECK(on.tiktok.writes() == 1);
}

TEST_CASE("a record that cannot be read holds nothing else up") {
  stage on;
  const auto outcome = on.take_in({json::object{{"family", "mugs"}}, sample("mug-pair")});
  CHECK(outcome.changed == 1);
  on.settle();
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.ask("select count(*) from note where event = 'record_rejected'") == "1");
}

TEST_CASE("a picture that the review finds too small is enlarged and the product edited in place") {
  stage on;
  on.take_in({sample("canvas-high")});
  on.advance();
  const auto first = on.id("canvas-high");
  on.settle();

  CHECK(on.state("canvas-high").job == "verified");
  CHECK(on.id("canvas-high") == first);
  CHECK(on.tiktok.products() == 1);
  CHECK(on.tiktok.count("POST", create_path) == 1);
  CHECK(on.tiktok.writes() == 2);
  CHECK(repaired_by(on, "canvas-high", "image_geometry"));
  CHECK(on.violations("canvas-high").empty());
  CHECK(on.noted("canvas-high", "rejected"));
}

TEST_CASE("a certificate that the review demands and the PIM holds is attached") {
  stage on;
  on.list({sample("lipstick-matte")});
  CHECK(on.state("lipstick-matte").job == "verified");
  CHECK(repaired_by(on, "lipstick-matte", "attach_certificate"));
  CHECK(on.live("lipstick-matte").at("certifications").as_array().size() == 1);
  CHECK(on.tiktok.products() == 1);
}

TEST_CASE("a rejection that nobody can repair blocks with its violation and is not sent again") {
  stage on;
  const std::string product = "lipstick-gloss-without-listing";
  on.list({sample(product)});
  const auto state = on.state(product);
  CHECK(state.job == "blocked");
  CHECK(state.status == listing_status::failed);
  const auto found = on.violations(product);
  REQUIRE(found.size() == 1);
  CHECK(found[0].origin == violation_origin::review);
  CHECK(found[0].code == "certificate_missing");

  const auto writes = on.tiktok.writes();
  on.run(on.daemon.db->wake_product(us, product_key(product), on.time.now(), {}));
  on.settle();
  CHECK(on.state(product).job == "blocked");
  CHECK(on.tiktok.writes() == writes);
}

TEST_CASE("what a person mends after a rejection goes out as an edit and closes the violation") {
  stage on;
  const auto poor = with_description(sample("mug-pair"), "<p>Two mugs.</p>");
  on.list({poor});
  REQUIRE(on.state("mug-pair").job == "blocked");
  REQUIRE(on.violations("mug-pair").size() == 1);
  on.list({sample("mug-pair")});
  CHECK(on.state("mug-pair").job == "verified");
  CHECK(on.violations("mug-pair").empty());
  CHECK(on.tiktok.products() == 1);
  CHECK(on.tiktok.count("POST", create_path) == 1);
}

TEST_CASE("a verdict that no webhook told is found by the poll") {
  stage on;
  on.tiktok.control("POST settings", json::object{{"webhooks", false}});
  on.take_in({sample("mug-pair")});
  on.advance();
  on.tiktok.give_verdicts();
  CHECK(on.advance() == 0);
  on.time.advance(on.daemon.with.settings.policy.poll_every);
  on.advance();
  CHECK(on.state("mug-pair").job == "verified");
}

TEST_CASE("a shop that only observes writes nothing; the scan and the plan work") {
  stage on({.live = false});
  CHECK(on.shop().adopt_scan_finished);
  on.list({sample("mug-pair"), sample("tee-without-price")});
  CHECK(on.state("mug-pair").id.empty());
  CHECK(on.state("tee-without-price").job == "blocked");
  CHECK(on.tiktok.writes() == 0);
  CHECK(on.tiktok.requests("POST", "upload").empty());

  const auto plan = on.run(on.daemon.planner.plan(on.ref("mug-pair")));
  REQUIRE(plan);
  CHECK(!plan->live_mode);
  CHECK(plan->step.kind == review::step_kind::upload_media);
  CHECK(plan->violations.empty());
  CHECK(std::ranges::any_of(plan->changes, [](const sync::drift& one) { return one.field == "title"; }));
  const auto blocked = on.run(on.daemon.planner.plan(on.ref("tee-without-price")));
  REQUIRE(blocked);
  CHECK(blocked->step.kind == review::step_kind::block);
  CHECK(on.tiktok.writes() == 0);
}

TEST_CASE("a live shop creates nothing before its scan has ended") {
  stage on({.settled_in = false});
  on.take_in({sample("mug-pair")});
  on.advance();
  CHECK(on.tiktok.writes() == 0);
  CHECK(on.state("mug-pair").id.empty());
  on.keeper_round();
  on.settle();
  CHECK(on.state("mug-pair").job == "verified");
}
