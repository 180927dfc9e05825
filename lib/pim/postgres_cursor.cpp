#include "pim/postgres_cursor.hpp"

#include "model/json.hpp"

#include <charconv>

namespace listingd::pim {

namespace {

constexpr std::string_view log_kind = "postgres log 1", keyset_kind = "postgres keyset 1";

std::optional<json::value> read(const std::string& text, std::string_view kind) {
  auto value = parse_json(text, "cursor");
  if (!value || text_at(*value, "of") != kind || !instant_from_text(text_at(*value, "began"))) return std::nullopt;
  return std::move(*value);
}

/// As it is, not trimmed: a key may be blank at its ends. Nothing when absent.
std::optional<std::string> exact_text(const json::value& from, std::string_view name) {
  const auto* value = find(from, name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::uint64_t unsigned_at(const json::value& from, std::string_view name) {
  const auto text = text_at(from, name);
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

void add_progress(json::object& to, instant began, std::optional<std::int64_t> total) {
  to["began"] = to_text(began);
  if (total) to["total"] = *total;
}

} // namespace

std::string log_cursor::text() const {
  json::object out{{"of", log_kind}, {"xid", xid}, {"seq", seq}, {"high", high}};
  if (in_window) out["end"] = end;
  if (full) out["full"] = *full;
  add_progress(out, began, total);
  return json::serialize(out);
}

std::optional<log_cursor> log_cursor::from(const std::string& text) {
  const auto value = read(text, log_kind);
  if (!value) return std::nullopt;
  return log_cursor{.xid = unsigned_at(*value, "xid"),
                    .seq = integer_at(*value, "seq").value_or(0),
                    .high = integer_at(*value, "high").value_or(0),
                    .in_window = find(*value, "end") != nullptr,
                    .end = unsigned_at(*value, "end"),
                    .full = exact_text(*value, "full"),
                    .began = *instant_from_text(text_at(*value, "began")),
                    .total = integer_at(*value, "total")};
}

std::string keyset_cursor::text() const {
  json::object out{{"of", keyset_kind}, {"until", until}};
  if (!end.empty()) {
    out["end"] = end;
    out["at"] = at;
    if (id) out["id"] = *id;
  }
  add_progress(out, began, total);
  return json::serialize(out);
}

std::optional<keyset_cursor> keyset_cursor::from(const std::string& text) {
  const auto value = read(text, keyset_kind);
  if (!value) return std::nullopt;
  return keyset_cursor{.until = text_at(*value, "until"),
                       .end = text_at(*value, "end"),
                       .at = text_at(*value, "at"),
                       .id = exact_text(*value, "id"),
                       .began = *instant_from_text(text_at(*value, "began")),
                       .total = integer_at(*value, "total")};
}

} // namespace listingd::pim
