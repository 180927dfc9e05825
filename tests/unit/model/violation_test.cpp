#include "model/violation.hpp"

#include "catch.hpp"

namespace listingd {

namespace {

violation sample() {
  return {.origin = violation_origin::review,
          .klass = "image",
          .code = "image_quality",
          .position = "Main image",
          .reason = "too small",
          .suggestion = "larger",
          .who = actor::product_team,
          .evidence = nullptr};
}

} // namespace

TEST_CASE("a finding is the same when origin, code, position and reason agree") {
  const auto fingerprint = sample().fingerprint();
  auto other = sample();
  other.suggestion = "another";
  other.who = actor::machine;
  other.evidence = {{"n", 1}};
  other.klass = "other";
  CHECK(other.fingerprint() == fingerprint);

  other = sample();
  other.origin = violation_origin::platform;
  CHECK(other.fingerprint() != fingerprint);
  other = sample();
  other.code = "image_content";
  CHECK(other.fingerprint() != fingerprint);
  other = sample();
  other.position = "SKU image";
  CHECK(other.fingerprint() != fingerprint);
  other = sample();
  other.reason = "too dark";
  CHECK(other.fingerprint() != fingerprint);
}

TEST_CASE("what moves from one field to the next is another finding") {
  auto one = sample(), two = sample();
  one.code = "a";
  one.position = "b";
  two.code = "ab";
  two.position = "";
  CHECK(one.fingerprint() != two.fingerprint());
}

TEST_CASE("origins and actors go to words and back") {
  for (const auto origin :
       {violation_origin::preflight, violation_origin::refusal, violation_origin::review, violation_origin::platform})
    CHECK(origin_from(name_of(origin)) == origin);
  for (const auto who : {actor::product_team, actor::shop_owner, actor::operator_, actor::machine})
    CHECK(actor_from(name_of(who)) == who);
}

} // namespace listingd
