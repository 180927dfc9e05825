// Seals secrets for the database: AES-256-GCM under a master key. The id of the key travels with the sealed bytes, so
// that keys can be rotated: the newest seals, every known one opens.
#pragma once

#include "model/error.hpp"
#include "model/secret.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace listingd::store {

struct master_key {
  std::string id;
  secret bytes; ///< 32
};

class sealer {
public:
  /// Newest first; throws std::invalid_argument when empty or when a key is not 32 bytes long.
  explicit sealer(std::vector<master_key> keys);

  /// `purpose` is authenticated with the text: bytes sealed for one column or row do not open in another.
  [[nodiscard]] std::string seal(const secret& text, std::string_view purpose) const;
  /// Refused (needs_human): key_unknown names the missing key id; sealed_damaged when the bytes or the purpose differ.
  [[nodiscard]] result<secret> open(std::string_view sealed, std::string_view purpose) const;

private:
  std::vector<master_key> keys_;
};

} // namespace listingd::store
