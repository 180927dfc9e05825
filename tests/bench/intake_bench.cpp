// How fast a catalogue comes in, what it costs in memory, and what a small delta costs among few and among many. Run by
// hand on a release build: `ninja intake_bench && tests/bench/intake_bench [products of the large catalogue]`.
#include "integration/instance.hpp"
#include "model/json.hpp"
#include "postgres/cluster.hpp"
#include "sync/intake.hpp"
#include "unit/net/loop.hpp"
#include "unit/temp_folder.hpp"

#include <cstdio>
#include <fstream>

using namespace listingd;
using namespace listingd::integration;
using namespace std::chrono_literals;

namespace {

constexpr int page_size = 100;

/// A PIM that makes up its catalogue as it is asked: nothing is held.
class generated_source final : public sync::source {
public:
  explicit generated_source(const clock& time) : time_(time) {}
  std::int64_t products = 0;
  std::int64_t changed_from = 0, changed_to = 0; ///< the keys that the next window of changes brings, anew
  int revision = 1;
  duration producing{0};

  [[nodiscard]] const source_name& name() const override { return name_; }
  [[nodiscard]] std::string_view kind() const override { return "generated"; }
  [[nodiscard]] sync::source_abilities abilities() const override { return {}; }
  task<void> committed(std::string) override { co_return; }
  task<result<sync::fetched_media>> fetch_media(std::string ref, std::string) override {
    co_return bad_data(ref, "media_missing", "there are none");
  }

  task<result<sync::source_page>> read(std::string cursor) override {
    const auto begun = std::chrono::steady_clock::now();
    const bool first = cursor.empty() || cursor.starts_with("all");
    const std::int64_t at = first ? (cursor.empty() ? 0 : std::stoll(cursor.substr(4))) : changed_from;
    const std::int64_t end = first ? products : changed_to;
    const auto last = std::min(at + page_size, end);
    sync::source_page page{.items = {}, .rejected = {}, .cursor = "", .more = last < end, .read_started = time_.now()};
    for (auto i = at; i < last; ++i)
      page.items.push_back({.where = "item " + std::to_string(i), .key = {}, .payload = record(i)});
    page.total = end;
    page.cursor = first && page.more ? "all " + std::to_string(last) : "changes " + std::to_string(++windows_);
    if (!first) changed_from = last;
    if (!page.more) page.watermark = page.read_started;
    producing += std::chrono::duration_cast<duration>(std::chrono::steady_clock::now() - begun);
    co_return page;
  }

private:
  [[nodiscard]] json::value record(std::int64_t i) const {
    const auto value = [](const json::value& data) {
      return json::array{json::object{{"locale", nullptr}, {"scope", nullptr}, {"data", data}}};
    };
    json::array variants;
    for (const auto* color : {"red", "green", "blue"})
      variants.push_back(json::object{{"key", std::to_string(i) + color},
                                      {"values", json::object{{"sku", value("SKU-" + std::to_string(i) + color)},
                                                              {"color", value(color)},
                                                              {"stock", value(17)}}}});
    return json::object{{"key", "product-" + std::to_string(i)},
                        {"family", "tshirts"},
                        {"enabled", true},
                        {"values", json::object{{"name", value("Product " + std::to_string(i) + " of revision " +
                                                               std::to_string(revision))},
                                                {"description", value(std::string(900, 'd'))},
                                                {"price", value("19.99")}}},
                        {"axes", json::array{"color"}},
                        {"variants", std::move(variants)}};
  }
  source_name name_{"pim"};
  const clock& time_;
  int windows_ = 0;
};

double peak_megabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
  return 0;
}
void forget_peak() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

struct bench {
  bench() : daemon(loop.executor(), time, wiring()), source(time) {}
  test::temp_folder folder;
  manual_clock time{system_clock().now()};
  std::string database = test::cluster::shared().migrated_database();
  tests::loop loop;
  instance daemon;
  generated_source source;

  void measure(const char* what) {
    forget_peak();
    const auto before = peak_megabytes();
    source.producing = duration{0};
    const auto begun = std::chrono::steady_clock::now();
    time.advance(60s);
    const auto done = loop.run(daemon.intake.read_all(source));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    if (!done) throw std::runtime_error(done.error().text());
    const auto items = done->changed + done->unchanged;
    const double making = std::chrono::duration<double>(source.producing).count();
    std::printf("%-44s %8d items %8.2f s %9.0f items/s   of it making records %6.2f s, the rest the database\n"
                "%-44s memory %.0f MB before, %.0f MB at most\n",
                what, items, took.count(), items / took.count(), making, "", before, peak_megabytes());
  }

private:
  instance_options wiring() {
    std::filesystem::create_directories(folder.path() / "unused");
    return {.database = database,
            .tiktok_url = "http://127.0.0.1:1",
            .catalogue = folder.path() / "unused",
            .media = folder.path() / "media",
            .profile = std::make_shared<const mapping::profile>()};
  }
};

void catalogue_of(std::int64_t products, const std::string& name) {
  bench one;
  one.source.products = products;
  one.measure(("first import of " + name).c_str());
  for (int round = 0; round < 3; ++round) {
    one.source.revision += 1;
    one.source.changed_from = products / 2 + 1000 * round;
    one.source.changed_to = one.source.changed_from + 100;
    one.measure(("delta of 100 among " + name).c_str());
  }
  one.source.changed_from = one.source.changed_to - 100; // the same again
  one.measure(("the same delta again, among " + name).c_str());
}

} // namespace

int main(int argc, char** argv) {
  catalogue_of(10'000, "10,000");
  catalogue_of(100'000, "100,000");
  const std::int64_t many = argc > 1 ? std::stoll(argv[1]) : 1'000'000;
  catalogue_of(many, std::to_string(many));
}
