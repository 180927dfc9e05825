#include "integration/shop_side.hpp"

#include "simulator/control.hpp"
#include "simulator/review.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>

namespace listingd::integration {

namespace json = boost::json;

namespace {

constexpr std::int64_t never_ms = 1'000'000'000'000;

json::value read_json(const std::filesystem::path& path) {
  std::ifstream file(path);
  return json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
}

const json::value& apps() {
  static const auto value = json::parse(R"({"apps": [{"name": "us", "app_key": "us-key", "app_secret": "us-secret",
    "service_id": "900001", "redirect_url": "https://127.0.0.1:1/oauth/callback",
    "shop_ids": ["7494049642642441621"]}]})");
  return value;
}

bool is_write(const seen_request& asked) {
  if (asked.method == "PUT") return asked.path.find("/products/") != std::string::npos;
  if (asked.method != "POST" || asked.path.find("/products") == std::string::npos) return false;
  return asked.path.find("listing_check") == std::string::npos && asked.path.find("search") == std::string::npos;
}

} // namespace

shop_side::shop_side(const std::filesystem::path& record) : record_(record) {
  load_world(world_, read_json(LISTINGD_ROOT "/tests/simulator/world.json"));
  load_applications(world_, apps());
  world_.setting.review_ms = never_ms;
  world_.setting.search_lag_ms = 0;
  simulator::server_options options;
  options.record_file = record.string();
  server_ = std::make_unique<simulator::server>(world_, options);
  serving_ = std::jthread([this] { server_->run(); });
}

shop_side::~shop_side() {
  server_->stop();
}

std::string shop_side::url() const {
  return "http://127.0.0.1:" + std::to_string(server_->port());
}

json::value shop_side::control(const std::string& call, const json::value& body) {
  const auto space = call.find(' ');
  const auto asked =
      simulator::make_request(call.substr(0, space), "/_sim/" + call.substr(space + 1), {}, json::serialize(body));
  const std::scoped_lock lock(world_.mutex);
  const auto answer = simulator::handle_control(world_, asked);
  if (answer.status != 200) throw std::runtime_error(call + ": " + answer.body);
  return json::parse(answer.body);
}

void shop_side::fault(const std::string& match, const std::string& kind, json::object more) {
  more["match"] = match;
  more["kind"] = kind;
  control("POST faults", json::array{std::move(more)});
}

int shop_side::give_verdicts() {
  const std::scoped_lock lock(world_.mutex);
  const auto running = world_.in_review.size();
  simulator::settle_reviews(world_, std::numeric_limits<std::int64_t>::max());
  return static_cast<int>(running);
}

json::object shop_side::product(const std::string& id) {
  return control("GET products/" + id).as_object();
}

int shop_side::products() {
  const std::scoped_lock lock(world_.mutex);
  return static_cast<int>(
      std::ranges::count_if(world_.products, [](const auto& one) { return one.second.status != "DELETED"; }));
}

std::vector<seen_request> shop_side::requests(const std::string& method, const std::string& path) const {
  std::vector<seen_request> out;
  std::ifstream file(record_);
  for (std::string line; std::getline(file, line);) {
    const auto parsed = json::parse(line);
    const auto& row = parsed.as_object();
    const auto target = simulator::text(row, "target");
    seen_request one{.method = simulator::text(row, "method"),
                     .path = target.substr(0, target.find('?')),
                     .body = simulator::text(row, "request_body"),
                     .status = static_cast<int>(simulator::number(row, "status"))};
    if (one.method == method && one.path.find(path) != std::string::npos) out.push_back(std::move(one));
  }
  return out;
}

int shop_side::count(const std::string& method, const std::string& path) const {
  return static_cast<int>(
      std::ranges::count_if(requests(method, path), [&](const seen_request& one) { return one.path == path; }));
}

int shop_side::writes() const {
  int out = 0;
  for (const auto* method : {"POST", "PUT"}) out += static_cast<int>(std::ranges::count_if(requests(method), is_write));
  return out;
}

std::vector<simulator::delivery> shop_side::webhooks() {
  const std::scoped_lock lock(world_.mutex);
  return {world_.deliveries.begin(), world_.deliveries.end()};
}

} // namespace listingd::integration
