#include "catch.hpp"
#include "studio/judge.hpp"

using namespace listingd;
using studio::judge;
using words = std::vector<std::string>;

namespace {

image_facts picture(int width, int height, std::string format = "jpeg") {
  return {.format = std::move(format), .width = width, .height = height, .bytes = 100'000, .colour = "srgb"};
}

} // namespace

TEST_CASE("what fits is left alone") {
  for (const auto& [width, height] : {std::pair{300, 300}, {4000, 4000}, {400, 300}, {300, 400}, {4000, 3000}})
    CHECK(judge(picture(width, height), {}).operations.empty());
  CHECK(judge(picture(600, 600, "png"), {}).operations.empty());
  CHECK(judge(picture(600, 600, "png"), {}).problem_code.empty());
}

TEST_CASE("the gentlest operations, in their order") {
  const auto operations = [](image_facts facts, const image_limits& limits = {}) {
    const auto judged = judge(facts, limits);
    CHECK(judged.problem == "");
    return judged.operations;
  };
  const std::string jpeg = "jpeg 90 max 10000000";

  CHECK(operations(picture(250, 250)) == words{"upscale 300x300", jpeg});
  CHECK(operations(picture(2400, 600)) == words{"pad 2400x1800", jpeg});
  CHECK(operations(picture(600, 2400)) == words{"pad 1800x2400", jpeg});
  CHECK(operations(picture(5000, 5000)) == words{"fit 4000x4000", jpeg});
  CHECK(operations(picture(8000, 1000)) == words{"fit 4000x500", "pad 4000x3000", jpeg});
  CHECK(operations(picture(200, 100)) == words{"upscale 400x200", "pad 400x300", jpeg});
  CHECK(operations(picture(600, 600, "gif")) == words{jpeg});
  CHECK(operations(picture(600, 600), {.formats = {"png"}}) == words{"png max 10000000"});

  SECTION("colour and orientation") {
    auto facts = picture(600, 600);
    facts.colour = "cmyk";
    CHECK(operations(facts) == words{"srgb", jpeg});
    facts.colour = "srgb";
    facts.profile = true;
    facts.orientation = 6;
    CHECK(operations(facts) == words{"orient", "srgb", jpeg});
    facts = picture(600, 600);
    facts.colour = "grey";
    CHECK(operations(facts).empty());
  }
  SECTION("a light PNG stays a PNG, a heavy one becomes a JPEG") {
    auto facts = picture(600, 600, "png");
    facts.alpha = true;
    CHECK(operations(facts) == words{"flatten white", "png max 10000000"});
    facts.width = facts.height = 3000;
    CHECK(operations(facts) == words{"flatten white", jpeg});
  }
  SECTION("too heavy") {
    auto facts = picture(3000, 3000);
    facts.bytes = 10'000'001;
    CHECK(operations(facts) == words{jpeg});
  }
  SECTION("the short side of a size chart") {
    CHECK(operations(picture(1000, 800), {.min_short_side = 1024}) == words{"upscale 1280x1024", jpeg});
  }
}

TEST_CASE("rounding never pushes a good ratio out of the limits") {
  const auto judged =
      judge(picture(1333, 1000), {.min_width = 1, .min_height = 1, .max_width = 399, .max_height = 399});
  CHECK(judged.operations == words{"fit 398x299", "jpeg 90 max 10000000"});
}

TEST_CASE("what a machine may not mend is a problem with its numbers") {
  SECTION("too small") {
    const auto judged = judge(picture(80, 80), {});
    CHECK(judged.operations.empty());
    CHECK(judged.problem_code == "image_too_small");
    CHECK(judged.problem ==
          "the picture has 80 x 80 pixels, at least 300 x 300 are needed, and enlarging it 3.75 times is "
          "more than the 2 times allowed");
    CHECK(judge(picture(80, 80), {.max_upscale = 3.75}).problem_code.empty());
    CHECK(judge(picture(1, 1), {}).problem_code == "image_too_small");
  }
  SECTION("animated") {
    auto facts = picture(600, 600, "gif");
    facts.pages = 12;
    CHECK(judge(facts, {}).problem_code == "image_animated");
    facts.format = "tiff";
    CHECK(judge(facts, {}).problem_code.empty());
  }
  SECTION("limits that contradict each other") {
    CHECK(judge(picture(600, 600), {.min_width = 700, .max_width = 650}).problem_code == "image_limits_conflict");
    CHECK(judge(picture(600, 600), {.formats = {"bmp"}}).problem_code == "image_limits_conflict");
  }
}

TEST_CASE("0 is no limit") {
  const image_limits none{
      .min_width = 0, .min_height = 0, .max_width = 0, .max_height = 0, .min_ratio = 0, .max_ratio = 0, .max_bytes = 0};
  CHECK(judge(picture(9000, 3), none).operations.empty());
  CHECK(judge(picture(1, 5000), none).operations.empty());
}

TEST_CASE("operations survive being written and read") {
  const words all{"orient", "srgb", "flatten white", "fit 4000x500", "pad 4000x3000", "jpeg 90 max 10000000"};
  REQUIRE(studio::parse_operations(all));
  CHECK(studio::words_of(*studio::parse_operations(all)) == all);
  for (const words& wrong : std::vector<words>{{"orient"},
                                               {"crop 3x3", "png max 5"},
                                               {"fit 3x", "png max 5"},
                                               {"jpeg 900 max 5"},
                                               {"jpeg 90"},
                                               {"png max -5"},
                                               {""}})
    CHECK(studio::parse_operations(wrong).error().code == "operation_unknown");
}
