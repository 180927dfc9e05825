#include "store/sealing.hpp"

#include "model/digest.hpp"
#include "store/clean.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <openssl/evp.h>
#include <optional>
#include <stdexcept>

namespace listingd::store {

namespace {

constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;

using cipher_context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

cipher_context new_context() {
  return {EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
}

const unsigned char* in(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* out(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

void must(int answer) {
  if (answer != 1) throw std::runtime_error("AES-256-GCM is not available");
}

std::unexpected<error> refused(std::string code, std::string message) {
  return std::unexpected(error{
      .kind = error_kind::needs_human, .code = std::move(code), .message = std::move(message), .where = "master key"});
}

/// Why these cannot be the keys; nothing when they can.
std::optional<std::string> problem_with(const std::vector<master_key>& keys) {
  if (keys.empty()) return "no master key";
  for (const auto& key : keys)
    if (key.bytes.reveal().size() != 32) return "master key " + key.id + " is not 32 bytes long";
  return std::nullopt;
}

} // namespace

class sealer::key_ring {
public:
  key_ring(std::vector<master_key> keys, key_source source, const clock* time)
      : keys_(std::move(keys)), source_(std::move(source)), time_(time) {
    if (const auto problem = problem_with(keys_)) throw std::invalid_argument(*problem);
  }

  master_key newest() const {
    const std::scoped_lock held(keys_guard_);
    return keys_.front();
  }

  std::optional<master_key> find(std::string_view id) {
    if (auto key = known(id)) return key;
    if (!source_) return std::nullopt;
    const std::scoped_lock turn(source_guard_);
    if (auto key = known(id)) return key; // another thread has read it meanwhile
    const auto now = time_->now();
    const auto [last, first] = looked_for_.try_emplace(std::string(id), now);
    const bool too_soon = now >= last->second && now < last->second + again_after; // a clock may be set back
    if (!first && too_soon) return std::nullopt;
    last->second = now;
    if (!take()) return std::nullopt;
    return known(id);
  }

  result<void> reread() {
    if (!source_) return our_bug("master key", "keys_unusable", "there is no place to read the keys again from");
    const std::scoped_lock turn(source_guard_);
    return take();
  }

private:
  std::optional<master_key> known(std::string_view id) const {
    const std::scoped_lock held(keys_guard_);
    const auto key = std::ranges::find(keys_, id, &master_key::id);
    return key == keys_.end() ? std::nullopt : std::optional(*key);
  }

  result<void> take() {
    auto fresh = source_();
    if (!fresh) return std::unexpected(fresh.error());
    if (const auto problem = problem_with(*fresh)) return refused("keys_unusable", *problem);
    const std::scoped_lock held(keys_guard_);
    keys_ = std::move(*fresh);
    return {};
  }

  mutable std::mutex keys_guard_;
  std::vector<master_key> keys_;
  std::mutex source_guard_; // held while the source reads: who needs the same key waits for it
  key_source source_;
  std::map<std::string, instant> looked_for_;
  const clock* time_;
};

sealer::sealer(std::vector<master_key> keys) : ring_(std::make_shared<key_ring>(std::move(keys), nullptr, nullptr)) {}

sealer::sealer(std::vector<master_key> keys, key_source source, const clock& time)
    : ring_(std::make_shared<key_ring>(std::move(keys), std::move(source), &time)) {}

std::string sealer::newest() const {
  return ring_->newest().id;
}

bool sealer::knows(std::string_view key_id) const {
  return ring_->find(key_id).has_value();
}

result<void> sealer::reread() const {
  return ring_->reread();
}

// layout: key id, NUL, nonce, ciphertext, tag
std::string sealer::seal(const secret& text, std::string_view purpose) const {
  const auto key = ring_->newest();
  const auto nonce = random_bytes(nonce_size);
  const auto& plain = text.reveal();
  std::string sealed(plain.size(), '\0');
  std::string tag(tag_size, '\0');
  const auto context = new_context();
  int size = 0;
  must(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, in(key.bytes.reveal()), in(nonce)));
  must(EVP_EncryptUpdate(context.get(), nullptr, &size, in(purpose), static_cast<int>(purpose.size())));
  must(EVP_EncryptUpdate(context.get(), out(sealed), &size, in(plain), static_cast<int>(plain.size())));
  must(EVP_EncryptFinal_ex(context.get(), out(sealed) + size, &size));
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_size, tag.data()));
  return key.id + '\0' + nonce + sealed + tag;
}

result<secret> sealer::open(std::string_view sealed, std::string_view purpose) const {
  const auto end_of_id = sealed.find('\0');
  if (end_of_id == std::string_view::npos || sealed.size() < end_of_id + 1 + nonce_size + tag_size)
    return refused("sealed_damaged", "a stored secret is too short to be one");
  const auto id = sealed.substr(0, end_of_id);
  const auto key = ring_->find(id);
  if (!key)
    return refused("key_unknown",
                   "a stored secret needs master key '" + std::string(id) + "', which is not configured");
  const auto nonce = sealed.substr(end_of_id + 1, nonce_size);
  const auto body = sealed.substr(end_of_id + 1 + nonce_size, sealed.size() - end_of_id - 1 - nonce_size - tag_size);
  std::string tag(sealed.substr(sealed.size() - tag_size));
  std::string plain(body.size(), '\0');
  const auto context = new_context();
  int size = 0;
  must(EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, in(key->bytes.reveal()), in(nonce)));
  must(EVP_DecryptUpdate(context.get(), nullptr, &size, in(purpose), static_cast<int>(purpose.size())));
  must(EVP_DecryptUpdate(context.get(), out(plain), &size, in(body), static_cast<int>(body.size())));
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()));
  if (EVP_DecryptFinal_ex(context.get(), out(plain) + size, &size) != 1)
    return refused("sealed_damaged", "a stored secret does not open with master key '" + std::string(id) + "'");
  return secret(std::move(plain));
}

std::string key_id_of(std::string_view sealed) {
  const auto end = sealed.find('\0');
  const std::string id(sealed.substr(0, end == std::string_view::npos ? 0 : end));
  return clean_text(id) == id ? id : "";
}

bool damaged(const sealer& sealing, std::string_view sealed, std::string_view purpose) {
  const auto opened = sealing.open(sealed, purpose);
  return !opened && (opened.error().code != "key_unknown" || key_id_of(sealed).empty());
}

} // namespace listingd::store
