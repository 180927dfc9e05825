#include "pim/feed.hpp"

#include "model/digest.hpp"
#include "net/media_fetch.hpp"
#include "pim/feed_client.hpp"
#include "pim/feed_page.hpp"
#include "pim/feed_places.hpp"
#include "pim/feed_records.hpp"

#include <spdlog/fmt/fmt.h>
#include <stdexcept>

namespace listingd::pim {

namespace {

constexpr int most_repeats = 3;  // pages that lead back: one may be a mishap
constexpr int most_restarts = 3; // of one window

class feed_source final : public sync::source {
public:
  feed_source(feed_options options, net::transport& wire, const clock& time)
      : options_(std::move(options)), time_(time), feed_at_(*net::parse_location(options_.url)),
        keys_at_(keys_place(options_)), address_(sha256_hex(options_.url).substr(0, 12)), client_(options_, wire, time),
        records_(options_, client_) {}

  [[nodiscard]] const source_name& name() const override { return options_.name; }
  [[nodiscard]] std::string_view kind() const override { return "feed"; }
  [[nodiscard]] sync::source_abilities abilities() const override {
    return {.rereads = true, .lists_keys = keys_at_.has_value(), .reads_one = !options_.record_url.empty()};
  }

  task<result<sync::source_page>> read(std::string cursor) override {
    auto at = feed_cursor_from(cursor, address_);
    auto got = co_await ask(feed_at_, at, cursor);
    if (!got) co_return std::unexpected(std::move(got.error()));
    sync::source_page out{.items = {}, .rejected = {}, .cursor = cursor, .read_started = got->started};
    out.window = at.window();
    out.watermark = at.began;
    if (got->answer.status == 304) co_return out;
    auto page = read_feed_page(got->answer.body, feed_at_.shown(), at.pages + 1);
    if (!page) co_return std::unexpected(std::move(page.error()));
    page->step.etag = std::move(got->answer.etag);
    out.items = std::move(page->items);
    out.rejected = std::move(page->rejected);
    out.more = page->step.has_more;
    out.total = at.total_with(page->step);
    if (out.more) out.watermark.reset();
    at.advance(page->step, out.items.size() + out.rejected.size());
    out.cursor = at.text();
    co_return out;
  }

  task<void> committed(std::string) override { co_return; } // a feed forgets by itself

  task<result<sync::key_page>> keys(std::string cursor) override {
    if (!keys_at_) co_return co_await source::keys(std::move(cursor));
    if (cursor.empty()) records_.doubt();
    auto at = feed_cursor_from(cursor, address_);
    auto got = co_await ask(*keys_at_, at, cursor);
    if (!got) co_return std::unexpected(std::move(got.error()));
    auto page = read_feed_keys(got->answer.body, keys_at_->shown());
    if (!page) co_return std::unexpected(std::move(page.error()));
    records_.shown(page->keys);
    at.advance(page->step, page->keys.size());
    sync::key_page out{.keys = std::move(page->keys), .cursor = cursor, .read_started = got->started};
    out.more = page->step.has_more;
    if (out.more) out.cursor = at.text(); // else the last page again, should the sweep be resumed
    co_return out;
  }

  task<result<bool>> is_gone(product_key key) override {
    if (!keys_at_) co_return co_await source::is_gone(std::move(key));
    co_return co_await records_.is_gone(std::move(key));
  }

  task<result<sync::source_item>> read_one(product_key key) override {
    if (options_.record_url.empty()) co_return co_await source::read_one(std::move(key));
    co_return co_await records_.read(std::move(key));
  }

  task<result<sync::fetched_media>> fetch_media(std::string ref, std::string validator) override {
    const auto to = media_place(feed_at_, ref);
    if (!to) co_return bad_data("media reference", "media_refused", "is no URL that can be fetched");
    auto answer = co_await net::fetch_media(to->shown() + to->query, validator, guard_for(*to));
    if (!answer) co_return std::unexpected(std::move(answer.error()));
    if (answer->status == 304) co_return sync::fetched_media{.unchanged = true, .bytes = {}, .validator = validator};
    std::string tag(net::header(answer->headers, "ETag"));
    co_return sync::fetched_media{.bytes = std::move(answer->body), .validator = std::move(tag)};
  }

private:
  struct asked {
    feed_answer answer;
    instant started;
  };

  /// The page that the cursor stands before. When the feed no longer knows the cursor, that of the beginning: `at`
  /// goes back there.
  task<result<asked>> ask(net::location to, feed_cursor& at, const std::string& cursor) {
    if (is_endless(at)) {
      if (told(cursor))
        co_return for_a_person(to.shown(), "endless", "has_more is true for ever, or its cursors lead in a circle");
      at.repeats = 0;
    }
    at.begin(time_.now());
    for (;;) {
      const auto started = time_.now();
      auto answer = co_await client_.get(page_place(to, at.next, options_.page_limit), at.etag);
      if (!answer) co_return std::unexpected(std::move(answer.error()));
      if (answer->status == 404)
        co_return for_a_person(to.shown(), "status", "answered with status 404: check the URL");
      if (answer->status != 410) co_return asked{.answer = std::move(*answer), .started = started};
      if (at.next.empty()) co_return for_a_person(to.shown(), "status", "answered 410 to a request without a cursor");
      if (at.restarts > 0 && at.restarts % most_restarts == 0 && told(cursor))
        co_return for_a_person(to.shown(), "cursor_too_old",
                               "answers 410 before a reading of everything has ended: cursors must live longer");
      at.restart(time_.now());
    }
  }

  [[nodiscard]] bool is_endless(const feed_cursor& at) const {
    return at.repeats >= most_repeats || (at.pages > 0 && at.pages % options_.most_pages == 0);
  }

  /// Trouble that only the other side can end: told once for a cursor, then tried again, so that it can end.
  bool told(const std::string& cursor) {
    if (told_at_ == cursor) return false;
    told_at_ = cursor;
    return true;
  }

  [[nodiscard]] net::media_guard guard_for(const net::location& to) const {
    net::media_guard guard{.hosts = options_.media_hosts, .origin = {}, .origin_headers = {}};
    guard.origin = (feed_at_.encrypted ? "https://" : "http://") + feed_at_.authority();
    guard.origin_headers = feed_credentials(options_, to, "GET", time_.now());
    guard.body_limit = options_.largest_medium;
    guard.ca_file = options_.ca_file;
    return guard;
  }

  feed_options options_;
  const clock& time_;
  net::location feed_at_;
  std::optional<net::location> keys_at_;
  std::string address_; ///< fingerprint, for the cursor
  feed_client client_;
  feed_records records_;
  std::string told_at_;
};

std::optional<std::string> mistake_in_credentials(const feed_options& options) {
  if (options.auth == feed_auth::none) return std::nullopt;
  const auto& text = options.credential.reveal();
  if (text.empty()) return "'auth' needs a credential, and 'secret_file' gives none";
  const bool header = options.auth == feed_auth::bearer;
  for (const char c : text)
    if (header && (c <= 0x20 || c >= 0x7f)) return "the bearer token holds a character that no header may hold";
  if (options.auth == feed_auth::basic && options.username.empty()) return "'username' is missing";
  return std::nullopt;
}

} // namespace

std::optional<std::string> mistake_in(const feed_options& options) {
  const auto feed = net::parse_location(options.url);
  if (!feed) return "'url': " + feed.error().message;
  if (!options.keys_url.empty() && !keys_place(options)) return "'keys_url' is no URL";
  if (!options.record_url.empty() && !record_place(options, product_key("key"))) return "'record_url' is no URL";
  if (!options.keys_url.empty() && options.record_url.empty())
    return "'keys_url' needs 'record_url': what the listing lacks is asked for before it counts as deleted";
  if (options.page_limit < 1 || options.most_pages < 1) return "a page must hold at least one item";
  return mistake_in_credentials(options);
}

std::unique_ptr<sync::source> make_feed_source(feed_options options, net::transport& wire, const clock& time) {
  if (const auto mistake = mistake_in(options)) throw std::invalid_argument("feed: " + *mistake);
  return std::make_unique<feed_source>(std::move(options), wire, time);
}

} // namespace listingd::pim
