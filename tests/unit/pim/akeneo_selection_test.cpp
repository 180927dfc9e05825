#include "akeneo_rig.hpp"

namespace listingd::pim {

using namespace test;

namespace {

constexpr duration a_minute{60'000};

/// A simple product of the family mugs with everything that filters look at.
akeneo_product mug(const std::string& key) {
  return {.uuid = key,
          .identifier = key,
          .family = "mugs",
          .parent = "",
          .enabled = true,
          .categories = {"cups"},
          .values = {{"name", akeneo_value("Mug", "en_US")}}};
}

struct selecting_rig : akeneo_rig {
  selecting_rig() {
    server.above = {{"cups", "kitchen"}, {"kitchen", "shop"}};
    for (const auto* key : {"mug-1", "mug-2", "mug-3", "mug-4"}) server.save(mug(key));
    put({.key = "shirt", .colors = {"red", "blue"}});
    put({.key = "coat", .colors = {"red"}});
    pass(a_minute * 10);
  }
  void change(const std::string& uuid, const std::function<void(akeneo_product&)>& how) {
    server.edit([&] {
      auto product = server.products.at(uuid);
      how(product);
      server.save(product);
    });
  }
  void select(akeneo_filters filters) {
    options.channel = "ecommerce";
    options.filters = std::move(filters);
    restart();
  }
};

} // namespace

TEST_CASE("only what the filters select is read and listed, and the PIM does the selecting") {
  selecting_rig at;
  at.change("mug-2", [](auto& one) { one.enabled = false; });
  at.change("mug-3", [](auto& one) { one.completeness = 70; });
  at.change("mug-4", [](auto& one) { one.categories = {"garden"}; });
  at.change("coat-red", [](auto& one) { one.enabled = false; });
  names wanted{"mug-1", "mug-2", "mug-3", "mug-4", "shirt", "coat"};
  SECTION("all") {}
  SECTION("the enabled") {
    at.select({.enabled = true});
    wanted = {"mug-1", "mug-3", "mug-4", "shirt"};
  }
  SECTION("the disabled") {
    at.select({.enabled = false});
    wanted = {"mug-2", "coat"};
  }
  SECTION("a family") {
    at.select({.families = {"shirts", "hats"}});
    wanted = {"shirt", "coat"};
  }
  SECTION("a category and what is below it") {
    at.select({.categories = {"kitchen"}});
    wanted = {"mug-1", "mug-2", "mug-3"};
  }
  SECTION("the complete") {
    at.select({.families = {"mugs"}, .completeness = 80});
    wanted = {"mug-1", "mug-2", "mug-4"};
  }
  const auto all = at.read_all();
  CHECK(all.keys() == wanted);
  CHECK(all.deleted.empty());
  CHECK(at.all_keys() == wanted);
}

TEST_CASE("what leaves the selection by an edit is delivered as gone, and comes back by another") {
  selecting_rig at;
  at.select({.enabled = true, .categories = {"shop"}});
  at.read_all();
  at.pass(a_minute);
  at.change("mug-1", [](auto& one) { one.enabled = false; });
  at.change("mug-2", [](auto& one) { one.categories = {"garden"}; });
  at.change("mug-3", [](auto& one) { one.values["rank"] = akeneo_value(2); });
  const auto changed = at.read_all();
  CHECK(changed.keys() == names{"mug-3"});
  CHECK(changed.deleted == texts{"mug-1", "mug-2"});
  at.pass(a_minute * 5);
  at.read_all();
  at.change("mug-1", [](auto& one) { one.enabled = true; });
  at.pass(a_minute);
  CHECK(at.read_all().keys() == names{"mug-1"});
}

TEST_CASE("a model has the variants that the filters select, and is gone when there is none") {
  selecting_rig at;
  at.select({.enabled = true});
  at.read_all();
  at.pass(a_minute);
  at.change("shirt-red", [](auto& one) { one.enabled = false; });
  const auto some = at.read_all();
  CHECK(parse_record(some.records.at("shirt"), "")->variants.size() == 1);
  at.pass(a_minute);
  at.change("shirt-blue", [](auto& one) { one.enabled = false; });
  const auto none = at.read_all();
  CHECK(none.keys().empty());
  CHECK_FALSE(none.deleted.empty());
  CHECK(names(none.deleted.begin(), none.deleted.end()) == names{"shirt"});
}

TEST_CASE("without filters a disabled product is delivered as disabled, a model when all its variants are") {
  selecting_rig at;
  at.change("mug-1", [](auto& one) { one.enabled = false; });
  at.change("coat-red", [](auto& one) { one.enabled = false; });
  at.change("shirt-red", [](auto& one) { one.enabled = false; });
  const auto all = at.read_all();
  CHECK_FALSE(parse_record(all.records.at("mug-1"), "")->enabled);
  CHECK_FALSE(parse_record(all.records.at("coat"), "")->enabled);
  const auto shirt = parse_record(all.records.at("shirt"), "");
  CHECK(shirt->enabled);
  CHECK(shirt->variants.at(0).enabled);
  CHECK_FALSE(shirt->variants.at(1).enabled);
}

TEST_CASE("a filter that the PIM does not take is for a person, in the PIM's words") {
  selecting_rig at;
  at.select({.categories = {"kitchen", "no_such_category"}});
  const auto problem = at.failure();
  CHECK(problem.kind == error_kind::needs_human);
  CHECK(problem.code == "refused");
  CHECK(problem.text().find("no_such_category") != std::string::npos);
}

TEST_CASE("keys are those of simple products and root models, each once, over pages") {
  selecting_rig at;
  at.put({.key = "wide", .colors = {"a", "b", "c", "d", "e"}});
  CHECK(at.all_keys() == names{"mug-1", "mug-2", "mug-3", "mug-4", "shirt", "coat", "wide"});
  for (const auto& target : at.server.asked())
    if (target.find("limit=3") != std::string::npos)
      CHECK(target.find("attributes=sku") != std::string::npos); // not the whole catalogue
}

TEST_CASE("gone is what the PIM says it does not have, by itself and while it shows others") {
  selecting_rig at;
  const auto is_gone = [&](const char* key) { return at.run(at.source->is_gone(product_key(key))); };
  SECTION("there") {
    CHECK(is_gone("mug-1") == false);
    CHECK(is_gone("shirt") == false);
  }
  SECTION("deleted") {
    at.server.edit([&] {
      at.server.products.erase("mug-1");
      at.server.models.erase("coat");
    });
    CHECK(is_gone("mug-1") == true);
    CHECK(is_gone("coat") == true);
  }
  SECTION("not in the listing, yet there") {
    at.server.unlisted = {"mug-1", "shirt"};
    CHECK(is_gone("mug-1") == false);
    CHECK(is_gone("shirt") == false);
  }
  SECTION("not selected, yet there") {
    at.select({.enabled = false});
    CHECK(is_gone("mug-1") == false);
  }
  SECTION("part of another product now") {
    CHECK(is_gone("shirt-red") == true);
  }
  SECTION("when nothing at all is shown it may be the permission") {
    for (const auto* key : {"mug-1", "mug-2", "mug-3", "mug-4", "shirt-red", "shirt-blue", "coat-red"})
      at.server.hidden.insert(key);
    const auto answer = is_gone("mug-1");
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == error_kind::needs_human);
    CHECK(answer.error().code == "nothing_shown");
  }
  SECTION("trouble is no answer") {
    at.server.meet(GENERATE(trouble::status_500, trouble::not_json, trouble::reset, trouble::status_429), 3);
    CHECK_FALSE(is_gone("mug-1"));
  }
}

TEST_CASE("one product on demand is the same record as in a reading") {
  selecting_rig at;
  const auto all = at.read_all();
  for (const auto* key : {"mug-1", "shirt"}) {
    const auto one = at.run(at.source->read_one(product_key(key)));
    REQUIRE(one);
    CHECK_FALSE(one->deleted);
    CHECK(parse_record(one->payload, "")->digest == parse_record(all.records.at(key), "")->digest);
  }
}

TEST_CASE("one product on demand that is gone, or not selected, or a mere variant, is a tombstone") {
  selecting_rig at;
  at.select({.enabled = true});
  at.change("mug-2", [](auto& one) { one.enabled = false; });
  at.server.edit([&] { at.server.products.erase("mug-1"); });
  for (const auto* key : {"mug-1", "mug-2", "shirt-red", "no such thing"}) {
    const auto one = at.run(at.source->read_one(product_key(key)));
    INFO(key);
    REQUIRE(one);
    CHECK(one->deleted);
    CHECK(one->key.text() == key);
  }
}

TEST_CASE("one product on demand that the index does not know yet is asked for again later") {
  selecting_rig at;
  at.server.unlisted = {"mug-1"};
  const auto one = at.run(at.source->read_one(product_key("mug-1")));
  REQUIRE_FALSE(one);
  CHECK(one.error().kind == error_kind::retry);
}

TEST_CASE("mistakes in the options are told, each with its option") {
  const auto good = [] {
    akeneo_options out{.url = "https://pim.example", .token = secret("t")};
    return out;
  };
  CHECK(mistakes_in(good()).empty());
  const auto mistaken = [&](const std::function<void(akeneo_options&)>& how) {
    auto options = good();
    how(options);
    const auto found = mistakes_in(options);
    return found.size() == 1 ? found.front() : std::to_string(found.size()) + " mistakes";
  };
  CHECK(mistaken([](auto& of) { of.url = "pim.example"; }).starts_with("url"));
  CHECK(mistaken([](auto& of) { of.url += "/?a=b"; }).starts_with("url"));
  CHECK(mistaken([](auto& of) { of.token = secret(); }).starts_with("either token"));
  CHECK(mistaken([](auto& of) { of.username = "u"; }).starts_with("token and"));
  CHECK(mistaken([](auto& of) { of.pim_timezone = "Europe/Berlin"; }).starts_with("pim_timezone"));
  CHECK(mistaken([](auto& of) { of.page = 101; }).starts_with("page"));
  CHECK(mistaken([](auto& of) { of.calls_at_once = 0; }).starts_with("calls_at_once"));
  CHECK(mistaken([](auto& of) { of.filters.completeness = 80; }).starts_with("completeness"));
}

} // namespace listingd::pim
