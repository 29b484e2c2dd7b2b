// The way of batches into RocksDB, one behind the other.
#ifndef DOSSIER_STORAGE_LOG_H_
#define DOSSIER_STORAGE_LOG_H_

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "storage/log_tail.h"

namespace dossier {

// RocksDB's log and its tail (log_tail.h), for a database with manual_wal_flush to which nobody else
// writes. Thread-safe. The database must outlive it.
class Log {
 public:
  explicit Log(rocksdb::DB& db) : db_(db) {}
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Takes over what an earlier process left in the tail; before all else. Errors: as Store::Open.
  absl::Status Open(const std::string& directory);

  // Returns when the batch outlives the process.
  rocksdb::Status WriteBuffered(rocksdb::WriteBatch& batch);
  // Returns when the disk has the batch; meanwhile no other is written.
  rocksdb::Status WriteSynced(rocksdb::WriteBatch& batch);
  // Returns when the disk has all that was written by now; meanwhile others are.
  rocksdb::Status Sync();

 private:
  // With `writing_` held.
  rocksdb::Status Flush();

  rocksdb::DB& db_;
  std::mutex writing_;
  std::unique_ptr<LogTail> tail_;  // by writing_
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_LOG_H_
