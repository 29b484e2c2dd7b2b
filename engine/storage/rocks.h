// RocksDB as this store sets it up. Only the .cc files of this folder include it.
#ifndef DOSSIER_STORAGE_ROCKS_H_
#define DOSSIER_STORAGE_ROCKS_H_

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "storage/keyspace.h"
#include "storage/memory_shares.h"

namespace dossier {

inline rocksdb::Slice ToSlice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

// The database's options, and those of each family in the order of Family.
struct RocksOptions {
  rocksdb::DBOptions db;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
};
RocksOptions MakeRocksOptions(const MemoryShares& memory, bool create_if_missing);

// Makes of them the options of a database that opens whatever tables of it are damaged or missing, and
// rewrites none.
void TolerateDamage(RocksOptions& options);

// `is_commit`: the status is of a write that may have reached the log.
absl::Status FromRocks(const rocksdb::Status& status, bool is_commit = false);

}  // namespace dossier

#endif  // DOSSIER_STORAGE_ROCKS_H_
