// The two signatures of TikTok Shop (authorization reference, sections 3 and 4.4) and the digests the simulator names
// things by. Called by the gateway, the webhook sender and the media endpoints.
#pragma once

#include "simulator/wire.hpp"

namespace listingd::simulator {

/// Lower-case hexadecimal HMAC-SHA256.
std::string hmac_sha256(std::string_view key, std::string_view message);
/// Lower-case hexadecimal SHA-256.
std::string sha256(std::string_view message);
/// `bytes` random bytes as lower-case hexadecimal.
std::string random_text(std::size_t bytes);

/// The `sign` a request must carry: secret + path + sorted parameters (without sign and access_token) + raw body unless
/// multipart + secret, keyed with the secret.
std::string sign_request(const std::string& app_secret, const request& asked);

/// The Authorization header of a webhook: keyed with the secret, over app_key + raw body.
std::string sign_webhook(const std::string& app_key, const std::string& app_secret, const std::string& body);

} // namespace listingd::simulator
