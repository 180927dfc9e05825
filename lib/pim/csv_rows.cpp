#include "pim/csv_rows.hpp"

#include <algorithm>
#include <csv.h>
#include <new>
#include <spdlog/fmt/fmt.h>

namespace listingd::pim {

namespace {

/// One row on its way through libcsv.
class row_parser {
public:
  enum class state { unfinished, finished, broken };

  explicit row_parser(char separator) {
    csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&parser_, static_cast<unsigned char>(separator));
    csv_set_blk_size(&parser_, 4096);
    // only LF ends a row, and the CR before it is taken off like the blanks that libcsv would take off by itself
    csv_set_term_func(&parser_, [](unsigned char c) { return c == CSV_LF ? 1 : 0; });
    csv_set_space_func(&parser_, [](unsigned char c) { return c == CSV_CR ? 1 : 0; });
  }
  ~row_parser() { csv_free(&parser_); }
  row_parser(const row_parser&) = delete;
  row_parser& operator=(const row_parser&) = delete;

  state feed(std::string_view bytes) {
    const auto done = csv_parse(&parser_, bytes.data(), bytes.size(), on_cell, on_row, this);
    if (done < bytes.size() && csv_error(&parser_) != CSV_EPARSE) throw std::bad_alloc();
    if (done < bytes.size()) return state::broken;
    return finished_ ? state::finished : state::unfinished;
  }
  /// The file ends here.
  state finish() {
    if (csv_fini(&parser_, on_cell, on_row, this) != 0) return state::broken;
    return state::finished;
  }
  std::vector<std::string> cells;

private:
  static void on_cell(void* text, std::size_t size, void* self) {
    static_cast<row_parser*>(self)->cells.emplace_back(static_cast<const char*>(text), size);
  }
  static void on_row(int, void* self) { static_cast<row_parser*>(self)->finished_ = true; }

  csv_parser parser_{};
  bool finished_ = false;
};

bool holds_text(const csv_row& row) {
  return std::ranges::any_of(row.cells, [](const auto& cell) { return !cell.empty(); });
}

} // namespace

std::optional<text_line> csv_rows::read_line(bool& ending) {
  ending = true;
  if (auto line = lines_->next()) return line;
  ending = false;
  return ended_ ? lines_->rest() : std::nullopt;
}

std::optional<csv_row> csv_rows::next() {
  while (true) {
    const auto offset = lines_->offset(), before = lines_->number();
    bool ending = true;
    auto line = read_line(ending);
    if (!line) return std::nullopt;
    drop_byte_order_mark(*line);
    if (is_blank(*line)) continue;
    csv_row row{.source = std::move(*line), .offset = offset, .cells = {}, .problem = {}};
    if (row.source.too_long) {
      row.problem = "the row is too long";
      return row;
    }
    if (!complete(row, ending)) {
      stand_at(offset, before);
      return std::nullopt;
    }
    if (row.problem.empty() && !holds_text(row)) continue;
    return row;
  }
}

bool csv_rows::complete(csv_row& row, bool ending) {
  const auto second_offset = lines_->offset(), first_line = lines_->number();
  const auto first = row.source.text;
  row_parser parser(separator_);
  auto state = parser.feed(row.source.text + (ending ? "\n" : ""));
  while (state == row_parser::state::unfinished && ending && row.source.text.size() <= longest_) {
    const auto line = read_line(ending);
    if (!line && !ended_) return false;
    if (!line) break;
    row.source.text += '\n' + line->text;
    state = line->too_long ? row_parser::state::broken : parser.feed(line->text + (ending ? "\n" : ""));
  }
  if (state == row_parser::state::unfinished && row.source.text.size() <= longest_) state = parser.finish();
  row.cells = std::move(parser.cells);
  if (state != row_parser::state::finished) {
    row.problem = fmt::format("the quotes in cell {} are wrong: text that holds a quote must stand in quotes, and each "
                              "quote in it twice",
                              row.cells.size() + 1);
    row.source.text = first;
    stand_at(second_offset, first_line);
  } else if (row.source.text.find('\0') != std::string::npos) {
    row.problem = "the row holds a NUL byte";
  } else if (!is_utf8(row.source.text)) {
    row.problem = "the row is not UTF-8";
  }
  return true;
}

} // namespace listingd::pim
