#include "pim/folder_cursor.hpp"

#include "model/json.hpp"

namespace listingd::pim {

namespace {

constexpr std::int64_t version = 1;

} // namespace

std::string folder_cursor::text() const {
  json::object out{{"v", version},   {"file", file},       {"offset", offset}, {"line", line},
                   {"items", items}, {"records", records}, {"report", report}, {"end", end}};
  if (!refused.empty()) out["refused"] = refused;
  if (doubt) out["doubt"] = true;
  return json::serialize(out);
}

folder_cursor cursor_from(const std::string& text) {
  const auto read = parse_json(text, "cursor");
  if (!read || !read->is_object() || integer_at(*read, "v").value_or(version) != version) return {};
  const auto number = [&](std::string_view key) {
    return static_cast<std::uint64_t>(integer_at(*read, key).value_or(0));
  };
  const auto* file = find(*read, "file");
  if (file == nullptr || !file->is_string()) return {};
  return {.file = std::string(file->get_string()),
          .offset = number("offset"),
          .line = number("line"),
          .items = number("items"),
          .records = number("records"),
          .report = number("report"),
          .refused = text_at(*read, "refused"),
          .doubt = flag_at(*read, "doubt"),
          .end = flag_at(*read, "end")};
}

} // namespace listingd::pim
