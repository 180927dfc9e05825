// `listingd watch`: a line per event as it happens, progress at the foot when a person looks on, an end when all is at
// rest.
#include "commands/commands.hpp"

#include "model/printable.hpp"

#include <iostream>
#include <map>
#include <set>
#include <thread>
#include <unistd.h>

namespace listingd::commands {

namespace {

constexpr duration look_every{250};
constexpr duration overlap{10'000}; // notes become visible in commit order, not in time order
constexpr int most_notes = 5000;

struct tally {
  int listings = 0, at_rest = 0;
  std::map<std::string, int> by_state;
};

tally count(const std::vector<sync::status_row>& rows) {
  tally out;
  for (const auto& row : rows) {
    ++out.listings;
    ++out.by_state[row.state.job];
    if (row.state.job != "working") ++out.at_rest;
  }
  return out;
}

std::string bar(const tally& now, int expect) {
  constexpr int width = 30;
  const int whole = std::max({now.listings, expect, 1});
  const int filled = now.at_rest * width / whole;
  std::string out = "[" + std::string(static_cast<std::size_t>(filled), '#') +
                    std::string(static_cast<std::size_t>(width - filled), '.') + "] " + std::to_string(now.at_rest) +
                    "/" + std::to_string(whole) + " at rest";
  for (const auto& [state, number] : now.by_state) out += "  " + state + " " + std::to_string(number);
  return out;
}

std::string line_of(const sync::stored_note& note) {
  const auto time = to_text(note.at).substr(11, 8);
  const auto& about = note.about.product.empty() ? note.about.source.text() : note.about.product.text();
  std::string line = time + "  " + about + "  " + note.event + ": " + note.message;
  constexpr std::size_t longest = 160;
  if (line.size() > longest) line = line.substr(0, longest - 3) + "...";
  return line;
}

} // namespace

int watch(const config::settings& settings, const options& asked) {
  const auto db = open_database(settings, false);
  const system_clock clock;
  const bool person = isatty(STDOUT_FILENO) != 0;
  const auto started = clock.now();
  std::set<std::int64_t> seen;
  auto newest = started - overlap;
  while (true) {
    for (const auto& note : run(db->notes_since(newest - overlap, most_notes))) {
      newest = std::max(newest, note.at);
      if (!seen.insert(note.id).second) continue;
      if (person) std::cout << "\r\033[K";
      std::cout << printable(line_of(note)) << '\n';
    }
    const auto now = count(run(db->status(std::nullopt)));
    if (person) std::cout << "\r\033[K" << bar(now, asked.expect);
    std::cout.flush();
    if (asked.until_settled && now.listings >= std::max(asked.expect, 1) && now.at_rest == now.listings) {
      std::cout << (person ? "\n" : "") << (person ? "" : bar(now, asked.expect) + "\n");
      return done;
    }
    if (asked.timeout.count() > 0 && clock.now() - started > asked.timeout) {
      std::cout << "\nnot at rest after " << asked.timeout.count() / 1000 << " s: " << bar(now, asked.expect) << '\n';
      return failed;
    }
    std::this_thread::sleep_for(look_every); // a command has no loop to block
  }
}

} // namespace listingd::commands
