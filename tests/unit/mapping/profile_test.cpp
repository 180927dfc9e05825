#include "mapping/profile.hpp"

#include "fixture.hpp"

namespace listingd::mapping {

namespace {

using namespace test;

/// The least that a profile must say.
constexpr std::string_view least = R"(locale = ["en_US"]
[fields]
title = "name"
description = "description"
price = { attribute = "price", currency = "USD" }
stock = "stock"
seller_sku = "sku"
weight = "weight"
images = "picture"
)";

/// Every mistake as "line:column: message", one a line.
std::string mistakes_in(std::string_view text) {
  const folder place;
  const auto path = place.write("p.toml", text);
  const auto made = load_profile(path);
  if (made) return {};
  std::string out;
  for (const auto& one : made.error()) {
    CHECK(one.file == path.string());
    out += (out.empty() ? "" : "\n") + std::to_string(one.line) + ':' + std::to_string(one.column) + ": " + one.message;
  }
  return out;
}

struct mistake_case {
  std::string_view name, text, message;
};

} // namespace

TEST_CASE("the shortest profile is enough") {
  const auto made = profile_of(least);
  CHECK(made.title->attribute == "name");
  CHECK(made.images == std::vector<std::string>{"picture"});
  CHECK(made.locale == std::vector<std::string>{"en_US"});
  CHECK(made.price->currency == "USD");
  CHECK(made.stock->warehouse == "default");
  CHECK(made.image_overrides() == nullptr);
}

TEST_CASE("everything that a profile can say is read") {
  const auto made = profile_of(std::string(least) + R"(
brand = { attribute = "brand", label = true, values = { acme = "7082427311584347905", 12 = 13, yes = true } }
gtin = { attribute = "ean", kind = "EAN" }
category = { jq = ".values.kind[0].data" }
[category.by_family]
tees = "A > B"
[category.by_category]
sale = "600"
[attributes]
"Material" = "material"
"Warranty" = { value = "None" }
"Energy" = { attribute = "energy", unit = "Wh", max = 20, locale = "de_DE", scope = "print" }
"Count" = { value = 3 }
[variants.axes]
color = { sales_attribute = "Color", images = "picture", values = { red = "Red" } }
size = { sales_attribute = "Size" }
[certificates."CPC"]
attribute = "cpc"
expires = "cpc_until"
[images]
min_short_side = 600
max_bytes = 5000000
max_upscale = 1.5
)");
  CHECK(made.brand->label);
  CHECK(made.brand->values.at("acme") == "7082427311584347905");
  CHECK(made.brand->values.at("12") == "13");
  CHECK(made.brand->values.at("yes") == "true");
  CHECK(made.gtin->kind == "EAN");
  CHECK(made.category->jq->expression() == ".values.kind[0].data");
  CHECK(made.category_by_family.at("tees") == "A > B");
  CHECK(made.category_by_category.at("sale") == "600");
  REQUIRE(made.attributes.size() == 4);
  const auto named = [&](std::string_view name) -> const value_rule& {
    return std::ranges::find(made.attributes, name, &attribute_rule::name)->value;
  };
  CHECK(named("Warranty").constant == "None");
  CHECK(named("Count").constant == "3");
  CHECK(named("Energy").unit == "WATTHOUR");
  CHECK(named("Energy").max == 20);
  CHECK(named("Energy").locale == std::vector<std::string>{"de_DE"});
  CHECK(named("Energy").scope == "print");
  CHECK(made.axes.at("color").values.at("red") == "Red");
  CHECK(made.axes.at("color").images == "picture");
  CHECK(made.axes.at("size").images.empty());
  CHECK(made.certificates.at(0).expires == "cpc_until");
  REQUIRE(made.image_overrides() != nullptr);
  CHECK(made.image_overrides()->min_short_side == 600);
  CHECK(made.image_overrides()->max_bytes == 5'000'000);
  CHECK(made.image_overrides()->max_upscale == 1.5);
}

TEST_CASE("a profile overrides its base key by key") {
  const folder place;
  std::filesystem::create_directory(place.path() / "shops");
  place.write("root.toml", std::string(least) + R"(
[category.by_family]
tees = "A"
mugs = "B"
[attributes]
"Material" = "material"
"Finish" = "finish"
[variants.axes]
color = { sales_attribute = "Color" }
[certificates."CPC"]
attribute = "cpc"
[images]
min_width = 400
)");
  place.write("base.toml", "base = \"root.toml\"\nchannel = \"shop\"\n");
  const auto path = place.write("shops/us.toml", R"(base = "../base.toml"
region = "US"
locale = ["en_GB"]
[fields]
title = { attribute = "us_name", max = 100 }
[category.by_family]
tees = "C"
[attributes]
"material" = { value = "Cotton" }
[certificates."cpc"]
attribute = "us_cpc"
[images]
min_height = 500
)");
  const auto made = load_profile(path);
  REQUIRE(made);
  CHECK(made->file == path.string());
  CHECK(made->region == "US");
  CHECK(made->channel == "shop");
  CHECK(made->locale == std::vector<std::string>{"en_GB"});
  CHECK(made->title->attribute == "us_name");
  CHECK(made->description->attribute == "description");
  CHECK(made->category_by_family.at("tees") == "C");
  CHECK(made->category_by_family.at("mugs") == "B");
  REQUIRE(made->attributes.size() == 2); // names are compared in any letter case
  CHECK(std::ranges::count_if(made->attributes, [](const auto& one) { return one.value.constant == "Cotton"; }) == 1);
  REQUIRE(made->certificates.size() == 1);
  CHECK(made->certificates.front().attribute == "us_cpc");
  CHECK(made->axes.contains("color"));
  CHECK(made->image_overrides()->min_width == 400);
  CHECK(made->image_overrides()->min_height == 500);
}

TEST_CASE("each class of mistake is named with its line and column") {
  static constexpr mistake_case cases[] = {
      {"not TOML", "locale = [\n[fields", "2:"},
      {"unknown key", "chanel = \"x\"", "1:1: unknown key 'chanel' in a profile, did you mean 'channel'?"},
      {"unknown field", "[fields]\nprize = \"x\"", "2:1: unknown key 'prize' in [fields], did you mean 'price'?"},
      {"unknown option", "[fields]\ntitle = { attribute = \"a\", maxx = 3 }",
       "2:28: unknown key 'maxx' in 'title', did you mean 'max'?"},
      {"an option of another field", "[fields]\ntitle = { attribute = \"a\", currency = \"USD\" }",
       "2:28: unknown key 'currency' in 'title'"},
      {"unknown key of [category]", "[category]\nby_famly = {}", "2:1: unknown key 'by_famly' in [category]"},
      {"unknown key of [variants]", "[variants]\naxis = {}",
       "2:1: unknown key 'axis' in [variants], did you mean 'axes'?"},
      {"unknown key of an axis", "[variants.axes]\ncolor = { sales_attribute = \"C\", image = \"p\" }",
       "2:34: unknown key 'image' in axis 'color', did you mean 'images'?"},
      {"unknown key of a certificate", "[certificates.\"A\"]\nattribute = \"a\"\nexpire = \"b\"",
       "3:1: unknown key 'expire' in certificate 'A', did you mean 'expires'?"},
      {"unknown key of [images]", "[images]\nmin_widht = 3",
       "2:1: unknown key 'min_widht' in [images], did you mean 'min_width'?"},
      {"a number for a text", "region = 7", "1:10: 'region' must be a text, not a whole number"},
      {"an empty text", "region = \"\"", "1:10: 'region' is empty"},
      {"a text for a table", "fields = \"x\"", "1:10: 'fields' must be a table, not a text"},
      {"a list with a number", "locale = [\"en\", 7]", "1:17: 'locale' must be a text, not a whole number"},
      {"a field that is a list", "[fields]\ntitle = [\"a\"]",
       "2:9: 'title' must be an attribute code or a table with attribute, value or jq, not a list"},
      {"no source", "[fields]\ntitle = { max = 3 }", "2:9: 'title' needs exactly one of attribute, value and jq"},
      {"two sources", "[fields]\ntitle = { attribute = \"a\", value = \"b\" }",
       "2:9: 'title' needs exactly one of attribute, value and jq"},
      {"a decimal constant", "[attributes]\n\"A\" = { value = 1.5 }",
       "2:17: 'value' must be a text, a whole number, true or false, not a number"},
      {"a broken expression", "[fields]\ntitle = { jq = \".a |\" }", "2:16: jq: syntax error"},
      {"a forbidden word", "[fields]\ntitle = { jq = \"env.HOME\" }", "2:16: jq: 'env' is not allowed in a profile"},
      {"max of nothing", "[fields]\ntitle = { attribute = \"a\", max = 0 }",
       "2:34: 'max' must be a whole number above 0"},
      {"a flag as text", "[fields]\nbrand = { attribute = \"a\", label = \"yes\" }",
       "2:36: 'label' must be true or false, not a text"},
      {"an unknown choice", "[fields]\ndescription = { attribute = \"a\", as = \"htm\" }",
       "2:39: 'as' must be one of html, text, not 'htm', did you mean 'html'?"},
      {"an unknown kind of code", "[fields]\ngtin = { attribute = \"a\", kind = \"EAM\" }",
       "2:34: 'kind' must be one of GTIN, EAN, UPC, ISBN, JAN, not 'EAM', did you mean 'EAN'?"},
      {"a weight in inches", "[fields]\nweight = { attribute = \"a\", unit = \"INCH\" }",
       "2:36: 'unit' must be one of GRAM, KILOGRAM, POUND, not 'INCH'"},
      {"a length in pounds", "[fields]\nlength = { attribute = \"a\", unit = \"POUND\" }",
       "2:36: 'unit' must be one of CENTIMETER, INCH, not 'POUND'"},
      {"an unknown unit", "[attributes]\n\"A\" = { attribute = \"a\", unit = \"stone\" }",
       "2:33: 'unit' is not a unit that can be converted"},
      {"a currency in small letters", "[fields]\nprice = { attribute = \"a\", currency = \"usd\" }",
       "2:39: 'currency' must be a code of three capital letters, such as USD"},
      {"values that are no table", "[attributes]\n\"A\" = { attribute = \"a\", values = 3 }",
       "2:35: 'values' must be a table, not a whole number"},
      {"a value that is a list", "[category.by_family]\ntees = []", "2:8: 'tees' in 'by_family' must be a text"},
      {"an axis that is a text", "[variants.axes]\ncolor = \"Color\"",
       "2:9: axis 'color' must be a table with sales_attribute, not a text"},
      {"an axis without sales attribute", "[variants.axes]\ncolor = { images = \"p\" }",
       "2:9: axis 'color' has no sales_attribute"},
      {"two axes with images",
       "[variants.axes]\na = { sales_attribute = \"A\", images = \"p\" }\nb = { sales_attribute = \"B\", images = "
       "\"p\" }",
       "1:1: only one axis may have images"},
      {"a certificate that is a text", "[certificates]\n\"A\" = \"a\"",
       "2:7: certificate 'A' must be a table with attribute, not a text"},
      {"a certificate without attribute", "[certificates.\"A\"]\nexpires = \"b\"",
       "1:1: certificate 'A' has no attribute"},
      {"pixels as text", "[images]\nmin_width = \"300\"", "2:13: 'min_width' must be a whole number above 0"},
      {"too much enlargement", "[images]\nmax_upscale = 50", "2:15: 'max_upscale' must be a number from 1 to 10"},
      {"a base that is a number", "base = 3", "1:8: 'base' must be the path of another profile"},
      {"a base that is not there", "base = \"gone.toml\"", "1:8: the base profile does not exist: "},
      {"a base that is itself", "base = \"p.toml\"", "1:8: 'base' leads back to this profile: p.toml"},
  };
  for (const auto& one : cases) {
    INFO(one.name);
    const auto said = mistakes_in(one.text);
    INFO(said);
    CHECK(said.starts_with(one.message));
  }
}

TEST_CASE("all mistakes of a file come in one go") {
  CHECK(mistakes_in("region = 1\nchanel = 2\n[fields]\ntitle = {}\n") ==
        "2:1: unknown key 'chanel' in a profile, did you mean 'channel'?\n"
        "1:10: 'region' must be a text, not a whole number\n"
        "4:9: 'title' needs exactly one of attribute, value and jq");
}

TEST_CASE("what is missing in the file and all its bases is told of the whole") {
  const auto said = mistakes_in("region = \"US\"");
  for (const auto* field : {"title", "description", "price", "stock", "seller_sku", "weight", "images"}) {
    INFO(said);
    CHECK(said.find(std::string("0:0: [fields] has no ") + field) != std::string::npos);
  }
  CHECK(said.find("0:0: has no locale") != std::string::npos);
  CHECK(said.find("gtin") == std::string::npos);
}

TEST_CASE("weight and sizes must be of one system") {
  std::string text(least);
  text.replace(text.find("weight = \"weight\""), 17, "weight = { attribute = \"weight\", unit = \"POUND\" }");
  CHECK(mistakes_in(text).empty());
  CHECK(mistakes_in(text + "length = { attribute = \"l\", unit = \"CENTIMETER\" }")
            .starts_with("0:0: weight and package"));
  CHECK(mistakes_in(text + "length = { attribute = \"l\", unit = \"INCH\" }").empty());
  CHECK(mistakes_in(std::string(least) + "length = { attribute = \"l\", unit = \"INCH\" }")
            .starts_with("0:0: weight and"));
}

TEST_CASE("a mistake in a base is told with the base's own name") {
  const folder place;
  const auto base = place.write("base.toml", "regoin = \"US\"\n");
  const auto made = load_profile(place.write("us.toml", "base = \"base.toml\"\n" + std::string(least)));
  REQUIRE_FALSE(made);
  REQUIRE(made.error().size() == 1);
  CHECK(made.error().front().text() ==
        base.string() + ":1:1: unknown key 'regoin' in a profile, did you mean 'region'?");
}

TEST_CASE("bases that form a circle are refused, not followed") {
  const folder place;
  place.write("a.toml", "base = \"b.toml\"\n");
  place.write("b.toml", "base = \"a.toml\"\n");
  const auto made = load_profile(place.path() / "a.toml");
  REQUIRE_FALSE(made);
  CHECK(made.error().front().message == "'base' leads back to this profile: a.toml");
}

TEST_CASE("a rule says in words where its value comes from") {
  CHECK(value_rule{.attribute = "x"}.source_text() == "attribute 'x'");
  CHECK(value_rule{.constant = "y"}.source_text() == "the constant 'y'");
  CHECK(value_rule{.jq = jq_program::compile(".z").value()}.source_text() == "the jq expression '.z'");
}

} // namespace listingd::mapping
