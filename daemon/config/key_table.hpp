// The configuration described as data: every section and key with its type, default and meaning. Parsing, messages and
// the reference come from these rows; a key that has no row does not exist.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace listingd::config {

enum class key_type {
  text,
  text_list, ///< a list of texts, or one text
  flag,
  number, ///< a whole number; `range` = "least most"
  time,   ///< "60s"
  choice, ///< one of the words in `range`
  file,   ///< a path, relative to the configuration, or "credential:NAME"
  file_list,
};

enum class presence { required, optional };

struct section_row {
  std::string_view name;
  bool list; ///< [[name]], any number of them
  std::string_view about;
};

struct key_row {
  std::string_view section, name;
  key_type type;
  presence must;
  std::string_view fallback; ///< as it would be written, without quotes; "" = none
  std::string_view about;
  std::string_view range = ""; ///< of numbers and choices
  std::string_view kinds = ""; ///< [[source]] only: the kinds that have the key, "" = all
};

[[nodiscard]] std::span<const section_row> sections();
[[nodiscard]] std::span<const key_row> keys();
[[nodiscard]] std::vector<std::string> section_names();
/// Key names of a section, of every kind.
[[nodiscard]] std::vector<std::string> key_names(std::string_view section);
/// True when a source of this kind has the key.
[[nodiscard]] bool applies(const key_row& row, std::string_view kind);

/// The words of a space-separated list.
[[nodiscard]] std::vector<std::string> words(std::string_view text);

/// The tables as Markdown, for `check --reference` and README.
[[nodiscard]] std::string reference();

} // namespace listingd::config
