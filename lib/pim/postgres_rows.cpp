#include "pim/postgres_rows.hpp"

#include "model/json.hpp"

#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

namespace {

constexpr std::size_t longest_shown = 200;

std::string shown(const std::string& key) {
  return key.size() > longest_shown ? fmt::format("(a key of {} bytes)", key.size()) : fmt::format("\"{}\"", key);
}

} // namespace

std::string key_of(const pq::text& value) {
  return value ? text_of(json::value(*value)) : "";
}

result<sync::source_item> item_of(const changed_row& row, std::size_t largest) {
  const auto key = key_of(row.key);
  if (key.empty()) return bad_data(row.where, "key_missing", "the row has no key");
  const auto where = fmt::format("{} {}", row.where, shown(key));
  if (row.deleted)
    return sync::source_item{.where = where, .deleted = true, .key = product_key(key), .payload = nullptr};
  if (!row.payload) return bad_data(where, "payload_missing", "the row has no record, and is no deletion");
  if (row.payload->size() > largest)
    return bad_data(where, "record_too_large",
                    fmt::format("the record has {} bytes, of {} allowed", row.payload->size(), largest));
  auto record = parse_json(*row.payload, where);
  if (!record) return std::unexpected(record.error());
  if (const auto its = text_at(*record, "key"); its != key)
    return bad_data(where, "key_mismatch", fmt::format("the record's key is {}", shown(its)));
  return sync::source_item{.where = where, .deleted = false, .key = {}, .payload = std::move(*record)};
}

void add_row(sync::source_page& page, const changed_row& row, std::size_t largest) {
  auto item = item_of(row, largest);
  if (item)
    page.items.push_back(std::move(*item));
  else
    page.rejected.push_back(std::move(item.error()));
}

} // namespace listingd::pim
