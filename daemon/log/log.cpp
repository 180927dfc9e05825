#include "log/log.hpp"

#include "model/json.hpp"

#include <cstdlib>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace listingd::log {

namespace {

spdlog::level::level_enum level_from(std::string_view name) {
  if (name == "debug") return spdlog::level::debug;
  if (name == "warning") return spdlog::level::warn;
  if (name == "error") return spdlog::level::err;
  return spdlog::level::info;
}

/// Syslog priorities, read by journald from the start of a line.
std::string_view priority(spdlog::level::level_enum level) {
  switch (level) {
  case spdlog::level::debug:
    return "<7>";
  case spdlog::level::warn:
    return "<4>";
  case spdlog::level::err:
    return "<3>";
  default:
    return "<6>";
  }
}

bool json_lines = false;
bool under_journald = false;

std::string text_line(std::string_view level, std::string_view event, const auto& fields) {
  std::string out = to_text(system_clock().now()) + " " + std::string(level) + " " + std::string(event);
  for (const auto& [key, value] : fields) {
    if (value.empty()) continue;
    const bool plain = value.find_first_of(" \"=\n\t") == std::string::npos;
    out += " " + std::string(key) + "=" + (plain ? value : json::serialize(json::string(value)));
  }
  return out;
}

std::string json_line(std::string_view level, std::string_view event, const auto& fields) {
  json::object out{{"at", to_text(system_clock().now())}, {"level", level}, {"event", event}};
  for (const auto& [key, value] : fields) out[key] = value;
  return json::serialize(out);
}

} // namespace

void start(const std::string& level, const std::string& format) {
  auto logger = spdlog::stderr_logger_mt("listingd");
  logger->set_pattern("%v");
  spdlog::set_default_logger(std::move(logger));
  spdlog::flush_on(spdlog::level::debug);
  json_lines = format == "json";
  under_journald = std::getenv("JOURNAL_STREAM") != nullptr; // NOLINT(concurrency-mt-unsafe): before any thread
  set_level(level);
}

void set_level(const std::string& level) {
  spdlog::set_level(level_from(level));
}

sync::log_line writer() {
  return [](std::string_view level_name, std::string_view event, const auto& fields) {
    const auto level = level_from(level_name);
    if (!spdlog::should_log(level)) return;
    auto shown = fields;
    for (auto& [key, value] : shown) value = loggable(key, value);
    const auto line = json_lines ? json_line(level_name, event, shown) : text_line(level_name, event, shown);
    spdlog::log(level, "{}{}", under_journald ? priority(level) : std::string_view{}, line);
  };
}

} // namespace listingd::log
