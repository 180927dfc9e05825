#include "review/remediation.hpp"

#include "catch.hpp"
#include "review/rejection.hpp"
#include "sample.hpp"

namespace listingd::review::test {

namespace {

audit_reason small_image(const std::string& size, const std::string& position = "Main image") {
  return {.position = position,
          .reasons = {"Image quality is too low"},
          .suggestions = {"Upload images of at least " + size + " pixels."},
          .platform = {}};
}

audit_reason lacks_certificate(const std::string& name) {
  return {.position = "Certification",
          .reasons = {"Missing certification"},
          .suggestions = {"Upload the certification \"" + name + "\"."},
          .platform = {}};
}

/// A shop where much can be repaired; a test takes away what it is about.
struct workshop {
  draft wanted = good_draft();
  leaf_rules rules;
  bool held = true;
  std::map<std::string, int> attempts;
  int smallest = 500;
  double upscale = 2.0;
  std::vector<repair> tried;

  workshop() {
    rules.certificates = {certificate("602417", "Cosmetic Product Listing"), certificate("1", "Test report")};
  }

  [[nodiscard]] std::vector<proposal> proposals(const std::vector<audit_reason>& reasons) const {
    return propose(read_rejection(reasons), {.wanted = wanted,
                                             .rules = rules,
                                             .pim_holds_certificate = [this](const std::string&) { return held; },
                                             .attempts = attempts,
                                             .max_attempts = 2,
                                             .smallest_short_side = smallest,
                                             .max_upscale = upscale,
                                             .tried = tried});
  }
};

} // namespace

TEST_CASE("a picture below the demanded size is enlarged") {
  const auto found = workshop().proposals({small_image("800 x 800")});
  REQUIRE(found.size() == 1);
  CHECK(found[0].change.rule == "image_geometry");
  CHECK(found[0].change.change == boost::json::object{{"min_short_side", 800}});
  CHECK(found[0].because.find("800") != std::string::npos);
  CHECK(still_valid(found[0].change, good_draft()));
}

TEST_CASE("two complaints about size are answered once, with the larger") {
  const auto found = workshop().proposals({small_image("600 x 600"), small_image("800 x 800")});
  REQUIRE(found.size() == 1);
  CHECK(found[0].change.change.at("min_short_side") == 800);
}

TEST_CASE("a picture is not enlarged beyond reason, nor when that cannot be what is wrong") {
  workshop shop;
  SECTION("exactly the allowed enlargement is fine") {
    shop.smallest = 400;
    CHECK(shop.proposals({small_image("800 x 800")}).size() == 1);
  }
  SECTION("more is not") {
    shop.smallest = 399;
    CHECK(shop.proposals({small_image("800 x 800")}).empty());
  }
  SECTION("a profile may allow less") {
    shop.upscale = 1.5;
    CHECK(shop.proposals({small_image("800 x 800")}).empty());
  }
  SECTION("the pictures are large enough already") {
    shop.smallest = 800;
    CHECK(shop.proposals({small_image("800 x 800")}).empty());
  }
  SECTION("the size of the originals is not known") {
    shop.smallest = 0;
    CHECK(shop.proposals({small_image("800 x 800")}).empty());
  }
  SECTION("no number is named") {
    CHECK(
        shop.proposals({{.position = "Main image", .reasons = {"Image is blurred"}, .suggestions = {}, .platform = {}}})
            .empty());
  }
  SECTION("the rule does not reach other pictures") {
    CHECK(shop.proposals({small_image("800 x 800", "SKU image")}).empty());
  }
}

TEST_CASE("a demanded certificate that the PIM holds is attached") {
  const auto found = workshop().proposals({lacks_certificate("Cosmetic Product Listing")});
  REQUIRE(found.size() == 1);
  CHECK(found[0].change.rule == "attach_certificate");
  CHECK(found[0].change.change == boost::json::object{{"certificate_id", "602417"}});
  CHECK(still_valid(found[0].change, good_draft()));
}

TEST_CASE("a certificate's name may stand in the text without quotes") {
  const auto found = workshop().proposals({{.position = "Certification",
                                            .reasons = {"Missing: TEST REPORT certificate"},
                                            .suggestions = {},
                                            .platform = {}}});
  REQUIRE(found.size() == 1);
  CHECK(found[0].change.change.at("certificate_id") == "1");
}

TEST_CASE("of two names of which one holds the other, the longer is meant") {
  workshop shop;
  shop.rules.certificates = {certificate("1", "Test report"), certificate("2", "Test report for toys")};
  const auto found = shop.proposals(
      {{.position = "", .reasons = {"Missing certificate: test report for toys"}, .suggestions = {}, .platform = {}}});
  REQUIRE(found.size() == 1);
  CHECK(found[0].change.change.at("certificate_id") == "2");
}

TEST_CASE("no certificate is guessed") {
  workshop shop;
  SECTION("the leaf does not know it") {
    CHECK(shop.proposals({lacks_certificate("Safety Data Sheet")}).empty());
  }
  SECTION("the PIM does not hold it") {
    shop.held = false;
    CHECK(shop.proposals({lacks_certificate("Test report")}).empty());
  }
  SECTION("it was sent already") {
    shop.wanted.certificates = {{.id = "602417", .name = "Cosmetic Product Listing", .media = {}, .expires = {}}};
    CHECK(shop.proposals({lacks_certificate("Cosmetic Product Listing")}).empty());
  }
  SECTION("none is named") {
    CHECK(shop.proposals({{.position = "Certification",
                           .reasons = {"Missing certification"},
                           .suggestions = {},
                           .platform = {}}})
              .empty());
  }
  SECTION("two are named") {
    CHECK(shop.proposals({{.position = "",
                           .reasons = {"Missing certificate: test report or cosmetic product listing"},
                           .suggestions = {},
                           .platform = {}}})
              .empty());
  }
}

TEST_CASE("several complaints are repaired together, or not at all") {
  workshop shop;
  CHECK(shop.proposals({small_image("800 x 800"), lacks_certificate("Test report")}).size() == 2);
  CHECK(shop.proposals({lacks_certificate("Cosmetic Product Listing"), lacks_certificate("Test report")}).size() == 2);
  const audit_reason human{.position = "Title", .reasons = {"Promotional title"}, .suggestions = {}, .platform = {}};
  CHECK(shop.proposals({small_image("800 x 800"), human}).empty());
  CHECK(shop.proposals({human}).empty());
  CHECK(propose({}, {.wanted = shop.wanted, .rules = shop.rules, .pim_holds_certificate = {}, .attempts = {}}).empty());
}

TEST_CASE("attempts of a rule are bounded") {
  workshop shop;
  shop.attempts = {{"image_geometry", 1}};
  CHECK(shop.proposals({small_image("800 x 800")}).size() == 1);
  shop.attempts = {{"image_geometry", 2}};
  CHECK(shop.proposals({small_image("800 x 800")}).empty());
  CHECK(shop.proposals({lacks_certificate("Test report")}).size() == 1);
  shop.attempts = {{"attach_certificate", 1}};
  CHECK(shop.proposals({lacks_certificate("Cosmetic Product Listing"), lacks_certificate("Test report")}).empty());
}

TEST_CASE("the same change is never proposed twice for the same input") {
  workshop shop;
  shop.tried = {shop.proposals({small_image("800 x 800")}).front().change};
  CHECK(shop.proposals({small_image("800 x 800")}).empty());
  CHECK(shop.proposals({small_image("900 x 900")}).size() == 1); // another change
  shop.wanted.main_images[0].original_sha256 = "new";
  CHECK(shop.proposals({small_image("800 x 800")}).size() == 1); // another input
}

TEST_CASE("a repair is void when what it was made for has changed, and only then") {
  workshop shop;
  const auto enlarged = shop.proposals({small_image("800 x 800")}).front().change;
  const auto attached = shop.proposals({lacks_certificate("Test report")}).front().change;

  auto same = good_draft();
  same.title = "another title";
  same.main_images[0].operations = {"upscale 800x800"};
  CHECK(still_valid(enlarged, same));
  CHECK(still_valid(attached, same));

  auto other_picture = good_draft();
  other_picture.main_images[1].original_sha256 = "new";
  CHECK_FALSE(still_valid(enlarged, other_picture));
  CHECK(still_valid(attached, other_picture));

  auto other_category = good_draft();
  other_category.category_id = category_id("600999");
  CHECK(still_valid(enlarged, other_category));
  CHECK_FALSE(still_valid(attached, other_category));

  CHECK_FALSE(still_valid({.rule = "magic", .change = {}, .input = ""}, good_draft()));
}

TEST_CASE("a repair has failed when its complaint comes again, not when another one does") {
  workshop shop;
  const auto enlarged = shop.proposals({small_image("800 x 800")}).front().change;
  const auto attached = shop.proposals({lacks_certificate("Test report")}).front().change;
  CHECK(still_complained_of(enlarged, read_rejection({small_image("1000 x 1000")})));
  CHECK_FALSE(still_complained_of(enlarged, read_rejection({lacks_certificate("Test report")})));
  CHECK(still_complained_of(attached, read_rejection({lacks_certificate("Test report")})));
  CHECK_FALSE(still_complained_of(attached, {}));
}

} // namespace listingd::review::test
