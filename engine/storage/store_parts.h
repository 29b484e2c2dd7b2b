// What a store is made of. For store.cc, batch.cc, cursor.cc, compaction.cc, salvage.cc and
// leaping_cursor.cc alone.
#ifndef DOSSIER_STORAGE_STORE_PARTS_H_
#define DOSSIER_STORAGE_STORE_PARTS_H_

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "storage/filter_builder.h"
#include "storage/gapless_replay.h"
#include "storage/group_commit.h"
#include "storage/high_water.h"
#include "storage/log.h"
#include "storage/lookup_filter.h"
#include "storage/rocks.h"
#include "storage/store.h"

namespace dossier {

struct Store::Parts {
  Parts(const MemoryShares& memory, uint64_t last_in_tables)
      : replay(GaplessReplay::Take(last_in_tables)),
        block_cache_bytes(memory.block_bytes),
        filter(memory.filter_bytes) {}
  ~Parts() {
    filter_builder.reset();
    log.reset();
    for (rocksdb::ColumnFamilyHandle* family : families) {
      db->DestroyColumnFamilyHandle(family).PermitUncheckedError();
    }
  }

  GaplessReplay replay;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;  // in the order of Family; the db's to free
  std::unique_ptr<HighWater> high_water;
  std::unique_ptr<Log> log;
  std::unique_ptr<GroupCommit> group_commit;
  const size_t block_cache_bytes;
  std::atomic<bool> is_last_commit_failed = false;
  LookupFilter filter;
  std::unique_ptr<FilterBuilder> filter_builder;  // its thread reads the store

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
  // 0 where there is none.
  uint64_t Figure(Family of, const std::string& property) const {
    uint64_t value = 0;
    return db->GetIntProperty(family(of), property, &value) ? value : 0;
  }
  // Whether the family has no entry for sure, nor what is left of any.
  bool IsEmpty(Family of) const {
    using Properties = rocksdb::DB::Properties;
    for (const std::string& property :
         {Properties::kLiveSstFilesSize, Properties::kNumEntriesActiveMemTable,
          Properties::kNumEntriesImmMemTables}) {
      uint64_t value = 0;
      if (!db->GetIntProperty(family(of), property, &value) || value > 0) return false;
    }
    return true;
  }
  static rocksdb::ReadOptions Reading(const Snapshot* at);
};

struct Batch::Parts {
  explicit Parts(size_t reserved_bytes) : rocks(reserved_bytes) {}
  size_t capacity() const { return rocks.Data().capacity(); }

  Store::Parts* store = nullptr;
  rocksdb::WriteBatch rocks;
  bool ends_in_delete_once = false;

  // Of the batch that this thread let go last: its memory serves the next one.
  static thread_local std::unique_ptr<Parts> spare;
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_STORE_PARTS_H_
