// Keyed and plain hashes of bytes.
#ifndef DOSSIER_BASE_HASH_H_
#define DOSSIER_BASE_HASH_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace dossier {

// The secret of a store's claims. Stored in the store that it belongs to.
using HashKey = std::array<unsigned char, 16>;
using Hash128 = std::array<char, 16>;

// From the operating system's generator.
HashKey RandomHashKey();

// SipHash-2-4 with 128 bits: a pseudo-random function, so that a key in a file tells nothing of the
// value behind it to who lacks `key`, and two values never meet by chance.
// Source: libsodium's crypto_shorthash_siphashx24.
Hash128 KeyedHash(std::string_view bytes, const HashKey& key);

// XXH3: finds damage, resists no adversary.
uint32_t Checksum(std::string_view bytes);

// XXH3 with a seed: for tables in memory.
uint64_t SeededHash(std::string_view bytes, uint64_t seed);

}  // namespace dossier

#endif  // DOSSIER_BASE_HASH_H_
