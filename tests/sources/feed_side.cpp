// A feed's side of the conformance suite: a catalogue with a list of changes, served as lib/pim/feed.md asks for,
// signed and compressed.
#include "model/digest.hpp"
#include "model/json.hpp"
#include "pim/feed.hpp"
#include "sources/gzipped.hpp"
#include "sources/http_side.hpp"
#include "sources/pim_side.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <spdlog/fmt/fmt.h>

namespace listingd::sources {

namespace {

const secret signing_key("the feed's own key");

json::array one_value(json::value data, json::value locale = nullptr) {
  return {json::object{{"locale", std::move(locale)}, {"scope", nullptr}, {"data", std::move(data)}}};
}

json::object record_of(const pim_product& product, instant updated) {
  json::object out{{"key", product.key},
                   {"enabled", product.enabled},
                   {"updated", to_text(updated)},
                   {"values", json::object{{"name", one_value(json::value(product.title), "en_US")},
                                           {"rank", one_value(product.rank)}}}};
  if (product.colors.empty()) return out;
  json::array variants;
  for (const auto& color : product.colors) {
    const auto key = product.key + "-" + color;
    variants.push_back(json::object{
        {"key", key},
        {"values", json::object{{"sku", one_value(json::value(key))}, {"color", one_value(json::value(color))}}}});
  }
  out["axes"] = json::array{"color"};
  out["variants"] = std::move(variants);
  return out;
}

/// The catalogue, with each product's last change. Not for two threads at once.
class change_list {
public:
  void put(const std::string& key, std::optional<json::object> record) {
    if (const auto known = last_.find(key); known != last_.end()) changes_.erase(known->second);
    last_[key] = ++number_;
    changes_[number_] = {key, std::move(record)};
  }
  [[nodiscard]] const json::object* find(const std::string& key) const {
    const auto known = last_.find(key);
    if (known == last_.end()) return nullptr;
    const auto& record = changes_.at(known->second).record;
    return record ? &*record : nullptr;
  }
  [[nodiscard]] std::string etag() const { return fmt::format("\"{}\"", number_); }

  [[nodiscard]] json::object changes_after(std::int64_t cursor, std::size_t limit,
                                           const std::set<std::string>& hidden) const {
    json::array records, deleted;
    auto at = changes_.upper_bound(cursor);
    const auto total = std::distance(at, changes_.end());
    for (std::size_t count = 0; at != changes_.end() && count < limit; ++at, ++count) {
      cursor = at->first;
      if (hidden.contains(at->second.key)) continue;
      if (at->second.record)
        records.push_back(*at->second.record);
      else
        deleted.push_back(json::value(at->second.key));
    }
    return {{"records", std::move(records)},
            {"deleted", std::move(deleted)},
            {"next_cursor", std::to_string(cursor)},
            {"has_more", at != changes_.end()},
            {"total", total}};
  }

  [[nodiscard]] json::object keys_after(const std::string& cursor, std::size_t limit,
                                        const std::set<std::string>& hidden) const {
    json::array keys;
    auto at = last_.upper_bound(cursor);
    std::string last = cursor;
    for (; at != last_.end() && keys.size() < limit; ++at) {
      last = at->first;
      if (find(at->first) != nullptr && !hidden.contains(at->first)) keys.push_back(json::value(at->first));
    }
    return {{"keys", std::move(keys)}, {"next_cursor", last}, {"has_more", at != last_.end()}};
  }

private:
  struct change {
    std::string key;
    std::optional<json::object> record;
  };
  std::map<std::string, std::int64_t> last_;
  std::map<std::int64_t, change> changes_;
  std::int64_t number_ = 0;
};

/// Gives up early while nothing will answer.
class hasty_wire final : public net::transport {
public:
  hasty_wire(net::transport& wire, const std::atomic<bool>& hasty) : wire_(wire), hasty_(hasty) {}
  task<result<net::http_response>> send(net::http_request request) override {
    if (hasty_) request.timeout = duration{150};
    co_return co_await wire_.send(std::move(request));
  }

private:
  net::transport& wire_;
  const std::atomic<bool>& hasty_;
};

class feed_side final : public pim_side {
public:
  explicit feed_side(const side_options& options) : options_(options), now_(options.time.now()) { restart(); }

  sync::source& source() override { return *source_; }

  void restart() override {
    source_ = pim::make_feed_source({.name = source_name("feed"),
                                     .url = server_.url() + "/feed/changes",
                                     .keys_url = "keys",
                                     .record_url = "records/{key}",
                                     .auth = pim::feed_auth::hmac,
                                     .credential = signing_key,
                                     .page_limit = options_.page,
                                     .most_pages = 40,
                                     .media_hosts = {}},
                                    wire_, options_.time);
  }

  void put(const pim_product& product) override {
    const std::lock_guard lock(mutex_);
    list_.put(product.key, record_of(product, now_));
  }
  void save_again(const std::string& key) override {
    const std::lock_guard lock(mutex_);
    auto record = *list_.find(key);
    record["updated"] = to_text(now_);
    list_.put(key, std::move(record));
  }
  void remove(const std::string& key) override {
    const std::lock_guard lock(mutex_);
    list_.put(key, std::nullopt);
  }
  bool hide(const std::vector<std::string>& keys) override {
    const std::lock_guard lock(mutex_);
    hidden_.insert(keys.begin(), keys.end());
    return true;
  }
  void show_all() override {
    const std::lock_guard lock(mutex_);
    hidden_.clear();
  }
  void pass(duration by) override {
    const std::lock_guard lock(mutex_);
    now_ += by;
  }

  bool meet(trouble what, int times) override { return plan(what, 0, times); }
  bool meet_after(int requests, trouble what) override { return plan(what, requests, 1); }
  void no_more_trouble() override {
    const std::lock_guard lock(mutex_);
    left_ = 0;
    hasty_ = false;
  }
  bool in_the_middle(std::function<void()> act) override {
    const std::lock_guard lock(mutex_);
    act_ = std::move(act);
    return true;
  }
  [[nodiscard]] int requests() const override {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

private:
  bool plan(trouble what, int after, int times) {
    if (what == trouble::token_expired) return false; // nothing here expires
    const std::lock_guard lock(mutex_);
    trouble_ = what;
    after_ = after;
    left_ = times;
    hasty_ = what == trouble::timeout;
    return true;
  }

  /// Whether this request meets that trouble; it then counts as met.
  bool meets(trouble what) {
    if (left_ == 0 || trouble_ != what || after_ > 0) return false;
    if (--left_ == 0) hasty_ = false;
    return true;
  }

  http_reply answer(const http_asked& asked) {
    std::function<void()> act;
    http_reply out;
    {
      const std::lock_guard lock(mutex_);
      ++requests_;
      const bool listing = asked.path == "/feed/changes" || asked.path == "/feed/keys";
      out = troubled(asked);
      if (after_ > 0) --after_;
      if (listing && out.status == 200) act = std::exchange(act_, nullptr);
    }
    if (act) act(); // it edits, so not under the lock
    return out;
  }

  http_reply troubled(const http_asked& asked) {
    if (meets(trouble::status_429)) return {.status = 429, .headers = {{"Retry-After", "7"}}, .body = "slower"};
    if (meets(trouble::status_500)) return {.status = 500, .headers = {}, .body = "{}"};
    if (meets(trouble::status_503)) return {.status = 503, .headers = {}, .body = "<html>maintenance</html>"};
    if (meets(trouble::forbidden)) return {.status = 403, .headers = {}, .body = "{}"};
    if (meets(trouble::not_json)) return {.status = 200, .headers = {}, .body = "<html>Sign in</html>"};
    if (meets(trouble::reset)) return {.how = http_reply::ending::reset};
    if (meets(trouble::timeout)) return {.how = http_reply::ending::never};
    auto out = good(asked);
    if (meets(trouble::cut_short)) out.how = http_reply::ending::cut_short;
    return out;
  }

  http_reply good(const http_asked& asked) {
    if (!is_signed(asked)) return {.status = 401, .headers = {}, .body = "{}"};
    const auto limit = static_cast<std::size_t>(std::stoi("0" + asked.query("limit")));
    if (asked.path == "/feed/changes") return changes(asked, limit);
    if (asked.path == "/feed/keys") return keys(asked, limit);
    constexpr std::string_view records = "/feed/records/";
    if (!asked.path.starts_with(records)) return {.status = 404, .headers = {}, .body = "{}"};
    const auto key = asked.path.substr(records.size());
    if (hidden_.contains(key)) return {.status = 403, .headers = {}, .body = "{}"};
    const auto* found = list_.find(key);
    return found == nullptr ? http_reply{.status = 404, .headers = {}, .body = "{}"} : page(*found);
  }

  [[nodiscard]] bool is_signed(const http_asked& asked) const {
    const std::string time(net::header(asked.headers, "X-Listingd-Timestamp"));
    const auto off = std::chrono::seconds(std::stoll("0" + time)) - now_.time_since_epoch();
    const auto right = hmac_sha256_hex(signing_key.reveal(), time + "\n" + asked.method + "\n" + asked.target);
    return off < std::chrono::minutes(5) && off > -std::chrono::minutes(5) &&
           equal_in_constant_time(right, net::header(asked.headers, "X-Listingd-Signature"));
  }

  http_reply changes(const http_asked& asked, std::size_t limit) {
    if (net::header(asked.headers, "If-None-Match") == list_.etag()) return {.status = 304, .headers = {}, .body = {}};
    if (!page_before_.empty() && meets(trouble::page_twice)) return page(page_before_);
    const auto cursor = asked.query("cursor"); // "12", or "12-3" after the third page of an endless reading
    auto made = list_.changes_after(std::stoll("0" + cursor), limit, hidden_);
    if (meets(trouble::endless_next)) {
      made["has_more"] = true;
      made["next_cursor"] = std::string(made["next_cursor"].get_string()) + fmt::format("-{}", ++endless_);
    }
    page_before_ = made;
    return page(made, made["has_more"].get_bool() ? "" : list_.etag());
  }

  http_reply keys(const http_asked& asked, std::size_t limit) {
    auto made = list_.keys_after(asked.query("cursor"), limit, hidden_);
    if (made["has_more"].get_bool() && meets(trouble::page_cut)) made["has_more"] = false;
    return page(made);
  }

  static http_reply page(const json::object& body, const std::string& etag = "") {
    http_reply out{.status = 200,
                   .headers = {{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}},
                   .body = gzipped(json::serialize(body))};
    if (!etag.empty()) out.headers.emplace_back("ETag", etag);
    return out;
  }

  side_options options_;
  mutable std::mutex mutex_; ///< the server answers on a thread of its own
  instant now_;
  change_list list_;
  std::set<std::string> hidden_;
  json::object page_before_;
  std::function<void()> act_;
  trouble trouble_{};
  int after_ = 0;
  int left_ = 0;
  int endless_ = 0;
  int requests_ = 0;
  std::atomic<bool> hasty_ = false;
  std::unique_ptr<net::transport> client_ = net::make_client({});
  hasty_wire wire_{*client_, hasty_};
  http_side server_{[this](const http_asked& asked) { return answer(asked); }};
  std::unique_ptr<sync::source> source_;
};

} // namespace

std::unique_ptr<pim_side> make_feed_side(const side_options& options) {
  return std::make_unique<feed_side>(options);
}

} // namespace listingd::sources
