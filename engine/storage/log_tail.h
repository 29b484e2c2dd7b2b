// The end of the log in a file that is mapped into memory.
//
// What is committed without a sync has to outlive the process, not the power. RocksDB asks the system for
// that with a write() a commit, which takes a third of an update. A page that is mapped outlives the
// process too, and asks nobody: so batches stand here until a good many of them go into the log with
// one write().
//
// What is committed with a sync has to outlive the power. A log grows with each commit, and a file system
// then has to write down how long it is, too: that takes as long again as to overwrite what a file of the
// same length had there. So the disk has such a batch here, and what went before it in the log or here.
//
//   file  := entry*, of kBytes in all, and whatever stood there before
//   entry := checksum:u32 size:u32 first_sequence:u64 batch, up to a multiple of 8
//   batch := `size` bytes: WriteBatch::Data() of RocksDB
//
// The checksum (XXH3, low 32 bits) is of all that follows it. Entries count by the sequence numbers that
// their batches have in the log: an entry that does not follow upon the one before it is an old one.
// Numbers are little-endian. Stored; never change.
#ifndef DOSSIER_STORAGE_LOG_TAIL_H_
#define DOSSIER_STORAGE_LOG_TAIL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/file.h"

namespace dossier {

// Not thread-safe.
class LogTail {
 public:
  // Large enough that few commits are those that write, small enough that these take no longer than a
  // flash disk does.
  static constexpr size_t kBytes = 256 * 1'024;

  // Maps the file of the store's directory, which is made where it is not there.
  // Error: kUnavailable.
  static absl::StatusOr<std::unique_ptr<LogTail>> Open(const std::string& directory);
  ~LogTail();
  LogTail(const LogTail&) = delete;
  LogTail& operator=(const LogTail&) = delete;

  // The file of a store that is not open; empty where there is none. Error: kUnavailable.
  static absl::StatusOr<std::string> ReadFile(const std::string& directory);

  // What the file has.
  std::string_view bytes() const { return {bytes_, kBytes}; }

  // Gives `apply` what the log lacks, in order: the batches behind the one that ends with the sequence
  // number `last`. Ends where an entry is damaged or does not follow. Errors: those of `apply`.
  static absl::Status Replay(std::string_view file, uint64_t last,
                             absl::FunctionRef<absl::Status(std::string_view batch)> apply);

  bool HasRoomFor(std::string_view batch) const;
  // The first entry of the batch will have that sequence number. There must be room.
  void Add(uint64_t first_sequence, std::string_view batch);
  // The same; and the disk has all that was added. False: it may have any of it, and nothing was added.
  bool AddSynced(uint64_t first_sequence, std::string_view batch);
  // The disk has all that was added. False: it may have any of it, and so it is until Clear: the system
  // tells of a failure once and takes what it did not write for written.
  bool Sync();
  // The entry that was added last never came to be.
  void TakeBack();

  // The log has all that was added.
  void Clear();
  // The same, once and for all: no later process finds what is here now. Error: kUnavailable.
  absl::Status Forget();

 private:
  explicit LogTail(const std::string& path) : file_(path, O_RDWR | O_CREAT, 0600) {}

  const File file_;
  char* bytes_ = nullptr;  // of the file
  std::string composed_;   // an entry on its way there
  bool has_failed_ = false;
  size_t end_ = 0;   // of the entries
  size_t last_ = 0;  // where the last of them begins
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_LOG_TAIL_H_
