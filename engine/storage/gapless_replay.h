// What of a log may be taken over when a store is opened.
#ifndef DOSSIER_STORAGE_GAPLESS_REPLAY_H_
#define DOSSIER_STORAGE_GAPLESS_REPLAY_H_

#include <rocksdb/wal_filter.h>

#include <cstdint>
#include <optional>
#include <string>

namespace dossier {

// Ends the replay of RocksDB's logs where a batch does not follow upon the one before it. When the power
// fails, the disk may have the beginning of a log and not the end of the one before; RocksDB itself goes
// on behind the gap as long as no file ends within a batch.
//
// For one opening; RocksDB holds it for as long as the database is open.
class GaplessReplay : public rocksdb::WalFilter {
 public:
  WalProcessingOption LogRecordFound(unsigned long long log_number,
                                     const std::string& log_file_name,
                                     const rocksdb::WriteBatch& batch,
                                     rocksdb::WriteBatch* new_batch, bool* batch_changed) override;
  const char* Name() const override { return "dossier.GaplessReplay"; }

 private:
  std::optional<uint64_t> next_sequence_;
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_GAPLESS_REPLAY_H_
