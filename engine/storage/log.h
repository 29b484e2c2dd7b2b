// The way of batches into RocksDB, one behind the other.
#ifndef DOSSIER_STORAGE_LOG_H_
#define DOSSIER_STORAGE_LOG_H_

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "storage/high_water.h"
#include "storage/log_tail.h"

namespace dossier {

// RocksDB's log and its tail (log_tail.h), for a database with manual_wal_flush to which nobody else
// writes. Thread-safe. The database must outlive it.
//
// A commit is synced with the tail alone where the disk has all that went before the tail. The tail is
// emptied when the log has what is in it: synced, where some of that was.
//
// What is in the tail has been acknowledged, so the log must have room for it; and RocksDB does not go on
// safely behind a log that it failed to write. So the log is not written while the disk has less than
// kFreeBytesMin.
//
// What the log lacks is told by RocksDB's sequence numbers, and when a database is opened its last one is the
// highest that stands in a table or in the log. So the last entry of a batch must be one that is still
// there when it was flushed: none of RocksDB's single deletes, which leave with what they delete
// (EndForGood).
class Log {
 public:
  static constexpr size_t kFreeBytesMin = 1u << 20;

  // Ends the batch with an entry that stays: the deletion of what is never there.
  static void EndForGood(rocksdb::WriteBatch& batch) {
    batch.Delete(rocksdb::Slice()).PermitUncheckedError();
  }

  // All must outlive it.
  Log(rocksdb::DB& db, std::string directory, HighWater& high_water)
      : db_(db), directory_(std::move(directory)), high_water_(high_water) {}
  // The disk has all then, unless it fails.
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Takes over what an earlier process left in the tail; before all else. `has_replayed`: the database
  // has taken over something from the log. Errors: as Store::Open.
  absl::Status Open(bool has_replayed);

  // Returns when the batch outlives the process. NoSpace: it was not written.
  rocksdb::Status WriteBuffered(rocksdb::WriteBatch& batch);
  // Returns when the disk has the batch; meanwhile no other is written. NoSpace: it was not written.
  rocksdb::Status WriteSynced(rocksdb::WriteBatch& batch);
  // Returns when the disk has all that was written by now. Where that is much, others are written
  // meanwhile. Never NoSpace.
  rocksdb::Status Sync();

 private:
  // With `writing_` held.
  rocksdb::Status WriteBehindTail(rocksdb::WriteBatch& batch);
  rocksdb::Status WriteLarge(rocksdb::WriteBatch& batch);
  rocksdb::Status WriteThrough(rocksdb::WriteBatch& batch);
  rocksdb::Status WriteOut();
  rocksdb::Status Judged(const rocksdb::Status& status);
  void ResumeWhereThereIsSpace();
  rocksdb::Status CheckSpace(size_t batch_bytes) const;
  uint64_t LastSequence() const { return db_.GetLatestSequenceNumber(); }

  rocksdb::DB& db_;
  const std::string directory_;
  HighWater& high_water_;
  std::mutex writing_;
  std::unique_ptr<LogTail> tail_;  // by writing_
  bool is_open_ = false;
  bool is_full_ = false;            // there was no space for a table; by writing_
  rocksdb::Status failure_;         // of the log: nothing is written behind it; by writing_
  bool is_synced_ = false;          // the disk has all that went before the tail; by writing_
  bool is_tail_relied_on_ = false;  // for some of what was synced; by writing_
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_LOG_H_
