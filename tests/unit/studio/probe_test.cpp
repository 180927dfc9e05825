#include "catch.hpp"
#include "pictures.hpp"

using namespace listingd;
using namespace pictures;
using vips::VImage;

namespace {

image_facts facts_of(const std::string& bytes) {
  auto facts = the_studio().probe(bytes, "picture");
  if (!facts) FAIL(facts.error().text());
  return *facts;
}

error refusal_of(const std::string& bytes) {
  const auto facts = the_studio().probe(bytes, "picture.jpg");
  REQUIRE_FALSE(facts);
  CHECK(facts.error().kind == error_kind::fix_data);
  CHECK(facts.error().where == "picture.jpg");
  return facts.error();
}

} // namespace

TEST_CASE("a picture is known by its content") {
  const auto picture = gradient(120, 90);
  for (const auto& [suffix, format] :
       {std::pair{".jpg", "jpeg"}, {".png", "png"}, {".webp", "webp"}, {".tiff", "tiff"}, {".gif", "gif"}}) {
    INFO(suffix);
    const auto bytes = encoded(picture, suffix);
    const auto facts = facts_of(bytes);
    CHECK(facts.format == format);
    CHECK(facts.width == 120);
    CHECK(facts.height == 90);
    CHECK(facts.bytes == bytes.size());
    CHECK(facts.orientation == 1);
    CHECK_FALSE(facts.alpha);
    CHECK(facts.colour == "srgb");
    CHECK_FALSE(facts.profile);
    CHECK(facts.pages == 1);
  }
}

TEST_CASE("width and height are those of the upright picture") {
  auto lying = gradient(120, 90).copy();
  lying.set("orientation", 6);
  const auto facts = facts_of(encoded(lying, ".jpg"));
  CHECK(facts.orientation == 6);
  CHECK(facts.width == 90);
  CHECK(facts.height == 120);
}

TEST_CASE("colour, transparency and profiles are seen") {
  SECTION("CMYK") {
    const auto cmyk = gradient(64, 64)
                          .bandjoin(0.0)
                          .cast(VIPS_FORMAT_UCHAR)
                          .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_CMYK));
    CHECK(facts_of(encoded(cmyk, ".jpg")).colour == "cmyk");
  }
  SECTION("16 bits") {
    const auto deep = gradient(64, 64).colourspace(VIPS_INTERPRETATION_RGB16);
    CHECK(facts_of(encoded(deep, ".png")).colour == "rgb16");
    const auto deep_grey = noise(64, 64).colourspace(VIPS_INTERPRETATION_GREY16);
    CHECK(facts_of(encoded(deep_grey, ".png")).colour == "rgb16");
  }
  SECTION("grey") {
    CHECK(facts_of(encoded(noise(64, 64), ".jpg")).colour == "grey");
  }
  SECTION("alpha") {
    CHECK(facts_of(encoded(gradient(64, 64).bandjoin(100.0), ".png")).alpha);
  }
  SECTION("an sRGB profile is no foreign profile, P3 is one") {
    const auto with = [](const char* profile) {
      return encoded(gradient(64, 64).icc_transform(profile, VImage::option()->set("input_profile", "srgb")), ".jpg");
    };
    CHECK_FALSE(facts_of(with("srgb")).profile);
    CHECK(facts_of(with("p3")).profile);
  }
}

TEST_CASE("frames of an animation are counted") {
  auto frames = gradient(60, 120).copy();
  frames.set("page-height", 40);
  CHECK(facts_of(encoded(frames, ".gif")).pages == 3);
  CHECK(facts_of(encoded(frames, ".webp")).pages == 3);
}

TEST_CASE("what is no picture is refused by name") {
  CHECK(refusal_of("").code == "image_unreadable");
  CHECK(refusal_of("just a text").code == "image_format_refused");
  CHECK(refusal_of("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"400\" height=\"400\"><rect width=\"9\" "
                   "height=\"9\"/></svg>")
            .code == "image_format_refused");
  CHECK(refusal_of("%PDF-1.7\n1 0 obj").message.find("a PDF document") != std::string::npos);
  CHECK(refusal_of("BM" + std::string(200, '\0')).message.find("a BMP picture") != std::string::npos);
}

TEST_CASE("loaders that are not trusted stay blocked in the whole process") {
  the_studio();
  const std::string drawing = R"(<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"></svg>)";
  CHECK_THROWS_AS(VImage::svgload_buffer(vips_blob_copy(drawing.data(), drawing.size())), vips::VError);
  vips_error_clear();
}

TEST_CASE("a truncated picture is found although its header is fine") {
  for (const auto* suffix : {".jpg", ".png", ".webp"}) {
    INFO(suffix);
    const auto whole = encoded(gradient(400, 300), suffix);
    CHECK(refusal_of(whole.substr(0, whole.size() / 2)).code == "image_unreadable");
  }
}

TEST_CASE("the smallest picture is still a picture") {
  CHECK(facts_of(encoded(plain(1, 1, {9, 9, 9}), ".png")).width == 1);
}

TEST_CASE("a decompression bomb is refused before it is decoded") {
  const auto bomb = encoded(plain(6000, 6000, {0, 0, 0}), ".png[compression=9]");
  REQUIRE(bomb.size() < 1'000'000);
  const auto problem = refusal_of(bomb);
  CHECK(problem.code == "image_too_large");
  CHECK(problem.message.find("6000 x 6000") != std::string::npos);
}
