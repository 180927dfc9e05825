#include "pim/folder.hpp"

#include "model/json.hpp"
#include "pim/drop_folder.hpp"
#include "pim/file_page.hpp"
#include "pim/folder_cursor.hpp"
#include "pim/folder_watch.hpp"
#include "pim/media_file.hpp"
#include "pim/record_lines.hpp"
#include "pim/report_file.hpp"

#include <system_error>

namespace listingd::pim {

namespace {

/// Waiting would change nothing: no permission, a directory, a symbolic link, a socket, a device.
bool is_hopeless(const std::error_code& code) {
  return code == std::errc::permission_denied || code == std::errc::is_a_directory ||
         code == std::errc::too_many_symbolic_link_levels || code == std::errc::no_such_device_or_address;
}

class folder_source final : public sync::source {
public:
  folder_source(folder_options options, const clock& time, asio::thread_pool& pool)
      : options_(std::move(options)), time_(time), pool_(pool), folder_(options_.directory, options_.quiet),
        watch_(options_.directory) {
    if (!options_.fetch) options_.fetch = guarded_fetcher(options_.media_hosts, options_.largest_medium);
  }

  [[nodiscard]] const source_name& name() const override { return options_.name; }
  [[nodiscard]] std::string_view kind() const override { return "folder"; }
  [[nodiscard]] sync::source_abilities abilities() const override { return {.rereads = false}; }

  [[nodiscard]] bool stirred() override { return watch_.stirred() || (look_again_ && time_.now() >= *look_again_); }

  task<result<sync::source_page>> read(std::string cursor) override {
    watch_.settle();
    look_again_.reset();
    auto read = co_await async::on_pool(pool_, [this, cursor]() -> result<file_page> {
      try {
        return read_page(cursor);
      } catch (const std::filesystem::filesystem_error& problem) {
        return try_again(problem.path1().string(), "folder_unusable", problem.code().message());
      } catch (const std::system_error& problem) {
        return try_again(options_.directory.string(), "folder_unusable", problem.code().message());
      }
    });
    if (!read) co_return std::unexpected(read.error());
    look_again_ = read->look_again;
    co_return std::move(read->page);
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
    if (ref.find("://") != std::string::npos)
      co_return co_await fetch_by_url(options_.fetch, std::move(ref), std::move(validator));
    co_return co_await async::on_pool(pool_, [this, ref, validator] {
      return read_media_file(options_.directory, ref, validator, options_.largest_medium);
    });
  }

private:
  void finish(const folder_cursor& at) {
    if (!at.end) return;
    if (const auto file = folder_.find(at.file)) folder_.finish(*file);
  }

  file_page read_page(const std::string& cursor) {
    const auto at = cursor_from(cursor);
    finish(at); // a crash may have come between the commit and committed()
    const auto now = time_.now();
    waiting_file next{.file = at.end ? std::nullopt : folder_.find(at.file)};
    const bool resumed = next.file.has_value();
    if (!resumed) next = folder_.next(now, taking_time(at.file).value_or(instant{}));
    file_page nothing{.page = {.items = {}, .rejected = {}, .cursor = cursor, .read_started = now},
                      .look_again = next.look_again};
    if (!next.file) return nothing;
    const auto& file = *next.file;
    const auto from = resumed ? at : folder_cursor{.file = file.claimed()};
    auto read = read_taken(file, from, now);
    if (!read) return put_aside(file, from, std::move(nothing.page), read.error());
    if (read->page.cursor == from.text()) read->page.cursor = cursor; // still being written: nothing has come
    return std::move(*read);
  }

  /// An error says that the file as a whole cannot be used.
  [[nodiscard]] result<file_page> read_taken(const taken_file& file, const folder_cursor& from, instant now) const {
    const auto name = printable(file.name);
    if (!is_utf8(file.name)) return bad_data(name, "file_unreadable", "the file's name is not UTF-8");
    try {
      return read_file_page(options_, now, file, from);
    } catch (const std::filesystem::filesystem_error&) {
      throw; // of what lies beside it: the file itself is good
    } catch (const std::system_error& problem) {
      if (!is_hopeless(problem.code())) throw;
      return bad_data(name, "file_unreadable", "cannot be read: " + problem.code().message());
    }
  }

  /// The file goes to failed/ with the reason in its report, and the page tells it; the reading goes on with the next.
  file_page put_aside(const taken_file& file, const folder_cursor& from, sync::source_page page, error why) {
    report_file report(file.report(), from.report);
    report.add(json::serialize(json::object{{"reason", why.text()}}) + "\n");
    report.flush();
    folder_.put_aside(file);
    why.message += "; it is in failed/ now";
    page.rejected.push_back(std::move(why));
    page.more = true;
    page.window = printable(file.name) + ", unreadable";
    return {.page = std::move(page), .look_again = std::nullopt};
  }

  folder_options options_;
  const clock& time_;
  asio::thread_pool& pool_;
  drop_folder folder_;
  folder_watch watch_;
  std::optional<instant> look_again_; ///< a file that was still being written will be quiet then
};

} // namespace

std::unique_ptr<sync::source> make_folder_source(folder_options options, const clock& time, asio::thread_pool& pool) {
  return std::make_unique<folder_source>(std::move(options), time, pool);
}

} // namespace listingd::pim
