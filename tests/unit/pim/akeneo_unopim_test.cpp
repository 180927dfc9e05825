#include "akeneo_rig.hpp"

namespace listingd::pim {

using namespace test;

namespace {

/// A small UnoPim: products in pages of two with the cursor in the body, one configurable product.
struct unopim_rig {
  std::map<std::string, json::object> products, configurables; ///< by sku
  std::string token_form;                                      ///< what the login sent
  asio::io_context loop;
  manual_clock time{*instant_from_text("2026-11-24T08:00:00Z")};
  std::unique_ptr<net::transport> wire = net::make_client({});
  http_side server{[this](const http_asked& asked) { return answer(asked); }};
  std::unique_ptr<sync::source> source;

  unopim_rig() {
    for (const auto* sku : {"mug-1", "mug-2", "mug-3"}) products[sku] = product(sku, "", "");
    for (const auto* color : {"red", "blue"})
      products["tee-" + std::string(color)] = product("tee-" + std::string(color), "tee", color);
    configurables["tee"] = product("tee", "", "");
    configurables["tee"]["super_attributes"] = json::array{"color"};
    akeneo_options options{.name = source_name("pim"),
                           .url = server.url(),
                           .client_id = "client",
                           .client_secret = secret("s&cret"),
                           .username = "api",
                           .password = secret("pass"),
                           .flavour = akeneo_flavour::unopim};
    options.page = 2;
    source = make_akeneo_source(std::move(options), *wire, time);
  }

  static json::object product(const std::string& sku, const std::string& parent, const std::string& color) {
    json::object common{{"sku", sku}, {"price", json::object{{"USD", "9.90"}}}};
    if (!color.empty()) common["color"] = color;
    return {{"sku", sku},
            {"status", true},
            {"parent", parent.empty() ? json::value() : json::value(parent)},
            {"family", "things"},
            {"type", "simple"},
            {"created_at", "2026-11-24T06:00:00Z"},
            {"updated_at", "2026-11-24T06:00:00Z"},
            {"values", json::object{{"common", std::move(common)},
                                    {"locale_specific", json::object{{"en_US", json::object{{"name", "Thing"}}}}},
                                    {"categories", json::array{"shop"}}}}};
  }

  static http_reply document(const json::value& body) {
    return {.headers = {{"Date", "Tue, 24 Nov 2026 08:00:00 GMT"}}, .body = json::serialize(body)};
  }

  http_reply answer(const http_asked& asked) {
    if (asked.path == "/oauth/token") {
      token_form = asked.body;
      return document(json::object{{"access_token", "t"}, {"refresh_token", "r"}});
    }
    if (net::header(asked.headers, "Authorization") != "Bearer t") return {.status = 401, .headers = {}, .body = ""};
    if (asked.path == "/api/v1/rest/attributes")
      return document(json::object{{"data", json::array{json::object{{"code", "sku"}, {"type", "text"}},
                                                        json::object{{"code", "color"}, {"type", "select"}},
                                                        json::object{{"code", "name"}, {"type", "text"}},
                                                        json::object{{"code", "price"}, {"type", "price"}}}}});
    if (asked.path == "/api/v1/rest/attributes/color/options")
      return document(json::array{json::object{{"code", "red"}, {"labels", json::object{{"en_US", "Red"}}}}});
    if (asked.path == "/api/v1/rest/products") return list(asked, products);
    if (asked.path == "/api/v1/rest/configrable-products") return list(asked, configurables);
    return {.status = 404, .headers = {}, .body = R"({"message":"Not found"})"};
  }

  static http_reply list(const http_asked& asked, const std::map<std::string, json::object>& all) {
    const auto filters =
        asked.query("filters").empty() ? json::value(json::object{}) : json::parse(asked.query("filters"));
    const auto limit = std::stoul(asked.query("limit"));
    auto at = asked.query("search_after").empty() ? 0 : std::stoul(asked.query("search_after"));
    std::vector<json::value> hits;
    for (const auto& [sku, one] : all)
      if (fits(one, filters)) hits.emplace_back(one);
    json::array data;
    for (; at < hits.size() && data.size() < limit; ++at) data.push_back(hits[at]);
    const bool more = at < hits.size();
    return document(json::object{
        {"data", std::move(data)}, {"search_after", more ? json::value(at) : json::value()}, {"total", hits.size()}});
  }

  static bool fits(const json::object& one, const json::value& filters) {
    const auto value = [&](const char* name) { return filters.at(name).at(0).at("value"); };
    if (filters.get_object().contains("parent") && value("parent") != one.at("parent")) return false;
    if (filters.get_object().contains("sku")) {
      const auto wanted = value("sku").as_array();
      if (std::ranges::find(wanted, one.at("sku")) == wanted.end()) return false;
    }
    if (!filters.get_object().contains("updated_at")) return true;
    const auto ends = value("updated_at").as_array();
    const auto at = instant_from_text(one.at("updated_at").as_string());
    return *instant_from_text(ends.at(0).as_string()) <= *at && *at <= *instant_from_text(ends.at(1).as_string());
  }

  std::map<std::string, record> read_all(std::string& cursor) {
    std::map<std::string, record> out;
    for (bool more = true; more;) {
      auto done = asio::co_spawn(loop, source->read(cursor), asio::use_future);
      loop.restart();
      loop.run();
      const auto page = done.get();
      INFO((page ? "" : page.error().text()));
      REQUIRE(page);
      for (const auto& item : page->items) {
        const auto one = parse_record(item.payload, item.where);
        REQUIRE(one);
        out[one->key.text()] = *one;
      }
      cursor = page->cursor;
      more = page->more;
    }
    return out;
  }
};

} // namespace

TEST_CASE("UnoPim's products and configurable products are read like Akeneo's, whole and by what changed") {
  unopim_rig at;
  std::string cursor;
  const auto all = at.read_all(cursor);
  CHECK(at.token_form.find("client_secret=s%26cret") != std::string::npos);
  REQUIRE(all.size() == 4);
  const auto& tee = all.at("tee");
  CHECK(tee.axes == texts{"color"});
  REQUIRE(tee.variants.size() == 2);
  CHECK(tee.variants[1].key.text() == "tee-red");
  CHECK(tee.categories == texts{"shop"});
  CHECK(text_at(tee.labels, "color.red.en_US") == "Red");
  CHECK(json::serialize(all.at("mug-1").values.at("price")) ==
        R"([{"locale":null,"scope":null,"data":[{"amount":"9.90","currency":"USD"}]}])");
  at.products["mug-2"]["updated_at"] = "2026-11-24T07:59:00Z";
  at.products["tee-blue"]["updated_at"] = "2026-11-24T07:59:00Z";
  const auto changed = at.read_all(cursor);
  CHECK(changed.size() == 2);
  CHECK(changed.contains("mug-2"));
  CHECK(changed.at("tee").variants.size() == 2);
}

} // namespace listingd::pim
