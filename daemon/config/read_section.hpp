// One table of the configuration read by the rows of the key table: types, defaults, required and unknown keys are
// checked at once, so that load.cpp only asks for values.
#pragma once

#include "config/key_table.hpp"
#include "mapping/toml_file.hpp"
#include "model/clock.hpp"

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace listingd::config {

class read_section {
public:
  /// `from` is null when the section is not there: then defaults hold. `kind` chooses the keys of a [[source]].
  read_section(std::string_view section, const toml::table* from, mapping::mistakes_of_file& mistakes,
               std::string_view kind = "");

  /// What the key holds, or its default; empty, false or 0 when it was missing or a mistake. Asking for a key that has
  /// no row, or as another type, is a bug.
  [[nodiscard]] const std::string& text(std::string_view key) const { return value<std::string>(key); }
  [[nodiscard]] const std::vector<std::string>& texts(std::string_view key) const {
    return value<std::vector<std::string>>(key);
  }
  [[nodiscard]] bool flag(std::string_view key) const { return value<bool>(key); }
  [[nodiscard]] int number(std::string_view key) const { return static_cast<int>(value<std::int64_t>(key)); }
  [[nodiscard]] duration time(std::string_view key) const { return value<duration>(key); }

  /// A mistake at the key's value, or at the section when the key is not there.
  void mistake(std::string_view key, std::string message) const;
  [[nodiscard]] const toml::table* table() const { return from_; }

private:
  using any_value = std::variant<std::string, std::vector<std::string>, bool, std::int64_t, duration>;
  template <class T>
  [[nodiscard]] const T& value(std::string_view key) const {
    return std::get<T>(values_.at(std::string(key)));
  }
  static any_value nothing(key_type type);
  static any_value fallback(const key_row& row);
  any_value read(const key_row& row, const toml::node& node);
  any_value read_list(const key_row& row, const toml::node& node);
  void refuse(const toml::node& node, const key_row& row, std::string_view wanted);
  void unknown_keys(std::string_view kind);

  std::string title_; ///< "[database]" or "[[app]]", for messages
  std::string_view section_;
  const toml::table* from_;
  mapping::mistakes_of_file& mistakes_;
  std::map<std::string, any_value> values_;
};

} // namespace listingd::config
