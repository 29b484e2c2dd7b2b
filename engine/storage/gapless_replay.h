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
// beginning of a log and not the end of the one before, or a log without its first pages; and a MANIFEST
// whose end is gone knows less than the logs begin with. RocksDB itself takes what is there as long as no file
// ends within a batch.
//
// For one opening; RocksDB holds it for as long as the database is open.
class GaplessReplay : public rocksdb::WalFilter {
 public:
  static constexpr uint64_t kUnknown = UINT64_MAX - 1;

  // Takes over what follows upon `last_in_tables`, the last sequence number that the MANIFEST knows of.
  static GaplessReplay Take(uint64_t last_in_tables) { return {/*takes=*/true, last_in_tables}; }
  // Takes nothing over, and looks how far the logs go by themselves.
  static GaplessReplay Look() { return {/*takes=*/false, kUnknown}; }

  void ColumnFamilyLogNumberMap(const std::map<uint32_t, uint64_t>& first_log_of_family,
                                const std::map<std::string, uint32_t>& families) override;
  WalProcessingOption LogRecordFound(unsigned long long log_number,
                                     const std::string& log_file_name,
                                     const rocksdb::WriteBatch& batch,
                                     rocksdb::WriteBatch* new_batch, bool* batch_changed) override;
  const char* Name() const override { return "dossier.GaplessReplay"; }

  struct Found {
    uint64_t first_sequence;
    uint64_t last_sequence;
  };
  // The number of the first log that the database needs, which may be none that there ever was.
  uint64_t first_log() const { return first_log_; }
  // What the logs had.
  const std::optional<Found>& found() const { return found_; }

 private:
  GaplessReplay(bool takes, uint64_t last_in_tables)
      : takes_(takes), last_in_tables_(last_in_tables) {}
  bool IsFirst(uint64_t sequence, uint64_t log_number, const std::string& log) const;

  const bool takes_;
  const uint64_t last_in_tables_;
  uint64_t first_log_ = 0;  // that the database needs
  std::optional<Found> found_;
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_GAPLESS_REPLAY_H_
