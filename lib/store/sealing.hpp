// Seals secrets for the database: AES-256-GCM under a master key. The id of the key travels with the sealed bytes, so
// that keys can be rotated: the newest seals, every known one opens.
#pragma once

#include "model/clock.hpp"
#include "model/error.hpp"
#include "model/secret.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace listingd::store {

struct master_key {
  std::string id;
  secret bytes; ///< 32
};

/// Where the master keys are read again, newest first.
using key_source = std::function<result<std::vector<master_key>>()>;

/// Copies share their keys: what one rereads, all have. May be used by several threads at once.
class sealer {
public:
  /// Newest first; throws std::invalid_argument when empty or when a key is not 32 bytes long.
  explicit sealer(std::vector<master_key> keys);
  /// The same, and follows a rotation that others made: an unknown key id is looked for in `source`, at most once in
  /// `again_after`.
  sealer(std::vector<master_key> keys, key_source source, const clock& time);
  static constexpr duration again_after{3'000};

  /// The id of the key that seals.
  [[nodiscard]] std::string newest() const;
  /// `purpose` is authenticated with the text: bytes sealed for one column or row do not open in another.
  [[nodiscard]] std::string seal(const secret& text, std::string_view purpose) const;
  /// Refused (needs_human): key_unknown names the missing key id; sealed_damaged when the bytes or the purpose differ.
  [[nodiscard]] result<secret> open(std::string_view sealed, std::string_view purpose) const;
  /// True when there is such a key, here or in the source.
  [[nodiscard]] bool knows(std::string_view key_id) const;
  /// Takes the keys that the source has now, all and only them. Refused as the source refuses, or with keys_unusable;
  /// then the old ones stay.
  result<void> reread() const;

private:
  class key_ring;
  std::shared_ptr<key_ring> ring_;
};

/// The id of the key that a stored secret was sealed under; empty when it is too damaged to tell.
[[nodiscard]] std::string key_id_of(std::string_view sealed);
/// True when it does not open although the key is there, or it cannot be told which.
[[nodiscard]] bool damaged(const sealer& sealing, std::string_view sealed, std::string_view purpose);

} // namespace listingd::store
