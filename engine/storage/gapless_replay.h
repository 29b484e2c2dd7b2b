// What of the logs may be taken over when a store is opened.
#ifndef DOSSIER_STORAGE_GAPLESS_REPLAY_H_
#define DOSSIER_STORAGE_GAPLESS_REPLAY_H_

#include <rocksdb/wal_filter.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace dossier {

// Ends the replay of RocksDB's logs where a batch is missing. When the power fails, the disk may have the
// beginning of a log and not the end of the one before, or a log without its first pages; RocksDB itself
// takes what is there as long as no file ends within a batch.
//
// For one opening; RocksDB holds it for as long as the database is open.
class GaplessReplay : public rocksdb::WalFilter {
 public:
  void ColumnFamilyLogNumberMap(const std::map<uint32_t, uint64_t>& first_log_of_family,
                                const std::map<std::string, uint32_t>& families) override;
  WalProcessingOption LogRecordFound(unsigned long long log_number,
                                     const std::string& log_file_name,
                                     const rocksdb::WriteBatch& batch,
                                     rocksdb::WriteBatch* new_batch, bool* batch_changed) override;
  const char* Name() const override { return "dossier.GaplessReplay"; }

  // Whether something was taken over.
  bool has_found_any() const { return next_sequence_.has_value(); }

 private:
  bool IsFirst(uint64_t sequence, uint64_t log_number, const std::string& log) const;

  uint64_t first_log_ = 0;  // that the database needs
  std::optional<uint64_t> next_sequence_;
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_GAPLESS_REPLAY_H_
