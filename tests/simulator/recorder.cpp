#include "simulator/recorder.hpp"

#include "simulator/world.hpp"

#include <stdexcept>

namespace listingd::simulator {

namespace {

constexpr std::size_t body_limit = 1'000'000;

bool valid_json(const std::string& body) {
  boost::system::error_code problem;
  json::parse(body, problem); // refuses text that is not UTF-8, too
  return !problem;
}

} // namespace

recorder::recorder(const std::string& path) {
  if (path.empty()) return;
  file.open(path, std::ios::app);
  if (!file) throw std::runtime_error("cannot write " + path);
}

void recorder::record(const request& asked, const reply& answered, const std::string& fault) {
  if (!file.is_open()) return;
  json::object headers;
  for (const auto& [name, value] : asked.headers) headers[name] = value;
  json::object line{
      {"at_ms", now_ms()}, {"method", asked.method}, {"target", asked.target}, {"request_headers", std::move(headers)}};
  if (asked.body.size() < body_limit && valid_json(asked.body))
    line["request_body"] = asked.body;
  else
    line["request_body_bytes"] = asked.body.size();
  line["status"] = answered.end == ending::answered ? answered.status : 0;
  line["response_body"] = answered.body;
  if (!fault.empty()) line["fault"] = fault;
  const auto text = json::serialize(line);
  const std::scoped_lock lock(mutex);
  file << text << '\n' << std::flush;
}

} // namespace listingd::simulator
