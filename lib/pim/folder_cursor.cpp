#include "pim/folder_cursor.hpp"

#include "model/json.hpp"

namespace listingd::pim {

std::string folder_cursor::text() const {
  return json::serialize(json::object{
      {"file", file}, {"offset", offset}, {"line", line}, {"records", records}, {"report", report}, {"end", end}});
}

folder_cursor cursor_from(const std::string& text) {
  const auto read = parse_json(text, "cursor");
  if (!read || !read->is_object()) return {};
  const auto number = [&](std::string_view key) {
    return static_cast<std::uint64_t>(integer_at(*read, key).value_or(0));
  };
  const auto* file = find(*read, "file");
  if (file == nullptr || !file->is_string()) return {};
  return {.file = std::string(file->get_string()),
          .offset = number("offset"),
          .line = number("line"),
          .records = number("records"),
          .report = number("report"),
          .end = flag_at(*read, "end")};
}

} // namespace listingd::pim
