// One product of a CSV file, collected row by row, and the record that they make. Used by csv_products.cpp.
#pragma once

#include "pim/csv_columns.hpp"
#include "sync/source.hpp"

#include <string>
#include <vector>

namespace listingd::pim {

class csv_product {
public:
  explicit csv_product(std::string key) : key_(std::move(key)) {}

  /// A row of this product; `place` is its file and line.
  void add(csv_cells cells, const std::string& place);
  /// The record or tombstone; or the first thing that is wrong with its rows. `axes`: where no row names them.
  [[nodiscard]] result<sync::source_item> item(const std::vector<std::string>& axes) const;
  [[nodiscard]] const std::string& key() const { return key_; }

private:
  void agree(boost::json::value& known, boost::json::value said, const char* column, const std::string& place);
  void wrong(const std::string& place, std::string problem);
  [[nodiscard]] boost::json::object payload(const std::vector<std::string>& axes) const;

  std::string key_;
  std::string place_;                             ///< of the first row
  boost::json::value family_, categories_, axes_; ///< null = no row says it
  boost::json::value own_;                        ///< the product's own row: {enabled, values}; null = none
  boost::json::array variants_;                   ///< {key, enabled, values}
  bool gone_ = false;                             ///< its own row says deleted
  std::optional<error> problem_;
};

} // namespace listingd::pim
