// A mistake in a file that a person wrote: the configuration or a profile. Found by lib/mapping and daemon/config, all
// of them in one go; shown by `check` and at start-up.
#pragma once

#include <string>

namespace listingd {

struct config_mistake {
  std::string file;
  unsigned line = 0;   ///< from 1; 0 = the file as a whole
  unsigned column = 0; ///< from 1, in characters
  std::string message; ///< what is wrong and what would be right; never holds a secret

  /// "file:line:column: message", the form editors can jump to.
  [[nodiscard]] std::string text() const {
    if (line == 0) return file + ": " + message;
    return file + ':' + std::to_string(line) + ':' + std::to_string(column) + ": " + message;
  }
  bool operator==(const config_mistake&) const = default;
};

} // namespace listingd
