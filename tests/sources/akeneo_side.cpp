#include "sources/akeneo_side.hpp"

#include <algorithm>

namespace listingd::sources {

namespace {

json::object labels(const char* english, const char* german) {
  return {{"en_US", english}, {"de_DE", german}};
}

json::value attribute(const char* code, const char* type) {
  return json::object{{"code", code}, {"type", type}};
}

json::value option(const char* code, const char* english, const char* german) {
  return json::object{{"code", code}, {"labels", labels(english, german)}};
}

json::value family_variant(std::vector<const char*> axes) {
  json::array sets;
  for (std::size_t level = axes.size(); level > 0; --level) // in an order of its own
    sets.push_back(
        json::object{{"level", level}, {"axes", json::array{axes[level - 1]}}, {"attributes", json::array{}}});
  return json::object{{"variant_attribute_sets", std::move(sets)}};
}

json::object shared_values(const pim_product& product) {
  return {{"name", akeneo_value(json::string(product.title), "en_US")}, {"rank", akeneo_value(product.rank)}};
}

template <class Part>
bool same(const Part& a, const Part& b) {
  return a.values == b.values && a.parent == b.parent && a.family == b.family;
}

void put_simple(akeneo_server& server, const pim_product& product) {
  akeneo_product now{.uuid = product.key,
                     .identifier = product.key,
                     .family = "mugs",
                     .parent = "",
                     .enabled = product.enabled,
                     .categories = {"shop"},
                     .values = shared_values(product)};
  const auto known = server.products.find(product.key);
  const bool unchanged =
      known != server.products.end() && same(known->second, now) && known->second.enabled == now.enabled;
  if (!unchanged) server.save(std::move(now));
}

void put_variants(akeneo_server& server, const pim_product& product) {
  for (const auto& color : product.colors) {
    const auto key = product.key + "-" + color;
    akeneo_product now{.uuid = key,
                       .identifier = key,
                       .family = "shirts",
                       .parent = product.key,
                       .enabled = product.enabled,
                       .categories = {"shop"},
                       .values = {{"color", akeneo_value(json::string(color))}}};
    const auto known = server.products.find(key);
    const bool unchanged =
        known != server.products.end() && same(known->second, now) && known->second.enabled == now.enabled;
    if (!unchanged) server.save(std::move(now));
  }
}

void put_model(akeneo_server& server, const pim_product& product) {
  akeneo_model now{.code = product.key,
                   .family = "shirts",
                   .family_variant = "by_color",
                   .parent = "",
                   .categories = {"shop"},
                   .values = shared_values(product)};
  // who takes a variant away saves the model too: deletions alone leave its date (see the test of full readings)
  const auto gone = std::erase_if(server.products, [&](const auto& one) {
    const auto& [uuid, variant] = one;
    return variant.parent == product.key &&
           std::ranges::none_of(product.colors, [&](const auto& color) { return uuid == product.key + "-" + color; });
  });
  const auto known = server.models.find(product.key);
  if (gone > 0 || known == server.models.end() || !same(known->second, now)) server.save(std::move(now));
  put_variants(server, product);
}

class akeneo_side final : public pim_side {
public:
  explicit akeneo_side(const side_options& options)
      : page_(options.page), time_(options.time), server_(options.time.now(), options.page),
        wire_(net::make_client({})) {
    furnish(server_);
    restart();
  }

  sync::source& source() override { return *source_; }
  void restart() override { source_ = pim::make_akeneo_source(options_for(server_, page_), *wire_, time_); }

  void put(const pim_product& product) override { put_product(server_, product); }
  void save_again(const std::string&) override {} // Akeneo saves nothing and leaves the date
  void remove(const std::string& key) override {
    server_.edit([&] {
      std::erase_if(server_.products, [&](const auto& one) { return one.first == key || one.second.parent == key; });
      server_.models.erase(key);
    });
  }
  bool hide(const std::vector<std::string>& keys) override {
    server_.edit([&] {
      for (const auto& key : keys) {
        server_.unlisted.insert(key);
        for (const auto& [uuid, one] : server_.products)
          if (one.parent == key) server_.unlisted.insert(uuid);
      }
    });
    return true;
  }
  void show_all() override {
    server_.edit([&] { server_.unlisted.clear(); });
  }

  void pass(duration by) override { server_.pass(by); }
  bool meet(trouble what, int times) override {
    server_.meet(what, times);
    return true;
  }
  bool meet_after(int requests, trouble what) override {
    server_.meet(what, 1, requests);
    return true;
  }
  void no_more_trouble() override { server_.no_more_trouble(); }
  bool in_the_middle(std::function<void()> act) override {
    server_.in_the_middle(std::move(act));
    return true;
  }
  [[nodiscard]] int requests() const override { return server_.requests(); }

private:
  int page_;
  manual_clock& time_;
  akeneo_server server_;
  std::unique_ptr<net::transport> wire_;
  std::unique_ptr<sync::source> source_;
};

} // namespace

void furnish(akeneo_server& server) {
  server.attributes = {attribute("name", "pim_catalog_text"),
                       attribute("rank", "pim_catalog_number"),
                       attribute("color", "pim_catalog_simpleselect"),
                       attribute("size", "pim_catalog_simpleselect"),
                       attribute("sku", "pim_catalog_identifier"),
                       attribute("ean", "pim_catalog_identifier"),
                       attribute("features", "pim_catalog_multiselect"),
                       attribute("picture", "pim_catalog_image"),
                       attribute("manual", "pim_catalog_file"),
                       json::object{{"code", "gallery"},
                                    {"type", "pim_catalog_asset_collection"},
                                    {"reference_data_name", "packshots"}}};
  server.options["color"] = {option("red", "Red", "Rot"), option("blue", "Blue", "Blau")};
  server.options["size"] = {option("s", "Small", "Klein"), option("m", "Medium", "Mittel")};
  server.options["features"] = {option("warm", "Warm", "Warm"),
                                json::object{{"code", "dry"}, {"labels", json::array{}}}};
  server.other["families/shirts/variants/by_color"] = family_variant({"color"});
  server.other["families/shirts/variants/by_color_and_size"] = family_variant({"color", "size"});
}

pim::akeneo_options options_for(const akeneo_server& server, int page) {
  pim::akeneo_options out{.name = source_name("pim"),
                          .url = server.url(),
                          .client_id = "client",
                          .client_secret = secret("client-secret"),
                          .username = "connector",
                          .password = secret("pass-word")};
  out.page = page;
  out.page_cap = 40;
  out.timeout = duration{1'000};
  return out;
}

void put_product(akeneo_server& server, const pim_product& product) {
  server.edit([&] {
    if (product.colors.empty())
      put_simple(server, product);
    else
      put_model(server, product);
  });
}

std::unique_ptr<pim_side> make_akeneo_side(const side_options& options) {
  return std::make_unique<akeneo_side>(options);
}

} // namespace listingd::sources
