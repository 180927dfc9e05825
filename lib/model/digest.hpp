// Fingerprints and encodings by OpenSSL: SHA-256, HMAC-SHA-256, hex, base64, constant-time comparison, random ids.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace listingd {

[[nodiscard]] std::string sha256_hex(std::string_view bytes);
/// Lower-case hex of HMAC-SHA-256.
[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view message);
/// True when both are equal; the time taken tells nothing of where they differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);
[[nodiscard]] std::string base64_encode(std::string_view bytes);
/// Empty when the text is not base64.
[[nodiscard]] std::string base64_decode(std::string_view text);
/// `bytes` random bytes from the operating system, as they are.
[[nodiscard]] std::string random_bytes(std::size_t bytes);
/// A version 4 UUID.
[[nodiscard]] std::string random_uuid();

/// The JSON text with object keys sorted, so that equal values have equal digests whatever order they arrived in.
[[nodiscard]] std::string canonical(const boost::json::value& value);
[[nodiscard]] std::string digest_of(const boost::json::value& value);

} // namespace listingd
