#include "model/digest.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdexcept>
#include <vector>

namespace listingd {

namespace {

std::string hex(const unsigned char* bytes, std::size_t size) {
  static constexpr char figures[] = "0123456789abcdef";
  std::string out;
  out.reserve(size * 2);
  for (std::size_t i = 0; i < size; ++i) {
    out += figures[bytes[i] >> 4];
    out += figures[bytes[i] & 15];
  }
  return out;
}

const unsigned char* unsigned_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void append_canonical(const boost::json::value& value, std::string& out) {
  if (const auto* object = value.if_object()) {
    std::vector<const boost::json::key_value_pair*> pairs;
    pairs.reserve(object->size());
    for (const auto& pair : *object) pairs.push_back(&pair);
    std::ranges::sort(pairs, {}, [](const auto* pair) { return std::string_view(pair->key()); });
    out += '{';
    for (const auto* pair : pairs) {
      if (out.back() != '{') out += ',';
      out += boost::json::serialize(boost::json::string_view(pair->key()));
      out += ':';
      append_canonical(pair->value(), out);
    }
    out += '}';
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (bool first = true; const auto& item : *array) {
      if (!std::exchange(first, false)) out += ',';
      append_canonical(item, out);
    }
    out += ']';
  } else {
    out += boost::json::serialize(value);
  }
}

} // namespace

std::string sha256_hex(std::string_view bytes) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out, &size, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("SHA-256 is not available");
  return hex(out, size);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view message) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), unsigned_bytes(message), message.size(), out,
           &size) == nullptr)
    throw std::runtime_error("HMAC-SHA-256 is not available");
  return hex(out, size);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string base64_encode(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3), '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), unsigned_bytes(bytes), static_cast<int>(bytes.size()));
  return out;
}

std::string base64_decode(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return {};
  std::string out(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), unsigned_bytes(text),
                                   static_cast<int>(text.size()));
  if (size < 0) return {};
  const auto padding = static_cast<std::size_t>(std::count(text.end() - 2, text.end(), '='));
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

std::string random_bytes(std::size_t bytes) {
  std::string out(bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(bytes)) != 1)
    throw std::runtime_error("no random bytes");
  return out;
}

std::string random_uuid() {
  auto raw = random_bytes(16);
  raw[6] = static_cast<char>((raw[6] & 0x0f) | 0x40);
  raw[8] = static_cast<char>((raw[8] & 0x3f) | 0x80);
  auto text = hex(unsigned_bytes(raw), raw.size());
  for (const std::size_t dash : {20U, 16U, 12U, 8U}) text.insert(dash, "-");
  return text;
}

std::string canonical(const boost::json::value& value) {
  std::string out;
  append_canonical(value, out);
  return out;
}

std::string digest_of(const boost::json::value& value) {
  return sha256_hex(canonical(value));
}

} // namespace listingd
