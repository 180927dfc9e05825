#include "pim/feed_records.hpp"

#include "pim/feed_page.hpp"
#include "pim/feed_places.hpp"

#include <algorithm>

namespace listingd::pim {

namespace {

constexpr std::size_t most_samples = 3; // one may be deleted a moment after it was listed

bool is_absent(const feed_answer& answer) {
  return answer.status == 404 || answer.status == 410;
}

} // namespace

void feed_records::doubt() {
  proven_ = false;
  samples_.clear();
}

void feed_records::shown(const std::vector<product_key>& keys) {
  if (keys.empty()) return;
  samples_.assign(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(std::min(keys.size(), most_samples)));
}

task<result<bool>> feed_records::is_gone(product_key key) {
  const auto answer = co_await get(std::move(key));
  if (!answer && (answer.error().code == "forbidden" || answer.error().code == "key_unusable")) co_return false;
  if (!answer) co_return std::unexpected(answer.error());
  if (!is_absent(*answer)) co_return false;
  const auto believed = co_await prove();
  if (!believed) co_return std::unexpected(believed.error());
  co_return true;
}

task<result<sync::source_item>> feed_records::read(product_key key) {
  const auto answer = co_await get(key);
  if (!answer) co_return std::unexpected(answer.error());
  const auto where = record_place(options_, key)->shown();
  if (!is_absent(*answer)) co_return read_feed_record(answer->body, where, key);
  const auto believed = co_await prove();
  if (!believed) co_return std::unexpected(believed.error());
  co_return sync::source_item{.where = where, .deleted = true, .key = key, .payload = nullptr};
}

task<result<feed_answer>> feed_records::get(product_key key) {
  auto to = record_place(options_, key);
  if (!to) co_return bad_data("record_url", "key_unusable", "no URL can hold this key");
  co_return co_await client_.get(std::move(*to), "");
}

task<result<void>> feed_records::prove() {
  if (proven_ || options_.keys_url.empty()) co_return result<void>{};
  if (samples_.empty()) {
    const auto listing = *keys_place(options_);
    const auto answer = co_await client_.get(page_place(listing, "", options_.page_limit), "");
    if (!answer) co_return std::unexpected(answer.error());
    const auto page = read_feed_keys(answer->body, listing.shown());
    if (!page) co_return std::unexpected(page.error());
    shown(page->keys);
  }
  for (const auto samples = samples_; const auto& key : samples) {
    const auto answer = co_await get(key);
    if (!answer && answer.error().kind == error_kind::retry) co_return std::unexpected(answer.error());
    proven_ = answer && answer->status == 200;
    if (proven_) co_return result<void>{};
  }
  co_return for_a_person(record_place(options_, product_key("key"))->shown(), "record_url_wrong",
                         "answers 404 for products that the listing shows, too: check record_url");
}

} // namespace listingd::pim
