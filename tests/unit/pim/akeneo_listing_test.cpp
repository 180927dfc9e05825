#include "catch.hpp"
#include "model/json.hpp"
#include "pim/akeneo_cursor.hpp"
#include "pim/akeneo_listing.hpp"
#include "pim/akeneo_unopim.hpp"

namespace listingd::pim {

namespace {

const akeneo_parameters asked{{"search", "{}"}, {"limit", "3"}, {"pagination_type", "search_after"}};

result<akeneo_answer> read(const std::string& body, akeneo_flavour flavour = akeneo_flavour::akeneo) {
  const auto document = parse_json(body, "test");
  REQUIRE(document);
  return answer_of(*document, asked, flavour, "GET /x");
}

std::string page_with(const std::string& next) {
  return R"({"_links":{"self":{"href":"x"},"next":)" + next + R"(},"_embedded":{"items":[]}})";
}

} // namespace

TEST_CASE("the way on is what the link has beside our own parameters, whatever host it names") {
  const auto after = [](const char* href) {
    return read(page_with(R"({"href":")" + std::string(href) + "\"}"))->after;
  };
  CHECK(after("http://other.host:81/api/x?search=lost&limit=10&search_after=a%2Fb") == "search_after=a%2Fb");
  CHECK(after("/x?with_count=false&search_after=1#top") == "with_count=false&search_after=1");
  CHECK(after("/x?%73earch=encoded&page=2") == "page=2");
  CHECK(read(R"({"_links":{"self":{}},"_embedded":{"items":[]}})")->after.empty());
}

TEST_CASE("an answer that makes no sense names its place and is never an end") {
  const std::pair<const char*, const char*> answers[] = {
      {R"([])", "_embedded.items"},
      {R"({"_links":{},"_embedded":{}})", "_embedded.items"},
      {R"({"_links":{},"_embedded":{"items":{}}})", "_embedded.items"},
      {R"({"_embedded":{"items":[]}})", "_links"},
      {R"({"_links":[],"_embedded":{"items":[]}})", "_links"},
      {R"({"_links":{"next":{}},"_embedded":{"items":[]}})", "_links.next.href"},
      {R"({"_links":{"next":{"href":7}},"_embedded":{"items":[]}})", "_links.next.href"},
      {R"({"_links":{"next":{"href":"/x?limit=3&search={}"}},"_embedded":{"items":[]}})", "_links.next.href"},
      {R"({"_links":{"next":{"href":"/x"}},"_embedded":{"items":[]}})", "_links.next.href"}};
  for (const auto& [body, place] : answers) {
    INFO(body);
    const auto answer = read(body);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == error_kind::needs_human);
    CHECK(answer.error().code == "answer_invalid");
    CHECK(answer.error().where == std::string("GET /x ") + place);
  }
}

TEST_CASE("many keys are asked for in groups that a URL can hold") {
  const std::vector<std::string> many(250, std::string(36, 'u')), wide(10, std::string(255, '/'));
  CHECK(groups_of(many, 100).size() == 3);
  const auto groups = groups_of(wide, 100);
  std::size_t keys = 0;
  for (const auto& one : groups) {
    keys += one.size();
    std::size_t bytes = 0;
    for (const auto& key : one) bytes += net::percent_encode(key).size();
    CHECK(bytes < 6'000);
  }
  CHECK(keys == 10);
  CHECK(groups_of({}, 100).empty());
}

TEST_CASE("a cursor keeps everything of a window under way") {
  akeneo_cursor at;
  at.endpoint = akeneo_endpoint::products;
  at.watermark = instant_from_text("2026-11-24T08:00:00Z");
  at.window = akeneo_window{.from = instant_from_text("2026-11-24T07:58:00Z"),
                            .to = *instant_from_text("2026-11-24T09:00:00Z"),
                            .phase = akeneo_kind::model,
                            .after = "search_after=a%2Fb&x=1",
                            .pages = 17,
                            .total = 123};
  const auto same = akeneo_cursor::from(at.text());
  CHECK(same.text() == at.text());
  REQUIRE(same.window);
  CHECK(same.window->from == at.window->from);
  CHECK(same.window->phase == akeneo_kind::model);
  CHECK(same.window->after == at.window->after);
  CHECK(same.window->pages == 17);
  CHECK(same.window->total == 123);
  CHECK(same.endpoint == akeneo_endpoint::products);
}

TEST_CASE("UnoPim is asked in its own words") {
  akeneo_options options{.flavour = akeneo_flavour::unopim};
  options.filters = {.enabled = true, .families = {"mugs"}, .categories = {"shop"}};
  const akeneo_listing what{.updated = {"2026-11-24 08:00:00", "2026-11-24 09:00:00"}, .selected = true};
  const auto parameters = parameters_of(what, options, akeneo_endpoint::products);
  REQUIRE(parameters.size() == 3);
  CHECK(parameters[0].first == "filters");
  const auto filters = parse_json(parameters[0].second, "filters");
  const auto expected =
      parse_json(R"({"updated_at":[{"operator":"BETWEEN","value":["2026-11-24 08:00:00","2026-11-24 09:00:00"]}],
    "family":[{"operator":"IN","value":["mugs"]}],"status":[{"operator":"=","value":true}],
    "categories":[{"operator":"IN","value":["shop"]}]})",
                 "expected");
  CHECK(*filters == *expected);
  CHECK(path_of(akeneo_kind::model, options, akeneo_endpoint::products) == "/api/v1/rest/configrable-products");
}

TEST_CASE("UnoPim's way on is a number in the body, or in older versions a link") {
  const auto unopim = akeneo_flavour::unopim;
  CHECK(read(R"({"data":[],"search_after":42})", unopim)->after == "search_after=42");
  CHECK(read(R"({"data":[],"search_after":null})", unopim)->after.empty());
  CHECK(read(R"({"data":[],"links":{"next":"http://h/x?limit=3&page=2"}})", unopim)->after == "page=2");
  CHECK(read(R"({"data":[],"links":{"next":null}})", unopim)->after.empty());
  CHECK_FALSE(read(R"({"error":"x"})", unopim));
}

TEST_CASE("UnoPim's values become values by locale and channel") {
  const auto item = parse_json(R"({"sku":"mug","status":true,"parent":null,"family":"mugs",
    "updated_at":"2026-11-24T08:00:00.000000Z","super_attributes":["color"],
    "values":{"common":{"sku":"mug","color":"red"},"locale_specific":{"en_US":{"name":"Mug"},"de_DE":{"name":"Becher"}},
      "channel_specific":{"shop":{"price":{"USD":"9.90"}}},"channel_locale_specific":{"shop":{"en_US":{"text":"t"}}},
      "categories":["cups"]}})",
                               "item");
  REQUIRE(item);
  const auto product = from_unopim(*item, akeneo_kind::product);
  const auto expected =
      parse_json(R"({"identifier":"mug","family":"mugs","parent":null,"categories":["cups"],"enabled":true,
    "updated":"2026-11-24T08:00:00.000000Z","values":{
      "sku":[{"locale":null,"scope":null,"data":"mug"}],"color":[{"locale":null,"scope":null,"data":"red"}],
      "name":[{"locale":"en_US","scope":null,"data":"Mug"},{"locale":"de_DE","scope":null,"data":"Becher"}],
      "price":[{"locale":null,"scope":"shop","data":{"USD":"9.90"}}],
      "text":[{"locale":"en_US","scope":"shop","data":"t"}]}})",
                 "expected");
  REQUIRE(expected);
  CHECK(product == *expected);
  CHECK(text_at(from_unopim(*item, akeneo_kind::model), "code") == "mug");
  CHECK(from_unopim(*item, akeneo_kind::model).get_object().at("axes").get_array().size() == 1);
}

} // namespace listingd::pim
