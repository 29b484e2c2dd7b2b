// What a store is made of. For store.cc and cursor.cc alone.
#ifndef DOSSIER_STORAGE_STORE_PARTS_H_
#define DOSSIER_STORAGE_STORE_PARTS_H_

#include <rocksdb/db.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "storage/rocks.h"
#include "storage/store.h"

namespace dossier {

struct Store::Parts {
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;  // in the order of Family; the db's to free
  size_t block_cache_bytes = 0;
  std::atomic<bool> is_last_commit_failed = false;

  // Of a commit: remembers how it ended.
  absl::Status Ended(const rocksdb::Status& status) {
    if (is_last_commit_failed.load(std::memory_order_relaxed) == status.ok()) {
      is_last_commit_failed = !status.ok();
    }
    return FromRocks(status, /*is_commit=*/true);
  }

  rocksdb::ColumnFamilyHandle* family(Family family) const {
    return families[static_cast<size_t>(family)];
  }
  static rocksdb::ReadOptions Reading(const Snapshot* at);
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_STORE_PARTS_H_
