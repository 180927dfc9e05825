#include "integration/catalogue.hpp"

#include <boost/json/parse.hpp>
#include <fstream>
#include <map>
#include <stdexcept>

namespace listingd::integration {

namespace json = boost::json;

namespace {

std::map<std::string, json::object> read_all() {
  std::map<std::string, json::object> out;
  std::ifstream file(LISTINGD_ROOT "/deploy/sample/catalogue/products-full.ndjson");
  for (std::string line; std::getline(file, line);) {
    auto record = json::parse(line).as_object();
    std::string key(record.at("key").as_string());
    out.emplace(std::move(key), std::move(record));
  }
  return out;
}

json::object with_value(json::object record, const std::string& attribute, const json::value& data,
                        const json::value& locale = nullptr, const json::value& scope = nullptr) {
  const json::object value{{"locale", locale}, {"scope", scope}, {"data", data}};
  record["values"].as_object()[attribute] = json::array{value};
  return record;
}

} // namespace

json::object sample(const std::string& key) {
  static const auto all = read_all();
  const auto found = all.find(key);
  if (found == all.end()) throw std::runtime_error("the sample catalogue has no " + key);
  return found->second;
}

json::object with_title(json::object record, const std::string& title) {
  return with_value(std::move(record), "name", json::value(title), "en_US");
}

json::object with_description(json::object record, const std::string& html) {
  return with_value(std::move(record), "description", json::value(html), "en_US", "ecommerce");
}

json::object with_price(json::object record, const std::string& dollars) {
  const json::object price{{"amount", dollars}, {"currency", "USD"}};
  return with_value(std::move(record), "price", json::array{price});
}

json::object with_stock(json::object record, int pieces) {
  return with_value(std::move(record), "stock", pieces);
}

json::object disabled(json::object record) {
  record["enabled"] = false;
  return record;
}

json::object tombstone(const std::string& key) {
  return {{"key", key}, {"deleted", true}};
}

} // namespace listingd::integration
