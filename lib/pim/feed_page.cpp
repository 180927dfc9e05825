#include "pim/feed_page.hpp"

#include "model/json.hpp"
#include "model/record.hpp"

#include <algorithm>
#include <set>
#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

namespace {

constexpr std::size_t longest_key = 200;
constexpr std::size_t longest_cursor = 4'000;
constexpr std::int64_t most_items = 1'000'000'000'000; // that a total is believed

std::unexpected<error> nonsense(std::string where, std::string message) {
  return std::unexpected(error{.kind = error_kind::needs_human,
                               .code = "answer_invalid",
                               .message = std::move(message),
                               .where = std::move(where)});
}

/// The answer, which must be an object.
result<json::value> read_object(std::string_view body, const std::string& from) {
  auto read = parse_json(body, from);
  if (!read) return nonsense(from, "the answer is " + read.error().message);
  if (!read->is_object()) return nonsense(from, "the answer must be a JSON object");
  return read;
}

bool holds_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// A cursor as it was sent; a whole number is taken for its digits.
result<std::string> read_cursor(const json::value& page, const std::string& where) {
  const auto* found = find(page, "next_cursor");
  if (found == nullptr) return nonsense(where, "is missing");
  const bool number = found->is_int64() || found->is_uint64();
  if (!found->is_string() && !number) return nonsense(where, "must be text");
  auto cursor = number ? text_of(*found) : std::string(found->get_string());
  if (cursor.empty()) return nonsense(where, "is empty");
  if (cursor.size() > longest_cursor || holds_control(cursor))
    return nonsense(where, fmt::format("must be at most {} bytes of printable text", longest_cursor));
  return cursor;
}

result<feed_step> read_step(const json::value& page, const std::string& from, bool needs_cursor) {
  feed_step out;
  const auto* more = find(page, "has_more");
  if (more == nullptr) return nonsense(from + " has_more", "is missing");
  if (!more->is_bool()) return nonsense(from + " has_more", "must be true or false");
  out.has_more = more->get_bool();
  if (out.has_more || needs_cursor) {
    auto cursor = read_cursor(page, from + " next_cursor");
    if (!cursor) return std::unexpected(std::move(cursor.error()));
    out.next_cursor = std::move(*cursor);
  }
  if (const auto total = integer_at(page, "total"); total && *total >= 0 && *total <= most_items)
    out.ahead = total; // for progress only
  return out;
}

/// Takes the array of that name out of the page; null or absent is empty when it is optional.
result<json::array> take_list(json::value& page, const std::string& from, const char* name, bool optional) {
  const auto where = from + " " + name;
  if (find(page, name) == nullptr) {
    if (optional) return json::array();
    return nonsense(where, "is missing");
  }
  auto& found = page.get_object().at(name);
  if (!found.is_array()) return nonsense(where, "must be a list");
  return std::move(found.get_array());
}

/// A key that stands alone; read as a record's own key is.
result<std::string> read_key(const json::value& value, const std::string& where) {
  if (!value.is_string() && !value.is_int64() && !value.is_uint64())
    return bad_data(where, "record_invalid", "a key must be text");
  auto key = text_of(value);
  if (key.empty()) return bad_data(where, "record_invalid", "a key is empty");
  if (key.size() > longest_key) return bad_data(where, "record_invalid", "a key is longer than 200 characters");
  if (key.find('\0') != std::string::npos) return bad_data(where, "record_invalid", "a key holds a NUL character");
  return key;
}

/// "page 3 records[7] the-key", the key as far as there is one that can be shown.
std::string place_of(const json::value& payload, std::int64_t page, std::size_t index) {
  auto out = fmt::format("page {} records[{}]", page, index);
  const auto key = text_at(payload, "key");
  if (!key.empty() && key.size() <= longest_key && !holds_control(key)) out += " " + key;
  return out;
}

void read_records(json::array records, std::int64_t page, feed_page& out, std::set<std::string>& keys) {
  for (std::size_t i = 0; auto& payload : records) {
    const auto where = place_of(payload, page, i++);
    keys.insert(text_at(payload, "key"));
    if (auto read = parse_record(payload, where); !read)
      out.rejected.push_back(std::move(read.error()));
    else
      out.items.push_back({.where = where, .deleted = false, .key = {}, .payload = std::move(payload)});
  }
}

/// A product that is both there and gone is not deleted on such evidence.
void read_tombstones(const json::array& deleted, std::int64_t page, feed_page& out, const std::set<std::string>& keys) {
  for (std::size_t i = 0; const auto& value : deleted) {
    const auto where = fmt::format("page {} deleted[{}]", page, i++);
    auto key = read_key(value, where);
    if (key && keys.contains(*key))
      key = bad_data(where + " " + *key, "record_invalid", "the same page has a record of it: it is not deleted");
    if (key)
      out.items.push_back({.where = where, .deleted = true, .key = product_key(std::move(*key)), .payload = nullptr});
    else
      out.rejected.push_back(std::move(key.error()));
  }
}

} // namespace

result<feed_page> read_feed_page(std::string_view body, const std::string& from, std::int64_t number) {
  const auto place = fmt::format("{} page {}", from, number);
  auto page = read_object(body, place);
  if (!page) return std::unexpected(std::move(page.error()));
  auto step = read_step(*page, place, true);
  if (!step) return std::unexpected(std::move(step.error()));
  auto records = take_list(*page, place, "records", false);
  if (!records) return std::unexpected(std::move(records.error()));
  const auto deleted = take_list(*page, place, "deleted", true);
  if (!deleted) return std::unexpected(deleted.error());
  feed_page out{.items = {}, .rejected = {}, .step = std::move(*step)};
  std::set<std::string> keys;
  read_records(std::move(*records), number, out, keys);
  read_tombstones(*deleted, number, out, keys);
  return out;
}

result<feed_keys> read_feed_keys(std::string_view body, const std::string& from) {
  auto page = read_object(body, from);
  if (!page) return std::unexpected(std::move(page.error()));
  auto step = read_step(*page, from, false);
  if (!step) return std::unexpected(std::move(step.error()));
  const auto list = take_list(*page, from, "keys", false);
  if (!list) return std::unexpected(list.error());
  feed_keys out{.keys = {}, .step = std::move(*step)};
  for (std::size_t i = 0; const auto& value : *list) {
    auto key = read_key(value, fmt::format("{} keys[{}]", from, i++));
    if (!key) return nonsense(key.error().where, key.error().message);
    out.keys.emplace_back(std::move(*key));
  }
  return out;
}

result<sync::source_item> read_feed_record(std::string_view body, const std::string& from, const product_key& key) {
  auto payload = read_object(body, from);
  if (!payload) return std::unexpected(std::move(payload.error()));
  const auto read = parse_record(*payload, from);
  if (!read) return std::unexpected(read.error());
  if (read->key != key) return nonsense(from + " key", "is not the one that was asked for");
  return sync::source_item{.where = from, .deleted = false, .key = {}, .payload = std::move(*payload)};
}

} // namespace listingd::pim
