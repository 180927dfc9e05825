#include "pim/feed_cursor.hpp"

#include "model/json.hpp"

#include <bit>

namespace listingd::pim {

namespace {

constexpr std::int64_t version = 1;

std::string string_at(const json::value& from, std::string_view key) { // not trimmed: it is the feed's own
  const auto* found = find(from, key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::optional<instant> time_at(const json::value& from, std::string_view key) {
  return instant_from_text(string_at(from, key));
}

} // namespace

void feed_cursor::begin(instant now) {
  if (began) return;
  began = now;
  whole = next.empty();
}

void feed_cursor::restart(instant now) {
  const auto times = restarts + 1;
  *this = {.of = of, .since = since};
  restarts = times;
  begin(now);
}

void feed_cursor::advance(const feed_step& page, std::size_t arrived) {
  if (!page.has_more) {
    const bool news = items > 0 || arrived > 0 || !since;
    *this = {.of = of, .next = page.next_cursor, .etag = page.etag, .since = news ? began : since};
    return;
  }
  ++pages;
  if (page.next_cursor == next || page.next_cursor == mark) ++repeats;
  if (std::has_single_bit(static_cast<std::uint64_t>(pages))) mark = next; // Brent: any circle is found in the end
  next = page.next_cursor;
  etag.clear();
  total = total_with(page);
  items += static_cast<std::int64_t>(arrived);
}

std::optional<std::int64_t> feed_cursor::total_with(const feed_step& page) const {
  return page.ahead ? items + *page.ahead : total;
}

std::string feed_cursor::text() const {
  json::object out{{"v", version}, {"of", of}, {"next", next}};
  if (!etag.empty()) out["etag"] = etag;
  if (since) out["since"] = to_text(*since);
  if (began)
    out.insert({{"began", to_text(*began)},
                {"whole", whole},
                {"restarts", restarts},
                {"pages", pages},
                {"items", items},
                {"repeats", repeats},
                {"mark", mark}});
  if (total) out["total"] = *total;
  return json::serialize(out);
}

std::string feed_cursor::window() const {
  if (whole && restarts > 0) return "everything once more: the feed no longer knew the cursor";
  if (whole || !since) return "everything";
  return "changes since " + to_text(*since);
}

feed_cursor feed_cursor_from(const std::string& text, const std::string& of) {
  const auto read = parse_json(text, "cursor");
  if (!read || integer_at(*read, "v") != version || string_at(*read, "of") != of) return {.of = of};
  return {.of = of,
          .next = string_at(*read, "next"),
          .etag = string_at(*read, "etag"),
          .since = time_at(*read, "since"),
          .began = time_at(*read, "began"),
          .whole = flag_at(*read, "whole"),
          .restarts = static_cast<int>(integer_at(*read, "restarts").value_or(0)),
          .pages = integer_at(*read, "pages").value_or(0),
          .items = integer_at(*read, "items").value_or(0),
          .repeats = static_cast<int>(integer_at(*read, "repeats").value_or(0)),
          .mark = string_at(*read, "mark"),
          .total = integer_at(*read, "total")};
}

} // namespace listingd::pim
