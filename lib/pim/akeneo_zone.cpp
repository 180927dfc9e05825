#include "pim/akeneo_zone.hpp"

#include "model/json.hpp"

namespace listingd::pim {

namespace {

constexpr std::chrono::hours widest{14}, summer_time{1};
constexpr int products_to_try = 5;

/// "2026-11-24 08:00:00".
std::string clock_text(instant at) {
  auto out = to_text(std::chrono::floor<std::chrono::seconds>(at)).substr(0, 19);
  out[10] = ' ';
  return out;
}

struct dated {
  instant at;
  duration offset; ///< of the text, east of UTC
};

std::optional<dated> read_date(const std::string& text) {
  const auto at = instant_from_text(text), local = instant_from_text(text.substr(0, 19));
  if (!at || !local || text.size() < 19) return std::nullopt;
  return dated{.at = *at, .offset = *local - std::chrono::floor<std::chrono::seconds>(*at)};
}

} // namespace

akeneo_zone::akeneo_zone(const std::string& option) {
  const auto offset = offset_from(option);
  if (!offset) return;
  state_ = state::given;
  offset_ = *offset;
}

std::optional<duration> akeneo_zone::offset_from(const std::string& text) {
  if (text == "UTC") return duration{0};
  const bool signed_offset = text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':';
  if (!signed_offset) return std::nullopt;
  const auto date = read_date("2000-01-02T00:00:00" + text);
  if (!date || date->offset > widest || date->offset < -widest) return std::nullopt;
  return date->offset;
}

task<result<void>> akeneo_zone::find_out(akeneo_client& client, std::string only_attribute) {
  if (state_ != state::open) co_return result<void>{};
  // a variant's date in the index may be its parents': only what has none is as old as it says
  for (const auto kind : {akeneo_kind::product, akeneo_kind::model}) {
    akeneo_listing sample{.of = kind, .roots = true, .only_attribute = only_attribute, .limit = products_to_try};
    auto page = co_await client.list(std::move(sample), "");
    if (!page) co_return std::unexpected(page.error());
    for (auto& item : page->items) {
      const auto found = co_await try_product(client, kind, std::move(item));
      if (!found) co_return std::unexpected(found.error());
      if (*found) co_return result<void>{};
    }
  }
  co_return result<void>{};
}

/// False when it says nothing: it has no date, or was saved in this moment.
task<result<bool>> akeneo_zone::try_product(akeneo_client& client, akeneo_kind kind, json::value item) {
  const auto date = read_date(text_at(item, "updated"));
  const auto key = client.key(item, kind);
  if (!date || key.empty() || !text_at(item, "parent").empty()) co_return false;
  for (const auto offset : {duration{0}, date->offset}) {
    const auto second = clock_text(date->at + offset);
    akeneo_listing exactly{.of = kind, .updated = {second, second}, .keys = {key}, .limit = 1};
    const auto page = co_await client.list(std::move(exactly), "");
    if (!page) co_return std::unexpected(page.error());
    if (page->items.empty() && date->offset == duration{0}) break;
    if (page->items.empty()) continue;
    state_ = offset == duration{0} ? state::utc : state::local;
    offset_ = offset;
    shown_ = date->offset;
    newest_ = date->at;
    co_return true;
  }
  co_return false;
}

std::vector<std::string> akeneo_zone::between(instant from, instant to) const {
  duration before{0}, behind = summer_time; // a server that seems to be UTC may only be there in winter
  if (state_ == state::local) before = summer_time;
  if (state_ == state::open) before = behind = widest;
  return {clock_text(from - before + offset_), clock_text(to + behind + offset_)};
}

void akeneo_zone::noticed(const std::string& date) {
  if (state_ != state::utc && state_ != state::local) return;
  const auto read = read_date(date);
  if (!read || read->at <= newest_) return;
  newest_ = read->at;
  if (read->offset != shown_) state_ = state::open;
}

} // namespace listingd::pim
