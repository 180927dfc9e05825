#include "simulator/signature.hpp"

#include <algorithm>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdexcept>

namespace listingd::simulator {

namespace {

std::string hexadecimal(const unsigned char* bytes, std::size_t size) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string result;
  for (std::size_t i = 0; i < size; ++i) result += {digits[bytes[i] >> 4], digits[bytes[i] & 15]};
  return result;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

std::string hmac_sha256(std::string_view key, std::string_view message) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(message), message.size(), digest, &size);
  return hexadecimal(digest, size);
}

std::string sha256(std::string_view message) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(message.data(), message.size(), digest, &size, EVP_sha256(), nullptr);
  return hexadecimal(digest, size);
}

std::string random_text(std::size_t bytes) {
  std::vector<unsigned char> data(bytes);
  if (RAND_bytes(data.data(), static_cast<int>(bytes)) != 1) throw std::runtime_error("no random bytes");
  return hexadecimal(data.data(), bytes);
}

std::string sign_request(const std::string& app_secret, const request& asked) {
  auto parameters = asked.query;
  std::erase_if(parameters, [](const auto& pair) { return pair.first == "sign" || pair.first == "access_token"; });
  std::ranges::sort(parameters);
  std::string base = app_secret + asked.path;
  for (const auto& [name, value] : parameters) base += name + value;
  if (asked.media_type() != "multipart/form-data") base += asked.body;
  return hmac_sha256(app_secret, base + app_secret);
}

std::string sign_webhook(const std::string& app_key, const std::string& app_secret, const std::string& body) {
  return hmac_sha256(app_secret, app_key + body);
}

} // namespace listingd::simulator
