#include "base/hash.h"

#include <sodium.h>

#include <cstdlib>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace dossier {

HashKey RandomHashKey() {
  HashKey key;
  static_assert(sizeof key == crypto_shorthash_siphashx24_KEYBYTES);
  if (sodium_init() < 0) std::abort();  // the machine has no random numbers at all
  randombytes_buf(key.data(), key.size());
  return key;
}

Hash128 KeyedHash(std::string_view bytes, const HashKey& key) {
  Hash128 hash;
  static_assert(sizeof hash == crypto_shorthash_siphashx24_BYTES);
  crypto_shorthash_siphashx24(reinterpret_cast<unsigned char*>(hash.data()),
                              reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                              key.data());
  return hash;
}

uint32_t Checksum(std::string_view bytes) {
  return static_cast<uint32_t>(XXH3_64bits(bytes.data(), bytes.size()));
}

uint64_t SeededHash(std::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace dossier
