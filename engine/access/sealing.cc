#include "access/sealing.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/text.h"

namespace dossier {
namespace {

constexpr size_t kMarkBytes = 4;
constexpr size_t kNonceBytes = 12;
constexpr size_t kTagBytes = 16;
// Longer ones are no secrets of ours, and lengths of the cipher are ints.
constexpr size_t kTextBytesMax = 1u << 20;

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;
using CipherPtr = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Digest DigestOf(std::string_view purpose, std::string_view key) {
  const std::string text = absl::StrCat(ToAbsl(purpose), ToAbsl(key));
  Digest digest;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return digest;
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// A cipher that has begun: key, nonce and what is bound to the text are in it. Null where it fails.
CipherPtr Begin(const Digest& key, std::string_view nonce, std::string_view owner, bool seals) {
  CipherPtr cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int ignored = 0;
  if (cipher == nullptr ||
      EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), Bytes(nonce),
                        seals ? 1 : 0) != 1 ||
      EVP_CipherUpdate(cipher.get(), nullptr, &ignored, Bytes(owner),
                       static_cast<int>(owner.size())) != 1) {
    cipher.reset();
  }
  return cipher;
}

absl::Status Failed() { return absl::UnavailableError("a secret could not be sealed"); }

}  // namespace

std::optional<Sealer::Key> Sealer::Key::Of(std::string_view key) {
  if (key.empty()) return std::nullopt;
  const Digest mark = DigestOf("dossier: the mark of a key\n", key);
  return Key{DigestOf("dossier: secrets of clients\n", key),
             std::string(reinterpret_cast<const char*>(mark.data()), kMarkBytes)};
}

Sealer::Sealer(const SecretsKeys& keys)
    : current_(Key::Of(keys.current)), former_(Key::Of(keys.former)) {}

absl::StatusOr<std::string> Sealer::Seal(std::string_view text, std::string_view owner) const {
  std::string nonce(kNonceBytes, '\0');
  if (text.size() > kTextBytesMax || owner.size() > kTextBytesMax ||
      RAND_bytes(Bytes(nonce), kNonceBytes) != 1) {
    return Failed();
  }
  const CipherPtr cipher = Begin(current_->secret, nonce, owner, /*seals=*/true);
  std::string sealed(text.size(), '\0');
  std::string tag(kTagBytes, '\0');
  int size = 0;
  int more = 0;
  if (cipher == nullptr ||
      EVP_CipherUpdate(cipher.get(), Bytes(sealed), &size, Bytes(text),
                       static_cast<int>(text.size())) != 1 ||
      EVP_CipherFinal_ex(cipher.get(), Bytes(tag), &more) != 1 ||  // writes nothing: no padding
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()) != 1) {
    return Failed();
  }
  return absl::Base64Escape(absl::StrCat(current_->mark, nonce, sealed, tag));
}

absl::StatusOr<Sealer::Unsealed> Sealer::Unseal(std::string_view sealed,
                                                std::string_view owner) const {
  const absl::Status damaged = errors::DataLoss("a sealed secret is damaged");
  std::string bytes;
  if (sealed.size() > 2 * kTextBytesMax || !absl::Base64Unescape(ToAbsl(sealed), &bytes) ||
      absl::Base64Escape(bytes) != ToAbsl(sealed) ||
      bytes.size() < kMarkBytes + kNonceBytes + kTagBytes) {
    return damaged;
  }
  const auto has_mark_of = [&](const std::optional<Key>& key) {
    return key && bytes.compare(0, kMarkBytes, key->mark) == 0;
  };
  const bool is_by_current = has_mark_of(current_);
  if (!is_by_current && !has_mark_of(former_)) {
    return absl::FailedPreconditionError(
        current_ ? "the secrets of the clients are sealed with another secrets_key"
                 : "the secrets of the clients are sealed: secrets_key is needed");
  }
  const std::string_view nonce = std::string_view(bytes).substr(kMarkBytes, kNonceBytes);
  std::string tag = bytes.substr(bytes.size() - kTagBytes);
  std::string_view inner = std::string_view(bytes).substr(kMarkBytes + kNonceBytes);
  inner.remove_suffix(kTagBytes);
  const Key& key = is_by_current ? *current_ : *former_;
  const CipherPtr cipher = Begin(key.secret, nonce, owner, /*seals=*/false);
  std::string text(inner.size(), '\0');
  int size = 0;
  int more = 0;
  if (cipher == nullptr ||
      EVP_CipherUpdate(cipher.get(), Bytes(text), &size, Bytes(inner),
                       static_cast<int>(inner.size())) != 1 ||
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) != 1 ||
      EVP_CipherFinal_ex(cipher.get(), Bytes(tag), &more) != 1) {
    return damaged;
  }
  return Unsealed{std::move(text), !is_by_current};
}

}  // namespace dossier
