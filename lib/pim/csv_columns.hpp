// What the columns of a CSV file mean, by its header row, after the model of Akeneo's own exports; and the cells of a
// row as parts of a record. No knowledge of files.
//
//   key         the product's key; every row has one
//   variant     a variant's key; empty in the row of the product itself
//   family      a code                  categories, axes   codes, separated by list_separator
//   enabled     1 or 0 (true, false, yes, no); empty is 1
//   deleted     the same; empty is 0
//   every other column is an attribute:
//   name        a value of no locale and no channel
//   name-en_US  a locale's (language_COUNTRY, zh_Hans_CN, es_419)
//   name-en_US-ecommerce    a locale's and channel's
//   name-ecommerce          a channel's, when `channels` names it
//   price-USD               a price, three capitals last: [{amount, currency}], all currencies of one value together
//   weight and weight-unit  a measurement: {amount, unit}; `-unit` behind any of the forms above
// A header of no such form ("country-of-origin", "weight-unit" without "weight") is an attribute's code as a whole. An
// empty cell is no value. Values are texts as they stand; in media_columns {"media": text}, or a list of these; in
// list_columns always a list of texts.
#pragma once

#include "model/error.hpp"
#include "pim/folder.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

namespace listingd::pim {

/// The cells of a row by their meaning.
struct csv_cells {
  std::string key, variant, family;
  boost::json::array categories, axes; ///< texts
  std::optional<bool> enabled;         ///< nothing = the cell is empty or there is no such column
  bool deleted = false;
  boost::json::object values;
  std::string problem; ///< a cell that cannot be used; empty when all can
};

class csv_columns {
public:
  /// Refused, with `where`, when there is no column `key`, or two columns give the same value.
  [[nodiscard]] static result<csv_columns> from_header(const std::vector<std::string>& header, const csv_format& format,
                                                       const std::string& where);

  [[nodiscard]] std::size_t count() const { return columns_.size(); }
  [[nodiscard]] bool has_variants() const { return has_variants_; }
  /// `cells`: as many as there are columns.
  [[nodiscard]] csv_cells read(const std::vector<std::string>& cells) const;

private:
  enum class meaning { key, variant, family, categories, enabled, deleted, axes, value, unit, none };
  struct column {
    std::string header;
    meaning is = meaning::value;
    std::string attribute, locale, channel, currency;
    std::optional<std::size_t> unit; ///< the column of its unit
  };
  explicit csv_columns(const csv_format& format) : format_(format) {}
  [[nodiscard]] static meaning meaning_of(const std::string& header, const std::vector<std::string>& all);
  [[nodiscard]] column column_of(std::string header, const std::vector<std::string>& all) const;
  [[nodiscard]] boost::json::array list_in(const std::string& cell) const;
  [[nodiscard]] boost::json::value data_of(const column& of, const std::vector<std::string>& cells,
                                           const std::string& cell) const;
  void add_value(const column& of, const std::vector<std::string>& cells, const std::string& cell,
                 boost::json::object& values) const;

  csv_format format_;
  std::vector<column> columns_;
  bool has_variants_ = false;
};

} // namespace listingd::pim
