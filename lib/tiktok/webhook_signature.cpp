#include "tiktok/webhook_signature.hpp"

#include "model/digest.hpp"

namespace listingd::tiktok {

std::optional<app_name> signer_of(std::string_view body, std::string_view authorization,
                                  std::span<const webhook_key> keys) {
  std::optional<app_name> signer;
  for (const auto& key : keys) {
    const auto message = key.app_key + std::string(body);
    // Every key is tried, also after a match, so that the time taken does not tell which one it was.
    for (const auto& one : key.secrets) {
      const bool equal = !one.empty() && equal_in_constant_time(hmac_sha256_hex(one.reveal(), message), authorization);
      if (equal && !signer) signer = key.app;
    }
  }
  return signer;
}

} // namespace listingd::tiktok
