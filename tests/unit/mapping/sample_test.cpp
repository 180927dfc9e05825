// The whole sample catalogue through the US profile and the rules that the simulated shop serves: what must be blocked
// by mapping is, with the code that expected.json promises, and everything else gives a complete draft.
#include "mapping/category.hpp"
#include "mapping/map.hpp"

#include "fixture.hpp"

#include <array>

namespace listingd::mapping {

namespace {

using namespace test;

const std::filesystem::path root = LISTINGD_ROOT;

struct sample {
  json::value world = json_of(file_text(root / "tests/simulator/world.json"));
  json::value expected = json_of(file_text(root / "deploy/sample/expected.json"));
  category_tree tree = category_tree_from(world);
  std::vector<warehouse> warehouses = warehouses_from(world);
  profile us = read_profile();

  static profile read_profile() {
    auto made = load_profile(root / "deploy/sample/profiles/us.toml");
    if (!made)
      for (const auto& one : made.error()) UNSCOPED_INFO(one.text());
    REQUIRE(made);
    return std::move(*made);
  }

  [[nodiscard]] leaf_rules rules_of(const category_id& leaf) const {
    const json::object attributes{{"attributes", world.at("attributes").at(leaf.text())}};
    return leaf_rules_from(leaf, attributes, world.at("rules").at(leaf.text()));
  }

  [[nodiscard]] mapped run(const record& from, const std::vector<repair>& repairs = {}) const {
    const auto leaf = resolve_category(from, us, tree, "US");
    if (!leaf) return {.wanted = std::nullopt, .violations = {leaf.error()}};
    const auto rules = rules_of(*leaf);
    return map({.record = from,
                .source = source_name("pim"),
                .profile = us,
                .rules = rules,
                .region = "US",
                .category = *leaf,
                .category_version = "v2",
                .warehouses = warehouses,
                .repairs = repairs});
  }
};

std::vector<record> catalogue() {
  std::vector<record> all;
  std::istringstream lines(file_text(root / "deploy/sample/catalogue/products-full.ndjson"));
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) all.push_back(record_of(line));
  return all;
}

const record& named(const std::vector<record>& all, std::string_view key) {
  const auto found = std::ranges::find_if(all, [&](const record& one) { return one.key.text() == key; });
  REQUIRE(found != all.end());
  return *found;
}

/// How the codes begin that others find: preflight on the finished draft, the studio on the pictures.
constexpr std::array<std::string_view, 5> of_others = {"title_", "description_", "sku_", "seller_sku_", "image_"};

/// The code that mapping must report; empty when it is for others to report something, or for nobody.
std::string promised(const json::value& expected) {
  const auto code = text_at(expected, "code");
  const bool other = std::ranges::any_of(of_others, [&](auto prefix) { return code.starts_with(prefix); });
  return text_at(expected, "origin") != "preflight" || other ? "" : code;
}

void check_complete(const draft& made, bool title_missing) {
  CHECK(made.title.empty() == title_missing);
  CHECK_FALSE(made.description.empty());
  CHECK_FALSE(made.main_images.empty());
  CHECK_FALSE(made.weight.empty());
  CHECK_FALSE(made.length.empty());
  CHECK(made.currency == "USD");
  CHECK(made.warehouse_id == "7000714532876273411");
  REQUIRE_FALSE(made.skus.empty());
  for (const auto& sku : made.skus) {
    CHECK_FALSE(sku.seller_sku.empty());
    CHECK_FALSE(sku.price.empty());
    CHECK(sku.stock > 0);
    CHECK(sku.sales_attributes.size() == made.skus.front().sales_attributes.size());
    CHECK(sku.image.has_value() == made.skus.front().image.has_value());
  }
}

} // namespace

TEST_CASE("every product of the sample is blocked by mapping exactly as expected.json promises") {
  const sample with;
  std::size_t blocked = 0, complete = 0;
  for (const auto& from : catalogue()) {
    if (!from.enabled) continue;
    const auto& expected = with.expected.at(from.key.text());
    const auto made = with.run(from);
    INFO(from.key.text());
    for (const auto& one : made.violations) UNSCOPED_INFO(one.code + " " + one.position + ": " + one.reason);
    CHECK(codes_of(made.violations) == promised(expected));
    for (const auto& one : made.violations) {
      CHECK_FALSE(one.klass.empty());
      CHECK_FALSE(one.position.empty());
      CHECK(one.reason.ends_with('.'));
      CHECK(one.suggestion.ends_with('.'));
    }
    if (made.violations.empty()) check_complete(made.wanted.value(), text_at(expected, "code") == "title_missing");
    ++(made.violations.empty() ? complete : blocked);
  }
  CHECK(blocked == 11);
  CHECK(complete == 46);
}

TEST_CASE("mapping the same record twice gives the same draft and the same findings") {
  const sample with;
  for (const auto& from : catalogue()) {
    const auto first = with.run(from), second = with.run(from);
    INFO(from.key.text());
    CHECK(first.wanted.has_value() == second.wanted.has_value());
    if (first.wanted && second.wanted) {
      CHECK(first.wanted->digests() == second.wanted->digests());
      CHECK(first.wanted->to_json() == second.wanted->to_json());
    }
    REQUIRE(first.violations.size() == second.violations.size());
    for (std::size_t i = 0; i < first.violations.size(); ++i)
      CHECK(first.violations[i].fingerprint() == second.violations[i].fingerprint());
  }
}

TEST_CASE("a product with two axes becomes SKUs with TikTok's values and a picture for each color") {
  const sample with;
  const auto all = catalogue();
  const auto made = with.run(named(all, "harbor-crew-tee"));
  REQUIRE(made.violations.empty());
  const auto& draft = *made.wanted;
  CHECK(draft.external_product_id == "pim:harbor-crew-tee");
  CHECK(draft.category_id.text() == "1165840");
  CHECK(draft.weight == "0.46");
  CHECK(draft.weight_unit == "POUND");
  CHECK(draft.length == "12");
  CHECK(draft.dimension_unit == "INCH");
  CHECK(draft.brand_id.empty());
  REQUIRE(draft.main_images.size() == 4); // the picture and three of the gallery
  REQUIRE(draft.skus.size() == 9);
  const auto& sku = draft.skus.at(4);
  CHECK(sku.seller_sku.text() == "HCT-WHITE-M");
  CHECK(sku.price == "19.99");
  CHECK(sku.stock == 40);
  CHECK(sku.identifier_type == "EAN");
  REQUIRE(sku.sales_attributes.size() == 2);
  CHECK(sku.sales_attributes[0].value.id == "1000002");
  CHECK(sku.sales_attributes[1].value.name == "M");
  CHECK(sku.image.value().ref == "images/tee-white.jpg");
  REQUIRE(draft.attributes.front().name == "Material");
  CHECK(draft.attributes.front().values.size() == 2);
}

TEST_CASE("an axis that TikTok does not know goes out by name") {
  const sample with;
  const auto all = catalogue();
  const auto made = with.run(named(all, "soft-phone-case"));
  REQUIRE(made.violations.empty());
  const auto& model = made.wanted->skus.front().sales_attributes.at(1);
  CHECK(model.id.empty());
  CHECK(model.name == "Compatible Model");
  CHECK(model.value.id.empty());
  CHECK(model.value.name == "Ridge 9");
  CHECK(made.wanted->skus.front().sales_attributes.front().value.name == "Clear");
}

TEST_CASE("conditions of attributes cascade, and what no condition asks for is left out") {
  const sample with;
  const auto all = catalogue();
  const auto names = [](const mapped& made) {
    std::string out;
    for (const auto& one : made.wanted->attributes) out += one.id + ' ';
    return out;
  };
  CHECK(names(with.run(named(all, "power-bank-10k"))) ==
        "100521 100109 101610 100216 101611 101623 101624 101395 101400 ");
  CHECK(names(with.run(named(all, "soft-phone-case"))) == "100707 100109 101610 101395 101400 ");
  const auto lacking = with.run(named(all, "power-bank-without-battery-type"));
  REQUIRE(lacking.violations.size() == 1);
  CHECK(lacking.violations.front().position == "attributes.Battery type");
  CHECK(lacking.violations.front().reason.find("because 'Contains batteries or cells?' is 'Batteries'") !=
        std::string::npos);
}

TEST_CASE("a long name is cut between words") {
  const sample with;
  const auto all = catalogue();
  const auto made = with.run(named(all, "boxy-slub-tee"));
  CHECK(made.wanted->title.size() <= 255);
  CHECK(made.wanted->title.size() > 230);
  CHECK(made.wanted->title.back() != ' ');
}

TEST_CASE("a certificate that no rule requires is attached by a repair that names it") {
  const sample with;
  const auto all = catalogue();
  const auto& lipstick = named(all, "lipstick-matte");
  CHECK(with.run(lipstick).wanted->certificates.empty());
  const auto repaired = with.run(lipstick, {{"attach_certificate", {{"certificate_id", "602417"}}, "x"}});
  CHECK(repaired.violations.empty());
  REQUIRE(repaired.wanted->certificates.size() == 1);
  CHECK(repaired.wanted->certificates.front().id == "602417");
  const auto& document = repaired.wanted->certificates.front().media.at(0);
  CHECK(document.use == media_use::document);
  CHECK(document.name == "cosmetic-listing-matte.pdf");
  const auto other = with.run(lipstick, {{"attach_certificate", {{"certificate_id", "1"}}, "x"}});
  CHECK(other.wanted->certificates.empty());
}

TEST_CASE("a required certificate carries its date") {
  const sample with;
  const auto all = catalogue();
  const auto made = with.run(named(all, "bear-otto"));
  REQUIRE(made.wanted->certificates.size() == 1);
  CHECK(to_text(made.wanted->certificates.front().expires.value()) == "2029-06-30T00:00:00Z");
}

TEST_CASE("the record tells which certificates the PIM holds") {
  const sample with;
  const auto all = catalogue();
  CHECK(holds_certificate(named(all, "lipstick-matte"), with.us, "Cosmetic Product Listing"));
  CHECK(holds_certificate(named(all, "lipstick-matte"), with.us, "cosmetic product listing"));
  CHECK_FALSE(holds_certificate(named(all, "lipstick-matte"), with.us, "Children's Product Certificate"));
  CHECK_FALSE(holds_certificate(named(all, "lipstick-matte"), with.us, "Safety Data Sheet"));
  CHECK_FALSE(holds_certificate(named(all, "lipstick-gloss-without-listing"), with.us, "Cosmetic Product Listing"));
}

} // namespace listingd::mapping
