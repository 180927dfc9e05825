#include "mapping/category.hpp"

#include "fixture.hpp"

namespace listingd::mapping {

namespace {

using namespace test;

category node(std::string id, std::string parent, std::string name, bool leaf,
              std::vector<std::string> statuses = {"AVAILABLE"}) {
  return {category_id(std::move(id)), category_id(std::move(parent)), std::move(name), leaf, std::move(statuses)};
}

const category_tree& tree() {
  static const category_tree made({
      node("1", "0", "Women", false),
      node("11", "1", "Tops", false),
      node("111", "11", "T-shirts", true),
      node("112", "11", "Blouses", true),
      node("2", "0", "Men", false),
      node("21", "2", "Tops", false),
      node("211", "21", "T-shirts", true),
      node("3", "0", "Candles", false),
      node("31", "3", "Candles", true),
      node("4", "0", "Jewelry", true, {"INVITE_ONLY"}),
      node("5", "0", "Dash Cams", true, {"NON_MAIN_CATEGORY"}),
      node("6", "0", "Weapons", true, {"PROHIBITED"}),
      node("7", "0", "Books", true, {}),
      node("8", "0", "Vouchers", true, {"SOMETHING_NEW"}),
  });
  return made;
}

constexpr std::string_view profile_text = R"(
locale = ["en_US"]
[fields]
title = "name"
description = "name"
price = "price"
stock = "stock"
seller_sku = "sku"
weight = "weight"
images = "picture"
category = { attribute = "tiktok", values = { tees = "111" } }
[category.by_family]
shirts = "Women > Tops > T-shirts"
invited = "Jewelry"
[category.by_category]
men = "Men > Tops > T-shirts"
blouses = "112"
)";

record with(std::string_view family, std::string_view categories, std::string_view own = "null") {
  return record_of(std::string(R"({"key": "k", "family": ")") + std::string(family) + R"(", "categories": )" +
                   std::string(categories) + R"(, "values": {"tiktok": [{"locale": null, "scope": null, "data": )" +
                   std::string(own) + "}]}}");
}

struct answer_case {
  std::string_view name, family, categories, own, answer;
};

} // namespace

TEST_CASE("the leaf comes from the record, then the family, then the PIM's categories") {
  static constexpr answer_case cases[] = {
      {"by family", "shirts", "[]", "null", "111"},
      {"family before category", "shirts", R"(["men"])", "null", "111"},
      {"by category", "other", R"(["sale", "men"])", "null", "211"},
      {"the first category that is named", "other", R"(["blouses", "men"])", "null", "112"},
      {"own id wins", "shirts", "[]", "\"211\"", "211"},
      {"own id as a number", "shirts", "[]", "211", "211"},
      {"own path wins", "shirts", "[]", "\"men > tops > t-shirts\"", "211"},
      {"own path through the table", "other", "[]", "\"tees\"", "111"},
      {"short path that is unique", "other", "[]", "\"Blouses\"", "112"},
      {"blank own value is none", "shirts", "[]", "\"  \"", "111"},
      {"a leaf named like its parent", "other", "[]", "\"Candles\"", "31"},
      {"permission unknown", "other", "[]", "\"Books\"", "7"},
      {"invited in the US", "invited", "[]", "null", "4"},
  };
  const auto by = profile_of(profile_text);
  for (const auto& one : cases) {
    INFO(one.name);
    const auto leaf = resolve_category(with(one.family, one.categories, one.own), by, tree(), "US");
    if (!leaf) UNSCOPED_INFO(leaf.error().reason);
    REQUIRE(leaf);
    CHECK(leaf->text() == one.answer);
  }
}

struct problem_case {
  std::string_view name, own, region, code, reason, suggestion;
  actor who;
};

TEST_CASE("what cannot be resolved names who said so and what would be right") {
  static constexpr problem_case cases[] = {
      {"nothing named", "null", "US", "category_unmapped", "attribute 'tiktok' has no value",
       "fill attribute 'tiktok' of the product", actor::operator_},
      {"unknown path", "\"Women > Tops > Blusen\"", "US", "category_unknown", "attribute 'tiktok' names the category",
       "Women > Tops > Blouses", actor::product_team},
      {"unknown id", "\"999\"", "US", "category_unknown", "the category id '999'", "by its path or id",
       actor::product_team},
      {"ambiguous", "\"T-shirts\"", "US", "category_ambiguous", "is 2 categories",
       "Women > Tops > T-shirts (111); Men > Tops > T-shirts (211)", actor::product_team},
      {"not a leaf", "\"Women > Tops\"", "US", "category_not_leaf", "'Women > Tops', which is not a leaf",
       "T-shirts, Blouses", actor::product_team},
      {"two nodes, no leaf", "\"Tops\"", "US", "category_ambiguous", "is 2 categories", "Women > Tops (11)",
       actor::product_team},
      {"invited elsewhere", "\"Jewelry\"", "GB", "category_unavailable", "is restricted", "Qualification Center",
       actor::shop_owner},
      {"outside the main category", "\"Dash Cams\"", "US", "category_unavailable", "outside the shop's main category",
       "account manager", actor::shop_owner},
      {"prohibited", "\"Weapons\"", "US", "category_unavailable", "is prohibited", "another category",
       actor::shop_owner},
      {"a status of the future", "\"Vouchers\"", "US", "category_unavailable", "SOMETHING_NEW", "seller support",
       actor::shop_owner},
      {"odd data", "{\"a\": 1}", "US", "value_invalid", "attribute 'tiktok' holds an object", "id or the path",
       actor::product_team},
  };
  const auto by = profile_of(profile_text);
  for (const auto& one : cases) {
    const auto leaf = resolve_category(with("other", R"(["sale"])", one.own), by, tree(), one.region);
    INFO(one.name);
    REQUIRE_FALSE(leaf);
    INFO(leaf.error().reason << " / " << leaf.error().suggestion);
    CHECK(leaf.error().klass == "category");
    CHECK(leaf.error().code == one.code);
    CHECK(leaf.error().reason.find(one.reason) != std::string::npos);
    CHECK(leaf.error().suggestion.find(one.suggestion) != std::string::npos);
    CHECK(leaf.error().who == one.who);
  }
}

TEST_CASE("a mistake in the profile's table is the operator's, and names the row") {
  const auto by = profile_of(std::string(profile_text) + "typo = \"Women > Tops > T-shrits\"\n");
  const auto leaf = resolve_category(with("other", R"(["typo"])"), by, tree(), "US");
  REQUIRE_FALSE(leaf);
  CHECK(leaf.error().code == "category_unknown");
  CHECK(leaf.error().reason.starts_with("[category.by_category] typo names"));
  CHECK(leaf.error().suggestion.find("Women > Tops > T-shirts") != std::string::npos);
  CHECK(leaf.error().who == actor::operator_);
}

} // namespace listingd::mapping
