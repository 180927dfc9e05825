// The law of the folder, over random files and random crashes: every good line is delivered, and every bad one stands
// in the report exactly once.
#include "folder_rig.hpp"
#include "sources/gzipped.hpp"

#include <random>

namespace listingd::pim {

using namespace test;

namespace {

struct made_file {
  std::string name, bytes;
  std::set<std::string> good;
  std::multiset<std::int64_t> bad; ///< line numbers
};

class world {
public:
  explicit world(unsigned seed) : random_(seed) {}

  int below(int most) { return std::uniform_int_distribution<int>(0, most - 1)(random_); }
  bool one_in(int many) { return below(many) == 0; }

  made_file file(int number) {
    const bool csv = one_in(2);
    made_file out{.name = std::to_string(number) + (one_in(3) ? "-full" : "-delta") + (csv ? ".csv" : ".ndjson"),
                  .bytes = csv ? "key,name\n" : "",
                  .good = {},
                  .bad = {}};
    const int first = csv ? 2 : 1, lines = below(25);
    for (int line = first; line < first + lines; ++line) {
      if (one_in(4)) {
        out.bytes += one_in(6) ? std::string(400, 'y') : csv ? wrong_row() : wrong_line();
        out.bad.insert(line);
      } else if (!one_in(5)) {
        const auto key = std::to_string(number) + "." + std::to_string(line);
        out.bytes += csv ? key + ",\"a, b\"" : record(key);
        out.good.insert(key);
      }
      if (line + 1 < first + lines || one_in(2)) out.bytes += one_in(5) ? "\r\n" : "\n";
    }
    if (!one_in(3)) return out;
    out.name += ".gz";
    out.bytes = sources::gzipped(out.bytes);
    return out;
  }

private:
  std::string wrong_line() {
    constexpr const char* wrong[] = {"{", "null", "\xFF\xFE", "{\"key\":\"\"}", "[1,2]"};
    return wrong[below(5)];
  }
  std::string wrong_row() {
    constexpr const char* wrong[] = {"x", "x,y,z", ",y", "\"x\"y,z", "x,\"lost", "\xFF,y"};
    return wrong[below(6)];
  }
  std::mt19937 random_;
};

std::multiset<std::int64_t> reported(const folder_rig& at, const std::string& name) {
  std::multiset<std::int64_t> out;
  const auto stem = name.ends_with(".ndjson") ? name.substr(0, name.size() - 7) : name;
  std::istringstream report(at.folder.read("done/" + stem + ".rejected.ndjson"));
  for (std::string line; std::getline(report, line);)
    out.insert(integer_at(parse_json(line, "report").value(), "line").value());
  return out;
}

/// Reads until nothing is left, crashing now and then before the commit, or between the commit and the word of it.
std::set<std::string> read_with_crashes(folder_rig& at, world& chance) {
  std::set<std::string> seen;
  while (true) {
    const auto page = at.read();
    if (folder_rig::idle(page, at.cursor)) return seen;
    for (const auto& item : page.items) seen.insert(text_at(item.payload, "key"));
    if (chance.one_in(4)) {
      at.restart();
      continue;
    }
    at.cursor = page.cursor;
    if (chance.one_in(4))
      at.restart();
    else
      at.tell_committed();
    at.time.advance(duration{chance.below(3)});
  }
}

} // namespace

TEST_CASE("whatever the files hold and wherever it crashes, good lines arrive and bad lines are reported once") {
  const auto seed = static_cast<unsigned>(GENERATE(range(0, 60)));
  world chance(seed);
  folder_rig at;
  at.options.page_lines = 1 + static_cast<std::size_t>(chance.below(6));
  at.options.page_bytes = 1 + static_cast<std::uint64_t>(chance.below(300));
  at.options.longest_line = 300;
  at.restart();
  std::vector<made_file> files;
  std::set<std::string> good;
  for (int number = 0; number < 4; ++number) {
    files.push_back(chance.file(number));
    at.drop(files.back().name, files.back().bytes);
    good.merge(std::set(files.back().good));
  }
  INFO("seed " << seed);
  CHECK(read_with_crashes(at, chance) == good);
  CHECK(at.names("processing").empty());
  for (const auto& file : files) {
    CHECK(at.folder.read("done/" + file.name) == file.bytes);
    CHECK(reported(at, file.name) == file.bad);
  }
}

} // namespace listingd::pim
