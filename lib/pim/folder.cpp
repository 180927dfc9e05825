#include "pim/folder.hpp"

#include "net/media_fetch.hpp"
#include "pim/drop_folder.hpp"
#include "pim/folder_cursor.hpp"
#include "pim/media_file.hpp"
#include "pim/record_lines.hpp"
#include "pim/report_file.hpp"

#include <algorithm>
#include <spdlog/fmt/fmt.h>
#include <system_error>

namespace listingd::pim {

namespace {

/// For messages: a file's name may hold anything.
std::string printable(std::string name) {
  if (!is_utf8(name)) std::ranges::replace_if(name, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  std::ranges::replace_if(name, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, '?');
  return name;
}

const auto not_a_file = std::make_error_code(std::errc::not_supported);

/// Waiting would change nothing: no permission, a directory, a symbolic link, a socket, a device.
bool is_hopeless(const std::error_code& code) {
  return code == not_a_file || code == std::errc::permission_denied || code == std::errc::is_a_directory ||
         code == std::errc::too_many_symbolic_link_levels || code == std::errc::no_such_device_or_address;
}

/// One page of one file.
class page_reading {
public:
  page_reading(const folder_options& options, const clock& time, const taken_file& file, folder_cursor from)
      : options_(options), time_(time), file_(file), at_(std::move(from)) {}

  sync::source_page read() {
    const open_file bytes(file_.path);
    if (!S_ISREG(bytes.facts().st_mode)) throw std::system_error(not_a_file);
    report_file report(file_.report(), at_.report);
    line_reader lines(bytes, at_.offset, at_.line, options_.longest_line);
    const auto stop = at_.offset + options_.page_bytes;
    std::size_t count = 0;
    page_.more = true;
    for (auto line = lines.next(); line; line = lines.next()) {
      take(std::move(*line), report);
      if (++count >= options_.page_lines || lines.offset() >= stop) break;
    }
    if (count < options_.page_lines && lines.offset() < stop) finish(bytes, lines, report);
    at_.offset = lines.offset();
    at_.line = lines.number();
    at_.report = report.flush();
    page_.cursor = at_.text();
    page_.read_started = file_.started;
    return std::move(page_);
  }

private:
  void take(text_line line, report_file& report) {
    trim(line);
    if (is_blank(line)) return;
    auto item = read_item(line, printable(file_.name));
    if (item) {
      if (!item->deleted) ++at_.records;
      page_.items.push_back(std::move(*item));
      return;
    }
    report.add(report_entry(line, item.error().text()));
    page_.rejected.push_back(std::move(item.error()));
  }

  /// Every line that has an ending is read. Whoever still writes the file may add to it.
  void finish(const open_file& bytes, line_reader& lines, report_file& report) {
    const auto facts = bytes.facts();
    const bool shorter = static_cast<std::uint64_t>(facts.st_size) < lines.offset();
    if (!shorter && !is_quiet(facts, time_.now(), options_.quiet)) {
      page_.more = false;
      return;
    }
    if (auto line = lines.rest()) take(std::move(*line), report);
    at_.end = true;
    if (shorter) complain("file_cut", "the file became shorter while it was being read; its end is missing");
    if (file_.is_full()) finish_listing(shorter || at_.report > 0 || report.size() > 0);
  }

  /// A product that is missing may stand on a line that could not be read.
  void finish_listing(bool damaged) {
    if (at_.records == 0)
      complain("sweep_refused", "a full listing without a single product deletes nothing");
    else if (damaged)
      complain("sweep_refused", "lines of this full listing could not be used, so it deletes nothing");
    else
      page_.sweep_complete = true;
  }

  void complain(std::string code, std::string message) {
    page_.rejected.push_back(bad_data(printable(file_.name), std::move(code), std::move(message)).error());
  }

  const folder_options& options_;
  const clock& time_;
  const taken_file& file_;
  folder_cursor at_;
  sync::source_page page_;
};

url_fetcher guarded_fetcher(const folder_options& options) {
  net::media_guard guard{
      .hosts = options.media_hosts, .origin = "", .origin_headers = {}, .body_limit = options.largest_medium};
  return [guard](std::string url, std::string validator) {
    return net::fetch_media(std::move(url), std::move(validator), guard);
  };
}

class folder_source final : public sync::source {
public:
  folder_source(folder_options options, const clock& time, asio::thread_pool& pool)
      : options_(std::move(options)), time_(time), pool_(pool), folder_(options_.directory, options_.quiet) {
    if (!options_.fetch) options_.fetch = guarded_fetcher(options_);
  }

  [[nodiscard]] const source_name& name() const override { return options_.name; }
  [[nodiscard]] std::string_view kind() const override { return "folder"; }
  [[nodiscard]] sync::source_abilities abilities() const override { return {.rereads = false}; }

  task<result<sync::source_page>> read(std::string cursor) override {
    co_return co_await async::on_pool(pool_, [this, cursor]() -> result<sync::source_page> {
      try {
        return read_page(cursor);
      } catch (const std::filesystem::filesystem_error& problem) {
        return try_again(problem.path1().string(), "folder_unusable", problem.code().message());
      } catch (const std::system_error& problem) {
        return try_again(options_.directory.string(), "folder_unusable", problem.code().message());
      }
    });
  }

  task<void> committed(std::string cursor) override {
    co_await async::on_pool(pool_, [this, cursor] {
      try {
        finish(cursor_from(cursor));
        return true;
      } catch (const std::system_error&) {
        return false; // the next read() tries again and reports
      }
    });
  }

  task<result<sync::fetched_media>> fetch_media(std::string ref, std::string validator) override {
    if (ref.find("://") != std::string::npos) co_return co_await fetch_url(std::move(ref), std::move(validator));
    co_return co_await async::on_pool(pool_, [this, ref, validator] {
      return read_media_file(options_.directory, ref, validator, options_.largest_medium);
    });
  }

private:
  void finish(const folder_cursor& at) {
    if (!at.end) return;
    if (const auto file = folder_.find(at.file)) folder_.finish(*file);
  }

  sync::source_page read_page(const std::string& cursor) {
    const auto at = cursor_from(cursor);
    finish(at); // a crash may have come between the commit and committed()
    const auto now = time_.now();
    auto file = at.end ? std::nullopt : folder_.find(at.file);
    const bool resumed = file.has_value();
    if (!file) file = folder_.next(now, taking_time(at.file).value_or(instant{}));
    sync::source_page nothing{.items = {}, .rejected = {}, .cursor = cursor, .more = false, .read_started = now};
    if (!file) return nothing;
    const auto from = resumed ? at : folder_cursor{.file = file->claimed()};
    if (!is_utf8(file->name)) return put_aside(*file, nothing, "the file's name is not UTF-8");
    try {
      auto page = page_reading(options_, time_, *file, from).read();
      if (page.cursor == from.text()) page.cursor = cursor; // still being written: nothing has come
      return page;
    } catch (const std::filesystem::filesystem_error&) {
      throw; // of the report beside it: the file itself is good
    } catch (const std::system_error& problem) {
      if (!is_hopeless(problem.code())) throw;
      return put_aside(*file, nothing,
                       problem.code() == not_a_file ? "is not a file" : "cannot be read: " + problem.code().message());
    }
  }

  /// The file goes to failed/ and the page tells it; the reading goes on with the next.
  sync::source_page put_aside(const taken_file& file, sync::source_page page, std::string why) {
    folder_.put_aside(file);
    page.rejected.push_back(
        bad_data(printable(file.name), "file_unreadable", std::move(why) + "; it is in failed/ now").error());
    page.more = true;
    return page;
  }

  task<result<sync::fetched_media>> fetch_url(std::string url, std::string validator) {
    auto answer = co_await options_.fetch(url, validator);
    if (!answer) co_return std::unexpected(answer.error());
    if (answer->status == 304) co_return sync::fetched_media{.unchanged = true, .bytes = {}, .validator = validator};
    // the query may hold a signature, so the message names only what stands before it
    const auto where = url.substr(0, url.find('?'));
    if (answer->status == 429 || answer->status >= 500)
      co_return try_again(where, "media_unreachable", fmt::format("answered {}", answer->status));
    if (answer->status != 200) co_return bad_data(where, "media_missing", fmt::format("answered {}", answer->status));
    std::string tag(net::header(answer->headers, "ETag"));
    co_return sync::fetched_media{.bytes = std::move(answer->body), .validator = std::move(tag)};
  }

  folder_options options_;
  const clock& time_;
  asio::thread_pool& pool_;
  drop_folder folder_;
};

} // namespace

std::unique_ptr<sync::source> make_folder_source(folder_options options, const clock& time, asio::thread_pool& pool) {
  return std::make_unique<folder_source>(std::move(options), time, pool);
}

} // namespace listingd::pim
