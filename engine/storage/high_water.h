// How far the disk has a store: in a file of its own, beside RocksDB's.
//
// RocksDB takes damage in the middle of its log, a log that is gone and the cut end of its MANIFEST for
// writes that were never finished: it opens with what came before them and says nothing. So the store writes
// down which commits the disk has, and an opening that would find fewer is refused.
//
//   file := slot, at 0 and at 4,096; 8,192 bytes
//   slot := checksum:u32 zero:u32 generation:u64 sequence:u64 oldest_log:u64
//
// The slots are written in turns, each with the generation behind that of the other, so that one of them is
// whole whenever the power fails; the later one counts. The checksum (XXH3, low 32 bits) is of all that
// follows it in the slot. `sequence` is the sequence number of RocksDB that the last change has which the
// disk had for sure, `oldest_log` the number of RocksDB's oldest log that was there then and not empty, or 0: one that is
// gone leaves no gap where other logs are behind it. Numbers are little-endian. Stored; never change.
#ifndef DOSSIER_STORAGE_HIGH_WATER_H_
#define DOSSIER_STORAGE_HIGH_WATER_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/file.h"

namespace dossier {

// Thread-safe.
class HighWater {
 public:
  // Makes the file of the directory anew. Error: kUnavailable.
  static absl::Status Make(const std::string& directory, uint64_t sequence);

  // Errors: kDataLoss where the file is missing or damaged, kUnavailable.
  static absl::StatusOr<std::unique_ptr<HighWater>> Open(const std::string& directory);
  ~HighWater();
  HighWater(const HighWater&) = delete;
  HighWater& operator=(const HighWater&) = delete;

  struct Mark {
    uint64_t sequence = 0;
    uint64_t oldest_log = 0;
    friend bool operator==(const Mark&, const Mark&) = default;
  };
  // What the file says.
  Mark mark() const;

  // The disk has all changes up to this one. The file says so within some seconds: a thread writes it, once
  // a second at most.
  void Note(uint64_t sequence);

  // The file says so when this returns, also of an earlier change than before. Error: kUnavailable.
  absl::Status Write(uint64_t sequence);

 private:
  explicit HighWater(const std::string& directory);
  absl::Status Read();
  absl::Status WriteSlot(uint64_t sequence);  // with writing_ held; unless the file says so
  void WriteNoted();                          // the thread

  const std::string directory_;
  const std::string path_;
  const File file_;
  mutable std::mutex writing_;
  uint64_t generation_ = 0;  // of what the file says; by writing_
  Mark mark_;                // the same

  std::atomic<uint64_t> noted_ = 0;
  std::atomic<bool> is_behind_ = false;  // the file, of what was noted
  std::mutex waking_;
  std::condition_variable woken_;
  bool is_ending_ = false;  // by waking_
  std::thread thread_;
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_HIGH_WATER_H_
