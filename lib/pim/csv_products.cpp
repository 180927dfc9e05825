#include "pim/csv_products.hpp"

#include "pim/csv_columns.hpp"
#include "pim/csv_product.hpp"
#include "pim/csv_rows.hpp"

#include <optional>
#include <spdlog/fmt/fmt.h>
#include <utility>

namespace listingd::pim {

namespace {

class csv_products final : public file_entries {
public:
  csv_products(const open_file& file, std::string name, const folder_cursor& from, const folder_options& options)
      : file_(file), name_(std::move(name)), options_(options), rows_(rows_from(from.offset, from.line)),
        refused_(from.refused), doubt_(from.doubt), resumed_(from.offset > 0) {}

  result<std::vector<file_entry>> next() override {
    std::vector<file_entry> out;
    if (const auto known = know_columns(); !known) return std::unexpected(known.error());
    if (!columns_) return out; // the header is not written yet
    while (out.empty()) {
      auto row = rows_.next();
      if (row)
        take(std::move(*row), out);
      else if (ended_ && open_)
        close(out);
      else
        break;
    }
    return out;
  }
  void file_has_ended() override {
    ended_ = true;
    rows_.file_has_ended();
  }
  void mark(folder_cursor& at) const override {
    at.offset = open_ ? open_->offset : rows_.offset();
    at.line = open_ ? open_->source.number - 1 : rows_.lines();
    at.refused = refused_;
    at.doubt = doubt_;
  }

private:
  /// The product whose rows are being read.
  struct open_product {
    csv_product product;
    std::uint64_t offset; ///< of its first row
    text_line source;
    std::size_t rows = 0;
  };

  [[nodiscard]] csv_rows rows_from(std::uint64_t offset, std::uint64_t line) const {
    return {file_, offset, line, options_.csv.separator, options_.longest_line};
  }
  [[nodiscard]] std::string place(const csv_row& row) const { return fmt::format("{}:{}", name_, row.source.number); }

  /// Reads the header, which is the file's first row.
  result<void> know_columns() {
    if (columns_) return {};
    auto from_start = rows_from(0, 0);
    auto& rows = resumed_ ? from_start : rows_;
    const auto header = rows.next();
    if (!header) return {};
    if (!header->problem.empty()) return bad_data(place(*header), "header_invalid", "as header: " + header->problem);
    auto columns = csv_columns::from_header(header->cells, options_.csv, place(*header));
    if (!columns) return std::unexpected(columns.error());
    columns_ = std::move(*columns);
    return {};
  }

  void take(csv_row row, std::vector<file_entry>& out) {
    if (row.problem.empty() && row.cells.size() != columns_->count())
      row.problem = fmt::format("the row has {} cells, the header {}", row.cells.size(), columns_->count());
    csv_cells cells;
    if (row.problem.empty()) cells = columns_->read(row.cells);
    if (row.problem.empty() && cells.key.empty()) row.problem = "key is empty";
    if (!row.problem.empty()) return lose(std::move(row), out);
    const bool doubtful = std::exchange(doubt_, false) && !cells.variant.empty();
    if (cells.key == refused_) return refuse(std::move(row), "belongs to a product that was put aside", out);
    refused_.clear();
    if (doubtful) {
      refused_ = cells.key;
      return refuse(std::move(row), "the unusable row before may be a variant of this product", out);
    }
    if (open_ && open_->product.key() != cells.key) close(out);
    add(std::move(row), std::move(cells), out);
  }

  void add(csv_row row, csv_cells cells, std::vector<file_entry>& out) {
    const auto where = place(row);
    if (!open_) {
      open_.emplace(csv_product(cells.key), row.offset, std::move(row.source));
    } else {
      open_->source.text += '\n' + row.source.text;
    }
    open_->product.add(std::move(cells), where);
    ++open_->rows;
    if (open_->rows > options_.product_rows || open_->source.text.size() > options_.longest_line)
      give_up(
          where,
          fmt::format("the product has more than {} rows or {} bytes", options_.product_rows, options_.longest_line),
          out);
    else if (!columns_->has_variants())
      close(out);
  }

  /// A row of which nobody knows whose it is.
  void lose(csv_row row, std::vector<file_entry>& out) {
    if (open_) give_up(place(row), "an unusable row follows, which may be a variant of this product", out);
    doubt_ = columns_->has_variants();
    const auto why = std::move(row.problem);
    refuse(std::move(row), why, out);
  }

  void close(std::vector<file_entry>& out) {
    out.push_back({.item = open_->product.item(options_.csv.axes), .source = std::move(open_->source)});
    open_.reset();
  }
  /// The product is put aside, with the rows of it that follow.
  void give_up(const std::string& where, std::string why, std::vector<file_entry>& out) {
    refused_ = open_->product.key();
    out.push_back({.item = bad_data(where, "record_invalid", std::move(why)), .source = std::move(open_->source)});
    open_.reset();
  }
  void refuse(csv_row row, std::string why, std::vector<file_entry>& out) {
    auto item = bad_data(place(row), "record_invalid", std::move(why));
    out.push_back({.item = std::move(item), .source = std::move(row.source)});
  }

  const open_file& file_;
  std::string name_;
  const folder_options& options_;
  csv_rows rows_;
  std::optional<csv_columns> columns_;
  std::optional<open_product> open_;
  std::string refused_; ///< further rows of this product are put aside
  bool doubt_;          ///< the row before was unusable
  bool resumed_;
  bool ended_ = false;
};

} // namespace

std::unique_ptr<file_entries> entries_of_csv(const open_file& file, std::string name, const folder_cursor& from,
                                             const folder_options& options) {
  return std::make_unique<csv_products>(file, std::move(name), from, options);
}

} // namespace listingd::pim
