#include "access/secrets.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

namespace dossier {
namespace {

constexpr std::string_view kCharacters = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr size_t kTokenSize = 32;

}  // namespace

absl::StatusOr<std::string> RandomToken() {
  // Bytes from this on would make the first characters likelier than the others.
  constexpr unsigned kFairMax = 256 / kCharacters.size() * kCharacters.size();
  std::string token;
  while (token.size() < kTokenSize) {
    unsigned char bytes[kTokenSize];
    if (RAND_bytes(bytes, sizeof bytes) != 1) {
      return absl::UnavailableError("the system's random generator failed");
    }
    for (const unsigned char byte : bytes) {
      if (byte < kFairMax && token.size() < kTokenSize)
        token += kCharacters[byte % kCharacters.size()];
    }
  }
  return token;
}

bool SecretsEqual(std::string_view a, std::string_view b) {
  // Digests have one length: the comparison does not tell that of the secret either.
  unsigned char digest_a[SHA256_DIGEST_LENGTH];
  unsigned char digest_b[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(a.data()), a.size(), digest_a);
  SHA256(reinterpret_cast<const unsigned char*>(b.data()), b.size(), digest_b);
  return CRYPTO_memcmp(digest_a, digest_b, sizeof digest_a) == 0;
}

TokenDigest DigestOf(std::string_view token) {
  TokenDigest digest;
  static_assert(sizeof digest == SHA256_DIGEST_LENGTH);
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

}  // namespace dossier
