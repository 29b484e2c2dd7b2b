// A disk below the file system of a test program, for what the program writes under one directory: it fails
// when it is told to, and it knows what it would have if the power failed now.
//
// The program's own open, write, fsync and so on (disk.cc) tell it of each call; RocksDB's library calls these
// too. A mapped page that is written is not seen, and counts as written since the last sync.
#ifndef DOSSIER_TESTS_CRASH_DISK_H_
#define DOSSIER_TESTS_CRASH_DISK_H_

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>

namespace dossier::crash_test {

// Reads the whole file; empty where there is none.
std::string ReadFile(const std::filesystem::path& path);

// Thread-safe. There is one.
class Disk {
 public:
  static Disk& Instance();

  // From now on it is about this directory and what is below; what is there is on the disk.
  void Watch(const std::filesystem::path& directory);
  void WatchNothing();

  struct Fault {
    uint64_t at = 0;  // the call that fails, by their number from now on, beginning with 0
    int error = 0;    // errno
    bool is_lasting = false;
  };
  // Calls that change something fail so.
  void FailFrom(const Fault& fault);
  void FailNoMore();
  // The calls that changed or would have changed something since FailFrom or Watch.
  uint64_t call_count() const;
  bool has_failed() const;  // since FailFrom

  // What the disk must have of a file, since it was last synced.
  std::string SyncedBytes(const std::filesystem::path& path) const;

  // Makes `left` what a store's directory may be when the power comes back: files and names as they were
  // synced, and of each that came since then some part.
  void FailPower(const std::filesystem::path& directory, const std::filesystem::path& left,
                 std::mt19937_64& random) const;

  // For the calls: one at a time. With an error a call is not to be made.
  std::unique_lock<std::recursive_mutex> Begin() const { return std::unique_lock(mutex_); }
  std::optional<int> ErrorOfCall(const std::filesystem::path& path);
  void NoteMade(const std::filesystem::path& path);
  void NoteRenamed(const std::filesystem::path& from, const std::filesystem::path& to);
  void NoteRemoved(const std::filesystem::path& path);
  void NoteSynced(const std::filesystem::path& path);

 private:
  struct File {
    std::string synced;
  };
  using Names = std::map<std::filesystem::path, std::shared_ptr<File>>;

  bool IsWatched(const std::filesystem::path& path) const;  // with mutex_ held

  mutable std::recursive_mutex mutex_;  // guards all
  std::filesystem::path watched_;
  Names names_;         // as the program sees them
  Names synced_names_;  // that the disk must have
  std::optional<Fault> fault_;
  uint64_t call_count_ = 0;
  bool has_failed_ = false;
};

}  // namespace dossier::crash_test

#endif  // DOSSIER_TESTS_CRASH_DISK_H_
