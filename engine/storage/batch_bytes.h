// The bytes of a batch as RocksDB has them (WriteBatch::Data): sequence u64 and count u32, both
// little-endian, then the entries.
#ifndef DOSSIER_STORAGE_BATCH_BYTES_H_
#define DOSSIER_STORAGE_BATCH_BYTES_H_

#include <cstddef>

namespace dossier {

inline constexpr size_t kBatchCountAt = 8;
inline constexpr size_t kBatchHeaderBytes = 12;

}  // namespace dossier

#endif  // DOSSIER_STORAGE_BATCH_BYTES_H_
