#include "pim/file_page.hpp"

#include "pim/csv_products.hpp"
#include "pim/record_lines.hpp"
#include "pim/report_file.hpp"
#include "pim/unpack.hpp"

#include <algorithm>
#include <spdlog/fmt/fmt.h>
#include <utility>

namespace listingd::pim {

namespace {

class page_reading {
public:
  page_reading(const folder_options& options, instant now, const taken_file& file, const open_file& bytes,
               folder_cursor from)
      : options_(options), now_(now), file_(file), name_(printable(file.name)), bytes_(bytes), at_(std::move(from)),
        report_(file.report(), at_.report) {}

  result<file_page> read() {
    const auto entries = file_.is_csv() ? entries_of_csv(bytes_, name_, at_, options_)
                                        : entries_of_lines(bytes_, name_, at_, options_.longest_line);
    const auto stop = at_.offset + options_.page_bytes;
    bool ended = false;
    while (count_ < options_.page_lines && at_.offset < stop && !at_.end) {
      auto some = entries->next();
      if (!some) return std::unexpected(some.error());
      for (auto& entry : *some) take(std::move(entry));
      entries->mark(at_);
      if (!some->empty()) continue;
      if (ended) finish();
      if (!ended && is_being_written()) break;
      ended = true;
      entries->file_has_ended();
    }
    at_.report = report_.flush();
    describe();
    return std::move(out_);
  }

private:
  void take(file_entry entry) {
    ++count_;
    if (!entry.item) {
      report_.add(report_entry(entry.source, entry.item.error().text()));
      out_.page.rejected.push_back(std::move(entry.item.error()));
      return;
    }
    ++at_.items;
    if (!entry.item->deleted) ++at_.records;
    out_.page.items.push_back(std::move(*entry.item));
  }

  [[nodiscard]] std::uint64_t size() const { return static_cast<std::uint64_t>(bytes_.facts().st_size); }

  /// Every complete entry is read; whoever still writes the file may add to it.
  bool is_being_written() {
    shorter_ = size() < at_.offset;
    if (shorter_ || file_.is_packed()) return false;
    out_.look_again = busy_until(bytes_.facts(), now_, options_.quiet);
    return out_.look_again.has_value();
  }

  void finish() {
    at_.end = true;
    out_.page.watermark = file_.started;
    if (shorter_) complain("file_cut", "the file became shorter while it was being read; its end is missing");
    if (!file_.is_full()) return;
    if (at_.records == 0)
      complain("sweep_refused", "a full listing without a single product deletes nothing");
    else if (shorter_ || report_.size() > 0) // a product that is missing may stand on a line that could not be read
      complain("sweep_refused", "lines of this full listing could not be used, so it deletes nothing");
    else
      out_.page.sweep_complete = true;
  }

  void complain(std::string code, std::string message) {
    out_.page.rejected.push_back(bad_data(name_, std::move(code), std::move(message)).error());
  }

  void describe() {
    auto& page = out_.page;
    page.more = !out_.look_again;
    page.cursor = at_.text();
    page.read_started = file_.started;
    page.window = fmt::format("{}, {}", name_, file_.is_full() ? "a full listing" : "a delta");
    if (at_.end)
      page.total = static_cast<std::int64_t>(at_.items);
    else if (at_.items > 0) // as if the rest were like what is read
      page.total = static_cast<std::int64_t>(static_cast<double>(at_.items) * static_cast<double>(size()) /
                                             static_cast<double>(at_.offset));
  }

  const folder_options& options_;
  instant now_;
  const taken_file& file_;
  std::string name_;
  const open_file& bytes_;
  folder_cursor at_;
  report_file report_;
  std::size_t count_ = 0;
  bool shorter_ = false;
  file_page out_;
};

} // namespace

std::string printable(std::string name) {
  if (!is_utf8(name)) std::ranges::replace_if(name, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  std::ranges::replace_if(name, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, '?');
  return name;
}

result<file_page> read_file_page(const folder_options& options, instant now, const taken_file& file,
                                 folder_cursor from) {
  const open_file bytes(file.path);
  const auto facts = bytes.facts();
  if (!S_ISREG(facts.st_mode)) return bad_data(printable(file.name), "file_unreadable", "is not a file");
  if (!file.is_packed()) return page_reading(options, now, file, bytes, std::move(from)).read();
  if (const auto done = unpack(bytes, file.unpacked(), options.largest_file); !done) {
    const auto busy = busy_until(facts, now, options.quiet);
    if (!busy) return bad_data(printable(file.name), "file_unreadable", done.error().message);
    return file_page{.page = {.items = {}, .rejected = {}, .cursor = from.text()}, .look_again = busy};
  }
  const open_file content(file.unpacked());
  return page_reading(options, now, file, content, std::move(from)).read();
}

} // namespace listingd::pim
