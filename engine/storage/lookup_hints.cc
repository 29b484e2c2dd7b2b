#include "storage/lookup_hints.h"

#include <algorithm>
#include <atomic>
#include <bit>

#include "base/hash.h"

namespace dossier {
namespace {

constexpr int kIdBits = 40;
constexpr uint64_t kIdMask = (uint64_t{1} << kIdBits) - 1;
constexpr size_t kWayCountMax = 8;  // a cache line
// So that the bits that choose a place are others than those that stand in it.
constexpr size_t kWordCountMax = size_t{1} << kIdBits;

size_t WordCountOf(size_t bytes_max) {
  return std::bit_floor(std::min(bytes_max / sizeof(uint64_t), kWordCountMax));
}

// Keys are random already but for uuids that were given, and for a value that several attributes have.
uint64_t HashOf(const Key& key) { return SeededHash(key.view(), /*seed=*/0); }

bool IsOf(uint64_t hash, uint64_t word) { return word != 0 && ((word ^ hash) & ~kIdMask) == 0; }

}  // namespace

LookupHints::LookupHints(size_t bytes_max)
    : words_(WordCountOf(bytes_max)), way_count_(std::min(words_.count(), kWayCountMax)) {}

size_t LookupHints::PlaceOf(uint64_t hash) const {
  return hash & (words_.count() - 1) & ~(way_count_ - 1);
}

std::optional<EntityId> LookupHints::Find(const Key& key) const {
  if (words_.count() == 0) return std::nullopt;
  const uint64_t hash = HashOf(key);
  const size_t place = PlaceOf(hash);
  for (size_t way = 0; way < way_count_; ++way) {
    const uint64_t word = words_[place + way].load(std::memory_order_relaxed);
    if (IsOf(hash, word)) return word & kIdMask;
  }
  return std::nullopt;
}

void LookupHints::Set(const Key& key, EntityId id) {
  if (words_.count() == 0 || id == 0 || id > kIdMask) return;
  const uint64_t hash = HashOf(key);
  const size_t place = PlaceOf(hash);
  size_t way = 0;
  while (way < way_count_) {
    const uint64_t word = words_[place + way].load(std::memory_order_relaxed);
    if (word == 0 || IsOf(hash, word)) break;
    ++way;
  }
  if (way == way_count_) way = (hash >> kIdBits) & (way_count_ - 1);
  words_[place + way].store((hash & ~kIdMask) | id, std::memory_order_relaxed);
}

}  // namespace dossier
