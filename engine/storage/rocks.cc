#include "storage/rocks.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "storage/delta_operator.h"
#include "storage/lookup_memtable.h"
#include "storage/trie_memtable.h"

namespace dossier {
namespace {

using rocksdb::BlockBasedTableOptions;
using rocksdb::ColumnFamilyOptions;

constexpr size_t kMegabyte = 1u << 20;

// When there is space again, RocksDB 7.8 resumes with tables that have more than a log which it does not write
// out by itself: Log does it in the right order.
class NoRecovery : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status /*error*/,
                            bool* auto_recovery) override {
    *auto_recovery = false;
  }
};

BlockBasedTableOptions TableOptions(const std::shared_ptr<rocksdb::Cache>& cache) {
  BlockBasedTableOptions table;
  table.format_version = 5;  // stored in every file; newer ones are not read by older libraries
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;  // so that the cache's size bounds the memory
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  return table;
}

ColumnFamilyOptions FamilyOptions(const BlockBasedTableOptions& table, size_t memtable_bytes) {
  ColumnFamilyOptions options;
  options.write_buffer_size = memtable_bytes;
  options.memtable_factory = MakeTrieMemtables();
  options.max_write_buffer_number = 4;
  options.level_compaction_dynamic_level_bytes = true;
  options.compression_per_level = {rocksdb::kNoCompression, rocksdb::kNoCompression,
                                   rocksdb::kLZ4Compression};
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

// Searches read them one behind the other, and each block costs them as much as six records do:
// blocks of 16 KB halve what a scan costs beside those of 4 KB, which RocksDB makes of itself.
ColumnFamilyOptions RecordsOptions(BlockBasedTableOptions table, size_t memtable_bytes) {
  table.block_size = 16 * 1'024;
  ColumnFamilyOptions options = FamilyOptions(table, memtable_bytes);
  options.merge_operator = MakeDeltaOperator();
  return options;
}

// Keys that are only ever looked up whole need no order in memory, and hashed ones are faster still than
// those of a trie. Only who asks for the order of all keys may iterate over this family.
//
// Whatever is written asks their filters first, which are some megabytes in each large file. Those that
// the cache may push out it does push out: a shard of it has little more room than one of them, and an
// import took ten times as long at eight million records. What is pinned counts as used.
ColumnFamilyOptions LookupOptions(BlockBasedTableOptions table, size_t memtable_bytes) {
  table.metadata_cache_options.unpartitioned_pinning = rocksdb::PinningTier::kAll;
  table.data_block_index_type = BlockBasedTableOptions::kDataBlockBinaryAndHash;
  ColumnFamilyOptions options = FamilyOptions(table, memtable_bytes);
  options.prefix_extractor.reset(rocksdb::NewNoopTransform());
  options.memtable_factory = MakeLookupMemtables();
  // What is free is known without a look at the files (lookup_filter.h), so that there may be more of them
  // before they are merged; each merge rewrites most of what is there, for keys come in no order.
  options.level0_file_num_compaction_trigger = 8;
  return options;
}

}  // namespace

RocksOptions MakeRocksOptions(const MemoryShares& memory, bool create_if_missing) {
  RocksOptions options;
  rocksdb::DBOptions& db = options.db;
  db.create_if_missing = create_if_missing;
  db.create_missing_column_families = true;    // a creation may have been interrupted between them
  db.allow_concurrent_memtable_write = false;  // our memtables ask for it
  db.listeners.push_back(std::make_shared<NoRecovery>());
  db.max_bgerror_resume_count = 0;
  db.manual_wal_flush = true;  // Log writes it out
  db.max_background_jobs = 2;
  db.max_total_wal_size = 512 * kMegabyte;  // else a quiet family keeps old logs alive
  db.db_write_buffer_size = memory.write_bytes;
  // Opens after any legal power loss. What it may drop without a word is damage in the log's
  // middle.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // To track logs in the manifest ends the process where the manifest cannot be written, by an assertion, and
  // 7.8 may miss a log that was never needed (lost_changes.h sees to it).
  db.track_and_verify_wals_in_manifest = false;
  db.max_open_files = -1;
  db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;  // its default hangs on our build's NDEBUG
  db.stats_dump_period_sec = 0;
  const BlockBasedTableOptions table = TableOptions(rocksdb::NewLRUCache(memory.block_bytes));
  const auto add = [&](Family family, const ColumnFamilyOptions& family_options) {
    options.families.emplace_back(std::string(NameOf(family)), family_options);
  };
  const size_t writes = memory.write_bytes;
  add(Family::kMeta, FamilyOptions(table, writes / 64));
  add(Family::kRecords, RecordsOptions(table, writes / 4));
  add(Family::kElements, FamilyOptions(table, writes / 4));
  // A hash memtable begins with a table of a megabyte.
  add(Family::kLookup, LookupOptions(table, std::max(writes / 16, 4 * kMegabyte)));
  add(Family::kIndex, FamilyOptions(table, writes / 8));
  return options;
}

void TolerateDamage(RocksOptions& options) {
  options.db.paranoid_checks = false;
  options.db.track_and_verify_wals_in_manifest = false;
  options.db.verify_sst_unique_id_in_manifest = false;  // one may stand for another (salvage.cc)
  for (rocksdb::ColumnFamilyDescriptor& family : options.families) {
    family.options.disable_auto_compactions = true;
  }
}

absl::Status FromRocks(const rocksdb::Status& status, bool is_commit) {
  if (status.ok()) return absl::OkStatus();
  const std::string text = absl::StrCat("the store: ", status.ToString());
  const bool is_file_missing = status.IsPathNotFound() && !is_commit;
  if (status.IsCorruption() || is_file_missing) return absl::DataLossError(text);
  if (status.IsNoSpace()) return absl::UnavailableError(text);
  if (is_commit) {
    return absl::UnknownError(absl::StrCat(
        text,
        "; the write may be there when the store is opened again, and until then no other "
        "write is taken"));
  }
  return absl::UnavailableError(text);
}

}  // namespace dossier
