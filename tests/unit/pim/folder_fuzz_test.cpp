// NDJSON and CSV files spoiled at random: nothing crashes the reading, pages of any size give what one page gives, and
// everything that stood in a file is delivered or put aside with its text. LISTINGD_SEEDS multiplies the cases.
#include "folder_rig.hpp"
#include "pim/csv_products.hpp"
#include "pim/csv_rows.hpp"
#include "pim/record_lines.hpp"

#include <cstdlib>
#include <random>

namespace listingd::pim {

using namespace test;

namespace {

constexpr unsigned cases_per_run = 2'000; // times LISTINGD_SEEDS

unsigned cases_wanted() {
  const char* times = std::getenv("LISTINGD_SEEDS"); // NOLINT(concurrency-mt-unsafe): nobody sets it
  return cases_per_run * static_cast<unsigned>(std::max(1, times == nullptr ? 1 : std::atoi(times)));
}

/// A good file and ways to spoil it. Each row carries a token that no other has.
class spoiled_file {
public:
  explicit spoiled_file(unsigned seed, bool csv) : random_(seed) {
    with_variants_ = below(3) > 0;
    csv ? write_rows() : write_lines();
    for (auto ways = below(4); ways > 0; --ways) spoil();
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] const std::vector<std::string>& tokens() const { return tokens_; }
  std::size_t below(std::size_t limit) { return random_() % limit; }

private:
  template <std::size_t n>
  const char* one_of(const char* const (&list)[n]) {
    return list[below(n)];
  }
  std::string token() {
    tokens_.push_back("T" + std::to_string(tokens_.size()) + "z");
    return tokens_.back();
  }
  std::string line_ending() { return below(6) == 0 ? "\r\n" : "\n"; }

  void write_lines() {
    for (auto lines = below(12); lines > 0; --lines) {
      bytes_ += below(6) == 0 ? R"({"key":"k)" + token() + R"(","deleted":true})"
                              : R"({"key":"k","values":{"name":[{"data":")" + token() + "\"}]}}";
      bytes_ += below(12) == 0 ? "" : line_ending();
    }
  }

  void write_rows() {
    static const char* const texts[] = {"",         "plain",   "\"quoted\"", "\"a \"\"b\"\", c\"", "\"two\nlines\"",
                                        "\"\r\n\"", " blank ", "\xC3\xA9"};
    if (below(5) == 0) bytes_ += "\xEF\xBB\xBF";
    bytes_ += with_variants_ ? "key,variant,family,sku,name-en_US" : "key,family,enabled,sku,name-en_US";
    bytes_ += line_ending();
    for (auto products = below(6); products > 0; --products) {
      const auto key = "k" + std::to_string(products);
      for (std::size_t row = 0, rows = 1 + (with_variants_ ? below(4) : 0); row < rows; ++row) {
        const auto second = with_variants_ ? (row > 0 || below(2) == 0 ? "v" + std::to_string(row) : "") : "fam";
        bytes_ += key + "," + second + ",," + token() + "," + one_of(texts) + (below(15) == 0 ? "" : line_ending());
      }
    }
  }

  void spoil() {
    static const char* const pieces[] = {"\"",           "\"\"", ",", "\n", "\r", "\r\n", ";",       "-",    "|",
                                         "\xEF\xBB\xBF", "\xFF", "{", "}",  "[",  "\\",   "\\u0000", "null", " "};
    const auto at = below(bytes_.size() + 1);
    const auto some = std::min(below(30), bytes_.size() - at);
    switch (below(7)) {
    case 0:
      if (at < bytes_.size()) bytes_[at] ^= static_cast<char>(1U << below(8));
      break;
    case 1:
      bytes_.erase(at, some);
      break;
    case 2:
    case 3:
      bytes_.insert(at, one_of(pieces));
      break;
    case 4:
      bytes_.insert(below(bytes_.size() + 1), bytes_.substr(at, some));
      break;
    case 5:
      bytes_.insert(at, below(2) == 0 ? 400 : 1, below(2) == 0 ? 'y' : '\0');
      break;
    default:
      bytes_.resize(at);
    }
  }

  std::mt19937 random_;
  bool with_variants_ = false;
  std::string bytes_;
  std::vector<std::string> tokens_;
};

/// All that the reading gave, in its order, as texts; and what was kept of lines that were too long is marked.
struct outcome {
  std::vector<std::string> entries;
  std::vector<std::uint64_t> lines;
  std::string everything; ///< payloads, keys of tombstones and texts put aside
  bool cut = false;
  std::string unusable; ///< why the file as a whole is
  bool operator==(const outcome&) const = default;
};

struct fuzz_rig {
  listingd::test::temp_folder folder;
  folder_options options{.name = source_name("pim"), .directory = {}};
  bool csv = GENERATE(false, true);

  /// Reads by pages of `page` entries; each page begins anew from the cursor's text.
  outcome read(const std::filesystem::path& path, std::size_t page) {
    outcome out;
    const open_file file(path);
    folder_cursor at;
    at.file = "f";
    while (!at.end) {
      const auto entries =
          csv ? entries_of_csv(file, "f", at, options) : entries_of_lines(file, "f", at, options.longest_line);
      read_page(*entries, page, at, out);
      at = cursor_from(at.text());
    }
    return out;
  }

private:
  static void read_page(file_entries& entries, std::size_t page, folder_cursor& at, outcome& out) {
    bool ended = false;
    for (std::size_t count = 0; count < page && !at.end;) {
      const auto some = entries.next();
      if (!some) {
        out.unusable = some.error().text();
        at.end = true;
        return;
      }
      for (const auto& entry : *some) take(entry, out);
      count += some->size();
      entries.mark(at);
      if (!some->empty()) continue;
      at.end = ended;
      ended = true;
      entries.file_has_ended();
    }
  }

  static void take(const file_entry& entry, outcome& out) {
    out.lines.push_back(entry.source.number);
    out.cut = out.cut || entry.source.too_long;
    if (!entry.item) {
      out.entries.push_back(entry.item.error().text());
      out.everything += entry.source.text + '\n';
      return;
    }
    const auto text = entry.item->deleted ? entry.item->key.text() : json::serialize(entry.item->payload);
    out.entries.push_back(entry.item->where + " " + text);
    out.everything += text + '\n';
  }
};

/// The lines of an NDJSON file that hold anything.
std::vector<std::uint64_t> lines_with_text(const std::string& bytes) {
  std::vector<std::uint64_t> out;
  std::istringstream in(bytes);
  std::uint64_t number = 0;
  for (std::string line; std::getline(in, line);) {
    if (++number == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    if (line.find_first_not_of(" \t\r") != std::string::npos) out.push_back(number);
  }
  return out;
}

std::string header_of(const std::filesystem::path& path, const folder_options& options) {
  const open_file file(path);
  csv_rows rows(file, 0, 0, options.csv.separator, options.longest_line);
  rows.file_has_ended();
  const auto header = rows.next();
  return header ? header->source.text : "";
}

} // namespace

TEST_CASE("whatever a file holds, all of it is delivered or put aside, and pages of any size give the same") {
  fuzz_rig at;
  for (unsigned seed = 0; seed < cases_wanted(); ++seed) {
    spoiled_file file(seed, at.csv);
    at.options.longest_line = file.below(3) == 0 ? 300 : 4'000'000;
    at.options.product_rows = 1 + file.below(4);
    const auto path = at.folder.put("f", file.bytes());
    const auto whole = at.read(path, 1'000'000);
    const auto paged = at.read(path, 1 + file.below(4));
    INFO("seed " << seed << (at.csv ? " csv" : " ndjson"));
    REQUIRE(paged == whole);
    if (!at.csv) REQUIRE(whole.lines == lines_with_text(file.bytes()));
    if (whole.cut || !whole.unusable.empty()) continue;
    const auto header = at.csv ? header_of(path, at.options) : "";
    for (const auto& token : file.tokens()) {
      if (!at.csv || file.bytes().find(token) == std::string::npos || header.find(token) != std::string::npos) continue;
      INFO(token);
      REQUIRE(whole.everything.find(token) != std::string::npos);
    }
  }
}

} // namespace listingd::pim
