#include "sources/folder_side.hpp"

#include "model/json.hpp"
#include "pim/folder.hpp"
#include "sources/gzipped.hpp"

#include <array>
#include <fcntl.h>
#include <fstream>
#include <map>
#include <optional>
#include <spdlog/fmt/fmt.h>
#include <stdexcept>
#include <sys/stat.h>
#include <utility>

namespace listingd::sources {

namespace {

namespace fs = std::filesystem;

/// The source under test with an ear at its pages.
class overheard final : public sync::source {
public:
  std::unique_ptr<sync::source> inner;
  std::function<void()> before_page, after_page;

  [[nodiscard]] const source_name& name() const override { return inner->name(); }
  [[nodiscard]] std::string_view kind() const override { return inner->kind(); }
  [[nodiscard]] sync::source_abilities abilities() const override { return inner->abilities(); }
  [[nodiscard]] bool stirred() override { return inner->stirred(); }
  task<void> committed(std::string cursor) override { return inner->committed(std::move(cursor)); }
  task<result<sync::fetched_media>> fetch_media(std::string ref, std::string validator) override {
    return inner->fetch_media(std::move(ref), std::move(validator));
  }
  task<result<sync::source_page>> read(std::string cursor) override {
    before_page();
    auto page = co_await inner->read(std::move(cursor));
    after_page();
    co_return page;
  }
};

enum class format { ndjson, csv };

json::value entry(json::value data, const char* locale = nullptr) {
  json::array list;
  list.push_back(json::object{
      {"locale", locale == nullptr ? json::value() : json::value(locale)}, {"scope", nullptr}, {"data", data}});
  return list;
}

std::string as_line(const pim_product& product) {
  json::object record{
      {"key", product.key},
      {"enabled", product.enabled},
      {"values", {{"name", entry(json::string(product.title), "en_US")}, {"rank", entry(product.rank)}}}};
  if (!product.colors.empty()) record["axes"] = json::array{"color"};
  json::array variants;
  for (const auto& color : product.colors) {
    const auto key = json::string(product.key + "-" + color);
    json::object values{{"color", entry(json::string(color))}, {"sku", entry(key)}};
    variants.push_back(json::object{{"key", key}, {"enabled", true}, {"values", std::move(values)}});
  }
  if (!variants.empty()) record["variants"] = std::move(variants);
  return json::serialize(record) + "\n";
}

constexpr const char* columns = "key,variant,enabled,deleted,name-en_US,rank,color,sku\r\n";

std::string as_rows(const pim_product& product) {
  std::string title = "\"";
  for (const char c : product.title) title += c == '"' ? "\"\"" : std::string(1, c);
  auto out = fmt::format("{}{},,{},,{}\",{},,\r\n", columns, product.key, product.enabled ? 1 : 0, title, product.rank);
  for (const auto& color : product.colors) out += fmt::format("{0},{0}-{1},1,,,,{1},{0}-{1}\r\n", product.key, color);
  return out;
}

void write(const fs::path& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

void date(const fs::path& path, instant at) {
  const auto since = at.time_since_epoch().count();
  const timespec time{.tv_sec = since / 1000, .tv_nsec = since % 1000 * 1'000'000};
  const std::array both{time, time};
  if (::utimensat(AT_FDCWD, path.c_str(), both.data(), 0) != 0) throw std::runtime_error("cannot date a file");
}

class folder_side final : public pim_side {
public:
  folder_side(const side_options& options, format as) : options_(options), as_(as), now_(options.time.now()) {
    heard_.before_page = [this] { meet_reader(); };
    heard_.after_page = [this] {
      if (auto act = std::exchange(in_the_middle_, nullptr)) act();
    };
    restart();
  }

  sync::source& source() override { return heard_; }
  void restart() override {
    pim::folder_options with{.name = source_name("pim"), .directory = options_.folder};
    with.csv.axes = {"color"};
    with.page_lines = static_cast<std::size_t>(options_.page);
    heard_.inner = pim::make_folder_source(std::move(with), options_.time, options_.pool);
  }

  void put(const pim_product& product) override {
    products_[product.key] = product;
    drop(as_ == format::csv ? as_rows(product) : as_line(product));
  }
  void save_again(const std::string& key) override { put(products_.at(key)); }
  void remove(const std::string& key) override {
    products_.erase(key);
    if (as_ == format::csv)
      drop(fmt::format("{}{},,,1,,,,\r\n", columns, key));
    else
      drop(json::serialize(json::object{{"key", key}, {"deleted", true}}) + "\n");
  }

  void pass(duration by) override { now_ += by; }
  /// cut_short: the newest file, or else the next one, is still being written while the next `times` pages are asked
  /// for.
  bool meet(trouble what, int times) override {
    if (what != trouble::cut_short) return false;
    slow_pages_ = times;
    write_half();
    return true;
  }
  bool meet_after(int requests, trouble what) override {
    if (what != trouble::cut_short) return false;
    slow_from_ = requests_ + requests;
    return true;
  }
  void no_more_trouble() override {
    slow_pages_ = 0;
    slow_from_ = -1;
    write_rest();
  }
  bool in_the_middle(std::function<void()> act) override {
    in_the_middle_ = std::move(act);
    return true;
  }
  [[nodiscard]] int requests() const override { return requests_; }

private:
  void drop(const std::string& bytes) {
    const bool packed = ++files_ % 2 == 0;
    newest_ = options_.folder /
              fmt::format("{:06}-delta.{}{}", files_, as_ == format::csv ? "csv" : "ndjson", packed ? ".gz" : "");
    const auto part = newest_.string() + ".part";
    write(part, packed ? gzipped(bytes) : bytes);
    date(part, now_ - duration{60'000});
    fs::rename(part, newest_);
    if (slow_pages_ > 0) write_half();
  }

  // --- a writer who is slow ------------------------------------------------------------------------------------------
  struct half_file {
    fs::path path;
    std::string whole;
  };
  void write_half() {
    if (slow_ || newest_.empty() || !fs::exists(newest_)) return;
    std::ifstream in(newest_, std::ios::binary);
    slow_ = half_file{.path = newest_, .whole = {std::istreambuf_iterator<char>(in), {}}};
    write(newest_, std::string_view(slow_->whole).substr(0, slow_->whole.size() / 2));
    date(newest_, options_.time.now());
  }
  void write_rest() {
    if (!slow_) return;
    write(slow_->path, slow_->whole);
    date(slow_->path, now_ - duration{60'000});
    slow_.reset();
  }
  void meet_reader() {
    if (requests_++ == slow_from_) meet(trouble::cut_short, 1);
    if (slow_pages_ == 0) return write_rest();
    --slow_pages_;
    if (slow_) date(slow_->path, options_.time.now());
  }

  side_options options_;
  format as_;
  instant now_; ///< the PIM's
  overheard heard_;
  std::map<std::string, pim_product> products_;
  fs::path newest_;
  std::optional<half_file> slow_;
  std::function<void()> in_the_middle_;
  int files_ = 0, requests_ = 0, slow_pages_ = 0, slow_from_ = -1;
};

} // namespace

std::unique_ptr<pim_side> make_folder_side(const side_options& options) {
  return std::make_unique<folder_side>(options, format::ndjson);
}

std::unique_ptr<pim_side> make_csv_folder_side(const side_options& options) {
  return std::make_unique<folder_side>(options, format::csv);
}

} // namespace listingd::sources
