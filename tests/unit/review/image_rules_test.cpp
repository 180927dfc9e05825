#include "review/image_rules.hpp"

#include "catch.hpp"

namespace listingd::review {

TEST_CASE("each use has its limits") {
  struct use_case {
    media_use use;
    std::string_view region;
    int least, most, short_side;
    bool ratio;
  };
  static const use_case cases[] = {
      {media_use::main_image, "US", 300, 4000, 0, true},
      {media_use::main_image, "ID", 300, 4000, 600, true},
      {media_use::main_image, "somewhere", 300, 4000, 0, true},
      {media_use::variant_image, "US", 100, 4000, 0, true},
      {media_use::description_image, "US", 100, 3999, 0, false},
      {media_use::certificate_image, "US", 100, 20000, 0, false},
      {media_use::size_chart_image, "US", 100, 20000, 1024, false},
  };
  for (const auto& one : cases) {
    INFO(name_of(one.use) << " in " << one.region);
    const auto limits = limits_for(one.use, one.region, nullptr, {});
    CHECK(limits.min_width == one.least);
    CHECK(limits.min_height == one.least);
    CHECK(limits.max_width == one.most);
    CHECK(limits.max_height == one.most);
    CHECK(limits.min_short_side == one.short_side);
    CHECK((limits.max_ratio > 0) == one.ratio);
    CHECK(limits.max_bytes == 10'000'000);
    CHECK_FALSE(limits.formats.empty());
  }
  CHECK(limits_for(media_use::document, "US", nullptr, {}).max_bytes == 20'000'000);
}

TEST_CASE("a profile replaces the limits of main pictures only") {
  image_limits own;
  own.min_width = own.min_height = 1000;
  own.max_upscale = 1.5;
  const auto main = limits_for(media_use::main_image, "ID", &own, {});
  CHECK(main.min_width == 1000);
  CHECK(main.max_upscale == 1.5);
  CHECK(main.min_short_side == 0);
  CHECK(limits_for(media_use::variant_image, "ID", &own, {}).min_width == 100);
}

TEST_CASE("a repair raises the short side of main pictures, never lowers it") {
  const repair to_800{.rule = "image_geometry", .change = {{"min_short_side", 800}}, .input = "x"};
  const repair to_500{.rule = "image_geometry", .change = {{"min_short_side", 500}}, .input = "x"};
  const repair other{.rule = "attach_certificate", .change = {{"min_short_side", 3000}}, .input = "x"};
  const repair odd{.rule = "image_geometry", .change = {{"min_short_side", "big"}}, .input = "x"};
  CHECK(limits_for(media_use::main_image, "US", nullptr, {to_500, to_800, other, odd}).min_short_side == 800);
  CHECK(limits_for(media_use::main_image, "ID", nullptr, {to_500}).min_short_side == 600);
  CHECK(limits_for(media_use::variant_image, "US", nullptr, {to_800}).min_short_side == 0);
}

} // namespace listingd::review
