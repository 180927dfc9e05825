#include "akeneo_rig.hpp"

namespace listingd::pim {

using namespace test;

namespace {

constexpr duration a_minute{60'000};

const json::value& data_of(const json::value& values, const char* attribute, std::size_t entry = 0) {
  return values.get_object().at(attribute).get_array().at(entry).get_object().at("data");
}

const json::value& values_of(const json::value& record) {
  return record.get_object().at("values");
}

akeneo_product product(const std::string& key, json::object values) {
  return {.uuid = key,
          .identifier = "sku-" + key,
          .family = "mugs",
          .parent = "",
          .categories = {"cups", "gifts"},
          .values = std::move(values)};
}

} // namespace

TEST_CASE("a record is the product in the shape of the house") {
  akeneo_rig at;
  at.server.save(product("mug", {{"name", akeneo_value("Mug", "en_US")},
                                 {"color", akeneo_value("red")},
                                 {"features", akeneo_value(json::array{"dry", "warm"})},
                                 {"picture", akeneo_value("7/5/8/e/758e_mug.jpg")},
                                 {"rank", akeneo_value("0.50")}}));
  const auto all = at.read_all();
  const auto expected = parse_json(R"({
    "key": "mug", "family": "mugs", "categories": ["cups", "gifts"], "enabled": true,
    "updated": "2026-11-24T08:00:00Z",
    "values": {
      "name": [{"locale": "en_US", "scope": null, "data": "Mug"}],
      "sku": [{"locale": null, "scope": null, "data": "sku-mug"}],
      "color": [{"locale": null, "scope": null, "data": "red"}],
      "features": [{"locale": null, "scope": null, "data": ["dry", "warm"]}],
      "picture": [{"locale": null, "scope": null, "data": {"media": "7/5/8/e/758e_mug.jpg"}}],
      "rank": [{"locale": null, "scope": null, "data": "0.50"}]},
    "labels": {"color": {"red": {"en_US": "Red", "de_DE": "Rot"}},
               "features": {"warm": {"en_US": "Warm", "de_DE": "Warm"}}}})",
                                   "expected");
  REQUIRE(expected);
  CHECK(all.records.at("mug") == *expected);
}

TEST_CASE("two levels of models become one product with the axes of both in order, values where they belong") {
  akeneo_rig at;
  at.server.edit([&] {
    at.server.save(akeneo_model{.code = "tee",
                                .family = "shirts",
                                .family_variant = "by_color_and_size",
                                .parent = "",
                                .categories = {"clothes"},
                                .values = {{"name", akeneo_value("Tee", "en_US")}, {"rank", akeneo_value(1)}}});
    for (const auto* color : {"red", "blue"}) {
      const auto sub = std::string("tee-") + color;
      at.server.save(akeneo_model{
          .code = sub,
          .family = "shirts",
          .family_variant = "by_color_and_size",
          .parent = "tee",
          .categories = {"sale"},
          .values = {{"color", akeneo_value(color)}, {"picture", akeneo_value(json::string(sub + ".jpg"))}}});
      for (const auto* size : {"s", "m"})
        at.server.save(akeneo_product{.uuid = "uuid-" + sub + size,
                                      .identifier = sub + "-" + size,
                                      .family = "shirts",
                                      .parent = sub,
                                      .values = {{"size", akeneo_value(size)}}});
    }
  });
  const auto check = [](const json::value& payload) {
    const auto tee = parse_record(payload, "");
    REQUIRE(tee);
    CHECK(tee->axes == texts{"color", "size"});
    CHECK(tee->categories == texts{"clothes", "sale"});
    REQUIRE(tee->variants.size() == 4);
    CHECK(tee->variants[0].key.text() == "tee-blue-m");
    CHECK(tee->variants[3].key.text() == "tee-red-s");
    const auto& own = tee->variants[3].values;
    CHECK_FALSE(own.contains("name")); // as the root has it
    CHECK(data_of(own, "color") == "red");
    CHECK(data_of(own, "size") == "s");
    CHECK(data_of(own, "sku") == "tee-red-s");
    CHECK(text_at(data_of(own, "picture"), "media") == "tee-red.jpg");
    CHECK(tee->values.contains("name"));
    CHECK_FALSE(tee->values.contains("color"));
    CHECK(tee->labels.contains("color"));
    CHECK(tee->labels.contains("size"));
  };
  at.pass(a_minute * 10);
  const auto all = at.read_all();
  CHECK(all.upserts == texts{"tee"});
  check(all.records.at("tee"));
  at.pass(a_minute);
  SECTION("and a change of the middle level brings it") {
    at.server.edit([&] {
      auto sub = at.server.models.at("tee-red");
      sub.values["rank"] = akeneo_value(2);
      at.server.save(sub);
    });
  }
  SECTION("and a change of a variant brings it") {
    at.server.edit([&] { at.server.save(at.server.products.at("uuid-tee-blues")); });
  }
  const auto changed = at.read_all();
  CHECK(changed.keys() == names{"tee"});
  check(changed.records.at("tee"));
}

TEST_CASE("only the values of the channel and the locales come, also from a PIM that shows all") {
  akeneo_rig at;
  at.options.channel = "shop";
  at.options.locales = {"en_US"};
  at.restart();
  at.server.shows_all_values = GENERATE(true, false);
  json::array names;
  for (const auto* locale : {"en_US", "de_DE"})
    for (const auto* scope : {"shop", "print"})
      names.push_back(akeneo_value(json::string(std::string(locale) + " " + scope), locale, scope).get_array()[0]);
  at.server.save(product("mug", {{"name", names}, {"rank", akeneo_value("everywhere")}}));
  const auto all = at.read_all();
  const auto& values = values_of(all.records.at("mug"));
  CHECK(values.get_object().at("name").get_array().size() == 1);
  CHECK(data_of(values, "name") == "en_US shop");
  CHECK(data_of(values, "rank") == "everywhere");
}

TEST_CASE("assets become the media that they hold: a file, a link, or a reference that names what is missing") {
  akeneo_rig at;
  at.server.edit([&] {
    auto& other = at.server.other;
    other["asset-families/packshots"] = json::object{{"code", "packshots"}, {"attribute_as_main_media", "photo"}};
    other["asset-families/packshots/attributes/photo"] = json::object{{"code", "photo"}, {"type", "media_file"}};
    const auto photo = [](const char* code) {
      return json::object{
          {"values", json::object{{"photo", json::array{json::object{
                                                {"locale", nullptr}, {"channel", nullptr}, {"data", code}}}}}}};
    };
    other["asset-families/packshots/assets/front"] = photo("1/2/front.jpg");
    other["asset-families/packshots/assets/back"] = photo("3/4/back.jpg");
  });
  SECTION("files") {}
  SECTION("links") {
    at.server.other["asset-families/packshots/attributes/photo"] = json::object{
        {"code", "photo"}, {"type", "media_link"}, {"prefix", "https://cdn.example/"}, {"suffix", "?w=800"}};
  }
  const bool links = at.server.other["asset-families/packshots/attributes/photo"].get_object().contains("prefix");
  at.server.save(product("mug", {{"gallery", akeneo_value(json::array{"front", "back", "lost"})}}));
  const auto all = at.read_all();
  const auto& media = data_of(values_of(all.records.at("mug")), "gallery").get_array();
  REQUIRE(media.size() == 3);
  CHECK(text_at(media[0], "media") ==
        (links ? "https://cdn.example/1/2/front.jpg?w=800" : "asset-media-files/1/2/front.jpg"));
  CHECK(text_at(media[1], "media") ==
        (links ? "https://cdn.example/3/4/back.jpg?w=800" : "asset-media-files/3/4/back.jpg"));
  const auto lost = at.run(at.source->fetch_media(text_at(media[2], "media"), ""));
  REQUIRE_FALSE(lost);
  CHECK(lost.error().code == "media_missing");
}

TEST_CASE("what cannot be a record is put aside with its place, and the rest arrives") {
  akeneo_rig at;
  at.server.save(product("good", {}));
  at.server.save(product("odd", {{"name", akeneo_value("x")}}));
  at.put({.key = "shirt", .colors = {"red"}});
  SECTION("an entry that is no object") {
    at.server.products.at("odd").values["name"] = json::array{"Mug"};
    const auto all = at.read_all();
    CHECK(all.keys() == names{"good", "shirt"});
    REQUIRE(all.rejected.size() == 1);
    CHECK(all.rejected[0].starts_with("products page 1 product odd values.name:"));
  }
  SECTION("a key that is too long") {
    at.server.save(product(std::string(201, 'k'), {}));
    const auto all = at.read_all();
    CHECK(all.keys() == names{"good", "odd", "shirt"});
    CHECK(all.rejected.size() == 1);
  }
  SECTION("a family variant that the PIM does not have") {
    at.server.models.at("shirt").family_variant = "by_magic";
    const auto all = at.read_all();
    CHECK(all.keys() == names{"good", "odd"});
    REQUIRE(all.rejected.size() == 1);
    CHECK(all.rejected[0].starts_with("product models page 1 model shirt:"));
    CHECK(all.rejected[0].find("by_magic") != std::string::npos);
  }
  SECTION("a model that is not shown, of a variant that is") {
    at.pass(a_minute * 10);
    at.read_all();
    at.server.edit([&] {
      at.server.hidden = {"shirt"};
      at.server.save(at.server.products.at("shirt-red"));
    });
    const auto all = at.read_all();
    CHECK(all.keys().empty());
    REQUIRE_FALSE(all.rejected.empty());
    CHECK(all.rejected[0].find("parent_missing") != std::string::npos);
  }
}

TEST_CASE("labels, attributes and variants' axes are read once and believed for a while") {
  akeneo_rig at;
  at.options.reference_every = std::chrono::hours(6);
  at.restart();
  at.put({.key = "shirt", .colors = {"red"}});
  const auto label = [](const json::value& record) { return text_at(record, "labels.color.red.en_US"); };
  CHECK(label(at.read_all().records.at("shirt")) == "Red");
  at.server.edit([&] {
    at.server.options["color"] = {json::object{{"code", "red"}, {"labels", json::object{{"en_US", "Crimson"}}}},
                                  json::object{{"code", "green"}, {"labels", json::object{{"en_US", "Green"}}}}};
  });
  at.server.asked();
  at.pass(std::chrono::hours(5));
  at.put({.key = "shirt", .title = "2", .colors = {"red"}});
  CHECK(label(at.read_all().records.at("shirt")) == "Red");
  for (const auto& target : at.server.asked()) CHECK(target.find("/attributes") == std::string::npos);
  at.pass(std::chrono::hours(2));
  at.put({.key = "shirt", .title = "3", .colors = {"red", "green"}});
  const auto after = at.read_all().records.at("shirt");
  CHECK(label(after) == "Crimson");
  CHECK(text_at(after, "labels.color.green.en_US") == "Green");
}

TEST_CASE("of a very long list of options only those that occur are asked for beyond its first pages") {
  akeneo_rig at;
  json::array many;
  for (int i = 0; i < 2'500; ++i) {
    auto code = "c" + std::to_string(10'000 + i);
    many.push_back(json::object{{"code", code}, {"labels", json::object{{"en_US", "Color " + code}}}});
  }
  at.server.options["color"] = std::move(many);
  at.server.save(product("early", {{"color", akeneo_value("c10003")}}));
  at.server.save(product("late", {{"color", akeneo_value("c12400")}}));
  const auto all = at.read_all();
  CHECK(text_at(all.records.at("early"), "labels.color.c10003.en_US") == "Color c10003");
  CHECK(text_at(all.records.at("late"), "labels.color.c12400.en_US") == "Color c12400");
  int pages = 0;
  for (const auto& target : at.server.asked()) pages += target.find("/options?") != std::string::npos ? 1 : 0;
  CHECK(pages == 20);
}

TEST_CASE("an attribute that is newer than the last look at them is looked up") {
  akeneo_rig at;
  at.put({.key = "mug"});
  at.read_all();
  at.server.edit([&] {
    at.server.attributes.push_back(json::object{{"code", "photo"}, {"type", "pim_catalog_image"}});
    at.server.save(product("mug", {{"photo", akeneo_value("a/b.jpg")}}));
  });
  at.pass(a_minute);
  const auto all = at.read_all();
  CHECK(text_at(data_of(values_of(all.records.at("mug")), "photo"), "media") == "a/b.jpg");
}

} // namespace listingd::pim
