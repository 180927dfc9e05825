// `listingd sources`: where each source stands, what its last window brought, what was put aside and why; and `listingd
// sync`, which asks the running daemon for a reading.
#include "commands/commands.hpp"

#include "mapping/nearest.hpp"
#include "model/json.hpp"
#include "model/printable.hpp"

#include <algorithm>
#include <iostream>
#include <spdlog/fmt/fmt.h>
#include <thread>
#include <unistd.h>

namespace listingd::commands {

namespace {

constexpr int put_aside_shown = 5;
constexpr std::size_t longest_cursor = 60;

/// Items a second and what is left of a reading, as far as its size is known.
struct progress {
  std::int64_t items = 0;
  std::optional<std::int64_t> total;
  std::optional<instant> began;

  [[nodiscard]] double rate(instant now) const {
    const auto seconds = began ? std::chrono::duration<double>(now - *began).count() : 0.0;
    return seconds > 0 ? static_cast<double>(items) / seconds : 0;
  }
  [[nodiscard]] std::optional<duration> left(instant now) const {
    const auto speed = rate(now);
    if (!total || *total <= items || speed <= 0) return std::nullopt;
    return duration(static_cast<std::int64_t>(1000.0 * static_cast<double>(*total - items) / speed));
  }
  [[nodiscard]] std::string text(instant now) const {
    auto out = total ? fmt::format("{} of about {}", items, *total) : std::to_string(items);
    if (const auto speed = rate(now); speed > 0) out += fmt::format(", {:.0f}/s", speed);
    if (const auto rest = left(now)) out += ", done " + distance(now, now + *rest);
    return out;
  }
};

progress of_window(const sync::source_status& one) {
  return {one.window_items, one.window_total, one.window_began};
}
progress of_full(const sync::source_status& one) {
  return {one.full_items, one.full_total, one.full_began};
}

json::object progress_json(const progress& one, instant now) {
  json::object out{{"items", one.items}, {"total", nullptr}, {"per_second", one.rate(now)}, {"seconds_left", nullptr}};
  if (one.total) out["total"] = *one.total;
  if (const auto rest = one.left(now)) out["seconds_left"] = rest->count() / 1000;
  return out;
}

std::string state_of(const sync::source_status& one) {
  if (one.failures > 0) return "failing";
  if (one.full_under_way) return "full reading";
  if (!one.window.empty()) return "reading";
  return one.last_read_at ? "idle" : "not read yet";
}

json::object row_of(const sync::source_status& one, const std::vector<sync::stored_note>& notes, instant now) {
  json::array aside;
  for (const auto& told : notes)
    aside.push_back(json::object{{"at", to_text(told.at)}, {"event", told.event}, {"reason", told.message}});
  return {{"source", one.name.text()},
          {"kind", one.kind},
          {"state", state_of(one)},
          {"products", one.products},
          {"cursor", one.cursor},
          {"watermark", or_null(one.watermark)},
          {"lag_seconds", one.watermark ? json::value((now - *one.watermark).count() / 1000) : json::value(nullptr)},
          {"last_read_at", or_null(one.last_read_at)},
          {"window", one.window.empty() ? json::value(nullptr) : json::value(progress_json(of_window(one), now))},
          {"last_window", one.last_window},
          {"full", one.full_under_way ? json::value(progress_json(of_full(one), now)) : json::value(nullptr)},
          {"full_ended_at", or_null(one.full_ended)},
          {"sweep_under_way", one.sweep_under_way},
          {"swept_at", or_null(one.swept_at)},
          {"sweep_result", or_null(one.sweep_result)},
          {"failures", one.failures},
          {"failing_since", or_null(one.failing_since)},
          {"problem", or_null(one.last_error)},
          {"put_aside", aside}};
}

void print_details(const sync::source_status& one, const std::vector<sync::stored_note>& notes, instant now) {
  const auto line = [](std::string_view name, const std::string& text) {
    if (!text.empty()) std::cout << fmt::format("  {:<13}{}\n", name, printable(text));
  };
  std::cout << fmt::format("\nsource {} ({})\n", one.name.text(), one.kind);
  if (one.failures > 0)
    line("failing", fmt::format("{}, {}: {}", one.failing_since ? distance(now, *one.failing_since) : "now",
                                counted(static_cast<std::size_t>(one.failures), "attempt"), one.last_error));
  else
    line("problem", one.last_error);
  if (!one.window.empty()) line("reading", one.window + ": " + of_window(one).text(now));
  if (one.full_under_way) line("full reading", of_full(one).text(now));
  if (const auto items = integer_at(one.last_window, "items"))
    line("last window", fmt::format("{}: {}, {} changed", text_at(one.last_window, "window"),
                                    counted(static_cast<std::size_t>(*items), "item"),
                                    integer_at(one.last_window, "changed").value_or(0)));
  if (one.sweep_under_way) line("sweep", fmt::format("under way, {} keys so far", one.sweep_items));
  if (one.swept_at) line("last sweep", distance(now, *one.swept_at) + ": " + one.sweep_result);
  line("cursor", one.cursor.size() > longest_cursor ? one.cursor.substr(0, longest_cursor) + "..." : one.cursor);
  for (const auto& told : notes) line("put aside", distance(now, told.at) + ": " + told.message);
}

/// Follows a full reading to its end; a line that is rewritten on a terminal, silent otherwise.
int follow(sync::store& db, const std::vector<source_name>& names) {
  const bool terminal = isatty(STDERR_FILENO) != 0;
  constexpr auto look_every = std::chrono::milliseconds(500);
  for (bool begun = false;;) {
    bool going = false;
    for (const auto& one : run(db.sources())) {
      if (std::ranges::find(names, one.name) == names.end()) continue;
      going = going || one.full_under_way || one.full_requested;
      begun = begun || one.full_under_way;
      if (terminal && one.full_under_way)
        std::cerr << "\r\033[K" << one.name.text() << ": " << of_full(one).text(system_clock().now()) << std::flush;
    }
    if (!going) break;
    std::this_thread::sleep_for(look_every);
  }
  if (terminal) std::cerr << "\r\033[K";
  std::cout << "the full reading has ended\n";
  return done;
}

/// The sources that were asked for; empty, said on stderr, when there is none of that name.
std::vector<source_name> asked_sources(const config::settings& settings, const options& asked) {
  std::vector<std::string> names;
  std::vector<source_name> out;
  for (const auto& source : settings.sources) {
    names.push_back(source.name.text());
    if (asked.source.empty() || asked.source == source.name.text()) out.push_back(source.name);
  }
  if (out.empty())
    std::cerr << "listingd: no such source '" << asked.source << "'" << mapping::did_you_mean(asked.source, names)
              << '\n';
  return out;
}

} // namespace

int sources(const config::settings& settings, const options& asked) {
  const auto db = open_database(settings, false);
  const auto now = system_clock().now();
  json::array out;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::pair<sync::source_status, std::vector<sync::stored_note>>> details;
  bool needs_attention = false;
  for (auto& one : run(db->sources())) {
    if (!asked.source.empty() && asked.source != one.name.text()) continue;
    auto notes = run(db->notes_of_source(one.name, put_aside_shown));
    needs_attention = needs_attention || one.failures > 0 || !one.last_error.empty();
    out.push_back(row_of(one, notes, now));
    rows.push_back({one.name.text(), one.kind, state_of(one), std::to_string(one.products),
                    one.watermark ? distance(*one.watermark, now).substr(3) : "",
                    one.last_read_at ? distance(now, *one.last_read_at) : "never"});
    details.emplace_back(std::move(one), std::move(notes));
  }
  if (asked.json) {
    print_json(out);
    return done;
  }
  print_table({"SOURCE", "KIND", "STATE", "PRODUCTS", "LAG", "LAST READ"}, rows);
  for (const auto& [one, notes] : details) print_details(one, notes, now);
  return needs_attention ? attention : done;
}

int sync(const config::settings& settings, const options& asked) {
  const auto db = open_database(settings, false);
  const auto names = asked_sources(settings, asked);
  if (names.empty()) return failed;
  for (const auto& source : settings.sources)
    if (asked.full && source.kind == "folder" && std::ranges::find(names, source.name) != names.end()) {
      std::cerr << "listingd: source " << source.name.text()
                << " is a folder, which is not read again: drop its files once more\n";
      return failed;
    }
  for (const auto& name : names) {
    if (asked.product.empty())
      run(db->request_read(name, asked.full));
    else
      run(db->request_product(name, product_key(asked.product)));
    const auto what = !asked.product.empty() ? "product " + asked.product : asked.full ? "full read" : "read";
    std::cout << "source " << name.text() << ": " << what << " requested; the running daemon takes it up\n";
  }
  if (const auto there = ask_daemon(settings, "/api/wake", json::object{}); !there) {
    std::cerr << "warning: " << there.error().text() << '\n'; // the request is kept until a daemon runs
    return done;
  }
  return asked.wait && asked.full ? follow(*db, names) : done;
}

} // namespace listingd::commands
