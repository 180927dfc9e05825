#include "tiktok/error_table.hpp"

#include "catch.hpp"

#include <set>

namespace listingd::tiktok {

TEST_CASE("every code of the reference stands in the table once") {
  std::set<std::int64_t> codes;
  for (const auto& row : error_table()) {
    INFO(row.code);
    CHECK(codes.insert(row.code).second);
    CHECK(std::string_view("dhsaqrbn").contains(row.letter));
    CHECK_FALSE(row.meaning.empty());
  }
  // 499 codes are named in sections 1 to 7 of the reference, 34 of them more than once.
  CHECK(codes.size() == 465);
}

TEST_CASE("every row has a known class of violation") {
  static const std::set<std::string_view> classes = {"title",       "description", "image", "category", "attribute",
                                                     "brand",       "price",       "stock", "sku",      "package",
                                                     "certificate", "shop",        "other"};
  for (const auto& row : error_table()) {
    INFO(row.code);
    CHECK(classes.contains(row.klass));
  }
}

} // namespace listingd::tiktok
