// How the memory of a store is shared out.
#ifndef DOSSIER_STORAGE_MEMORY_SHARES_H_
#define DOSSIER_STORAGE_MEMORY_SHARES_H_

#include <algorithm>
#include <cstddef>

#include "dossier/engine.h"

namespace dossier {

struct MemoryShares {
  size_t write_bytes;   // what is not in files yet
  size_t record_bytes;  // whole records
  size_t hint_bytes;    // which of them unique values and uuids lead to
  size_t block_bytes;   // of files, decompressed
  size_t filter_bytes;  // which unique values are free
};

// Some goes to work in hand: compactions, what malloc holds back. More than a quarter of a gigabyte of
// writes makes none of them faster; what is left is for reading.
inline MemoryShares SharesOf(const EngineOptions& options) {
  constexpr size_t kWorkBytes = 32u << 20;
  constexpr size_t kWriteBytesMin = 4u << 20;
  constexpr size_t kWriteBytesMax = 256u << 20;
  constexpr size_t kBlockBytesMin = 1u << 20;
  constexpr size_t kHintShare = 32;  // of records: 1 KB with four values that lead to it, 32 bytes
  MemoryShares shares{};
  const size_t all = options.memory_bytes - std::min(options.memory_bytes / 2, kWorkBytes);
  shares.write_bytes = std::clamp(all / 3, kWriteBytesMin, kWriteBytesMax);
  const size_t rest = all - std::min(all, shares.write_bytes);
  shares.record_bytes = options.record_cache_bytes.value_or(rest / 2);
  const size_t left = rest - std::min(rest, shares.record_bytes);
  shares.hint_bytes = shares.record_bytes / kHintShare;
  shares.record_bytes -= shares.hint_bytes;
  shares.block_bytes = options.block_cache_bytes.value_or(std::max(kBlockBytesMin, left / 5 * 4));
  shares.filter_bytes = shares.block_bytes / 4;
  return shares;
}

}  // namespace dossier

#endif  // DOSSIER_STORAGE_MEMORY_SHARES_H_
