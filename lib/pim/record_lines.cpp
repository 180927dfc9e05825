#include "pim/record_lines.hpp"

#include "model/digest.hpp"
#include "model/json.hpp"
#include "model/record.hpp"

#include <algorithm>
#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

namespace {

constexpr std::size_t chunk = 262'144;
constexpr std::size_t longest_repeated = 65'536; // bytes of a too long line that the report repeats
constexpr std::size_t longest_key = 200;

class lines_as_entries final : public file_entries {
public:
  lines_as_entries(const open_file& file, std::string name, const folder_cursor& from, std::size_t longest)
      : name_(std::move(name)), lines_(file, from.offset, from.line, longest) {}

  result<std::vector<file_entry>> next() override {
    std::vector<file_entry> out;
    while (auto line = read_line()) {
      trim(*line);
      if (is_blank(*line)) continue;
      auto item = read_item(*line, name_);
      out.push_back({.item = std::move(item), .source = std::move(*line)});
      break;
    }
    return out;
  }
  void file_has_ended() override { ended_ = true; }
  void mark(folder_cursor& at) const override {
    at.offset = lines_.offset();
    at.line = lines_.number();
  }

private:
  std::optional<text_line> read_line() {
    auto line = lines_.next();
    return line || !ended_ ? line : lines_.rest();
  }
  std::string name_;
  line_reader lines_;
  bool ended_ = false;
};

} // namespace

std::optional<text_line> line_reader::next() {
  std::size_t looked = 0;
  while (true) {
    if (const auto ending = pending_.find('\n', looked); ending != std::string::npos) return given(ending);
    looked = pending_.size();
    if (pending_.size() > longest_) { // it is too long already: keep its beginning, count the rest
      dropped_ += pending_.size() - longest_;
      pending_.resize(longest_);
      looked = pending_.size();
    }
    const auto more = file_.read_at(offset_ + dropped_ + pending_.size(), chunk);
    if (more.empty()) return std::nullopt;
    pending_ += more;
  }
}

std::optional<text_line> line_reader::rest() {
  if (pending_.empty()) return std::nullopt;
  auto line = given(pending_.size());
  --offset_; // there was no line ending to step over
  return line;
}

text_line line_reader::given(std::size_t ending) {
  text_line line{.number = ++number_, .text = pending_.substr(0, ending), .too_long = dropped_ + ending > longest_};
  offset_ += dropped_ + ending + 1;
  dropped_ = 0;
  pending_.erase(0, ending + 1);
  return line;
}

void drop_byte_order_mark(text_line& line) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (line.number == 1 && line.text.starts_with(byte_order_mark)) line.text.erase(0, byte_order_mark.size());
}

void trim(text_line& line) {
  drop_byte_order_mark(line);
  if (line.text.ends_with('\r')) line.text.pop_back();
}

bool is_blank(const text_line& line) {
  return !line.too_long && line.text.find_first_not_of(" \t\r") == std::string::npos;
}

result<sync::source_item> tombstone(std::string key, const std::string& where) {
  if (key.empty()) return bad_data(where + " key", "record_invalid", "is missing or empty");
  if (key.size() > longest_key) return bad_data(where + " key", "record_invalid", "is longer than 200 characters");
  return sync::source_item{.where = where, .deleted = true, .key = product_key(std::move(key)), .payload = nullptr};
}

result<sync::source_item> read_item(const text_line& line, const std::string& file) {
  const auto where = fmt::format("{}:{}", file, line.number);
  if (line.too_long) return bad_data(where, "line_too_long", "the line is too long");
  if (line.text.find('\0') != std::string::npos) return bad_data(where, "record_invalid", "the line holds a NUL byte");
  auto payload = parse_json(line.text, where);
  if (!payload && !is_utf8(line.text)) return bad_data(where, "record_invalid", "the line is not UTF-8");
  if (!payload) return std::unexpected(payload.error());
  const auto* deleted = find(*payload, "deleted");
  if (deleted != nullptr && !deleted->is_bool())
    return bad_data(where + " deleted", "record_invalid", "must be true or false");
  if (deleted != nullptr && deleted->get_bool()) return tombstone(text_at(*payload, "key"), where);
  if (const auto read = parse_record(*payload, where); !read) return std::unexpected(read.error());
  return sync::source_item{.where = where, .deleted = false, .key = {}, .payload = std::move(*payload)};
}

std::unique_ptr<file_entries> entries_of_lines(const open_file& file, std::string name, const folder_cursor& from,
                                               std::size_t longest) {
  return std::make_unique<lines_as_entries>(file, std::move(name), from, longest);
}

std::string report_entry(const text_line& line, const std::string& reason) {
  const auto text = std::string_view(line.text).substr(0, line.too_long ? longest_repeated : line.text.size());
  json::object out{{"line", line.number}, {"reason", reason}};
  if (is_utf8(text))
    out["text"] = text;
  else
    out["base64"] = base64_encode(text);
  if (line.too_long) out["cut"] = true;
  return json::serialize(out) + "\n";
}

bool is_utf8(std::string_view text) {
  // the JSON reader takes a string only when it is UTF-8, so it is the judge
  boost::system::error_code problem;
  json::parse(json::serialize(json::string(text)), problem);
  return !problem;
}

} // namespace listingd::pim
