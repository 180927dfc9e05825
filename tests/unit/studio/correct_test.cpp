#include "catch.hpp"
#include "pictures.hpp"

using namespace listingd;
using namespace pictures;
using vips::VImage;

namespace {

/// Judges, corrects, and demands that the result needs nothing more.
std::string made_to_fit(const std::string& bytes, const image_limits& limits) {
  const auto facts = the_studio().probe(bytes, "picture");
  REQUIRE(facts);
  const auto judged = the_studio().judge(*facts, limits);
  INFO(facts->width << "x" << facts->height << " " << facts->format << " " << judged.problem);
  REQUIRE(judged.problem_code.empty());
  auto corrected = the_studio().correct(bytes, judged.operations, "picture");
  if (!corrected) FAIL(corrected.error().text());
  const auto after = the_studio().probe(*corrected, "corrected");
  REQUIRE(after);
  const auto again = the_studio().judge(*after, limits);
  std::string words;
  for (const auto& word : again.operations) words += word + ", ";
  INFO("after: " << after->width << "x" << after->height << " " << after->format << " " << after->colour << ": "
                 << words << again.problem);
  CHECK(again.operations.empty());
  CHECK(again.problem_code.empty());
  return std::move(*corrected);
}

bool near(const std::vector<double>& found, const std::vector<double>& wanted, double by) {
  if (found.size() != wanted.size()) return false;
  for (std::size_t i = 0; i < found.size(); ++i)
    if (std::abs(found[i] - wanted[i]) > by) return false;
  return true;
}

} // namespace

TEST_CASE("corrected pictures fit, whatever their size and the limits") {
  const std::vector<image_limits> uses{
      {.min_width = 60, .min_height = 60, .max_width = 200, .max_height = 200, .max_upscale = 200},
      {.min_width = 60,
       .min_height = 60,
       .max_width = 200,
       .max_height = 150,
       .min_ratio = 1,
       .max_ratio = 1,
       .formats = {"png"},
       .max_upscale = 200},
      {.min_width = 1,
       .min_height = 1,
       .max_width = 399,
       .max_height = 97,
       .max_bytes = 9'000,
       .formats = {"jpeg"},
       .max_upscale = 200},
      {.min_width = 10,
       .min_height = 10,
       .max_width = 0,
       .max_height = 0,
       .min_short_side = 101,
       .min_ratio = 0.56,
       .max_ratio = 1.91,
       .formats = {"webp"},
       .max_upscale = 200},
  };
  const std::vector<int> sides{1, 7, 59, 60, 61, 133, 200, 201, 401};
  for (const int width : sides)
    for (const int height : sides) {
      const auto bytes = encoded(gradient(width, height), (width + height) % 2 == 0 ? ".jpg" : ".png");
      for (const auto& limits : uses) made_to_fit(bytes, limits);
    }
}

TEST_CASE("every kind of picture can be made to fit a main image") {
  const auto base = gradient(400, 400);
  SECTION("CMYK JPEG") {
    const auto cmyk =
        plain(400, 400, {0, 255, 255, 0}).copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_CMYK));
    const auto red = decoded(made_to_fit(encoded(cmyk, ".jpg[Q=95]"), {}));
    CHECK(red.bands() == 3);
    const auto pixel = red.getpoint(200, 200);
    CHECK(pixel[0] > 180);
    CHECK(pixel[1] < 90);
  }
  SECTION("16 bit PNG") {
    const auto out = decoded(made_to_fit(encoded(base.colourspace(VIPS_INTERPRETATION_RGB16), ".png"), {}));
    CHECK(out.format() == VIPS_FORMAT_UCHAR);
    CHECK(near(out.getpoint(100, 300), base.getpoint(100, 300), 1));
  }
  SECTION("16 bit PNG with alpha and a profile") {
    const auto deep = plain(400, 400, {255, 0, 0}).colourspace(VIPS_INTERPRETATION_RGB16).bandjoin(32768.0);
    const auto out = decoded(made_to_fit(
        encoded(deep.icc_transform("p3", VImage::option()->set("input_profile", "srgb")->set("depth", 16)), ".png"),
        {}));
    INFO(out.getpoint(9, 9)[0] << " " << out.getpoint(9, 9)[1] << " " << out.getpoint(9, 9)[2]);
    CHECK(near(out.getpoint(9, 9), {255, 127, 127}, 3));
  }
  SECTION("transparency becomes white") {
    const auto clear = plain(400, 400, {10, 200, 30}).bandjoin(0.0).cast(VIPS_FORMAT_UCHAR);
    CHECK(near(decoded(made_to_fit(encoded(clear, ".png"), {})).getpoint(200, 200), {255, 255, 255}, 0));
    const auto grey = noise(400, 400).bandjoin(0.0).cast(VIPS_FORMAT_UCHAR);
    CHECK(near(decoded(made_to_fit(encoded(grey, ".png"), {})).getpoint(200, 200), {255}, 0));
  }
  SECTION("a profile is applied and left out") {
    const auto wide = base.icc_transform("p3", VImage::option()->set("input_profile", "srgb"));
    const auto out = decoded(made_to_fit(encoded(wide, ".png"), {}));
    CHECK(out.get_typeof(VIPS_META_ICC_NAME) == 0);
    CHECK(near(out.getpoint(100, 300), base.getpoint(100, 300), 3));
  }
  SECTION("WebP, GIF, TIFF") {
    for (const auto* suffix : {".webp", ".gif", ".tiff"}) made_to_fit(encoded(gradient(250, 700), suffix), {});
  }
}

TEST_CASE("a picture is turned upright before it is measured, scaled and padded") {
  // Red on the left half as stored; orientation 6 means the left edge is shown at the top.
  auto stored = plain(700, 200, {255, 0, 0}).insert(plain(350, 200, {0, 0, 255}), 350, 0).copy();
  stored.set("orientation", 6);
  const auto upright = decoded(made_to_fit(encoded(stored, ".jpg[Q=95]"), {.max_width = 600, .max_height = 600}));
  CHECK(upright.width() == 450);
  CHECK(upright.height() == 600);
  CHECK(vips_image_get_orientation(upright.get_image()) == 1);
  CHECK(near(upright.getpoint(225, 30), {255, 0, 0}, 12));
  CHECK(near(upright.getpoint(225, 570), {0, 0, 255}, 12));
}

TEST_CASE("padding takes the colour of an even border, else white; nothing is cropped") {
  const auto even = decoded(made_to_fit(encoded(plain(900, 300, {20, 120, 60}), ".png"), {}));
  CHECK(even.width() == 900);
  CHECK(even.height() == 675);
  CHECK(near(even.getpoint(450, 5), {20, 120, 60}, 1));
  const auto uneven = decoded(made_to_fit(encoded(gradient(900, 300), ".png"), {}));
  CHECK(near(uneven.getpoint(450, 5), {255, 255, 255}, 0));
  CHECK(
      near(uneven.getpoint(500, 187), gradient(900, 300).getpoint(500, 0), 1)); // first row, moved down by the padding
}

TEST_CASE("weight is met by lowering the quality, or refused") {
  const auto bytes = encoded(noise(600, 600), ".jpg[Q=98]");
  const image_limits limits{.max_bytes = 200'000};
  REQUIRE(bytes.size() > limits.max_bytes);
  CHECK(made_to_fit(bytes, limits).size() <= limits.max_bytes);
  const auto refused = the_studio().correct(bytes, {"jpeg 90 max 2000"}, "picture");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "image_too_heavy");
  CHECK(refused.error().kind == error_kind::fix_data);
}

TEST_CASE("the same picture and words give the same bytes, without metadata") {
  auto tagged = gradient(5000, 1200).copy();
  tagged.set("exif-ifd0-Copyright", "somebody (somebody, ASCII, 9 components, 9 bytes)");
  const auto bytes = encoded(tagged, ".jpg");
  REQUIRE(bytes.find("somebody") != std::string::npos);
  const auto once = made_to_fit(bytes, {});
  CHECK(once == made_to_fit(bytes, {}));
  CHECK(once.find("somebody") == std::string::npos);
  CHECK(decoded(once).get_typeof("exif-data") == 0);
}

TEST_CASE("a picture that breaks on the way is refused, not half delivered") {
  const auto whole = encoded(gradient(500, 500), ".jpg");
  const auto half =
      the_studio().correct(std::string_view(whole).substr(0, whole.size() / 2), {"jpeg 90 max 10000000"}, "half");
  REQUIRE_FALSE(half);
  CHECK(half.error().code == "image_unreadable");
  CHECK(the_studio().correct(whole, {"crop 10x10"}, "picture").error().kind == error_kind::bug);
  CHECK(the_studio().correct(whole, {}, "picture") == whole);
}
