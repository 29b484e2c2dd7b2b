// What a test knows of a process that it kills while it writes: a ledger in memory that both have mapped,
// so that what the process noted last outlives it.
#ifndef DOSSIER_TESTS_CRASH_KILL_LEDGER_H_
#define DOSSIER_TESTS_CRASH_KILL_LEDGER_H_

#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "crash/child.h"

namespace dossier::crash_test {

inline constexpr int kWriterCount = 4;
inline constexpr size_t kKeysPerWriter = 24;  // each key is written by one writer
inline constexpr size_t kKeyCount = kWriterCount * kKeysPerWriter;
inline constexpr int kSlotCount = 40;  // for which all writers fight

// Of the record of a key.
struct RecordState {
  bool is_there = false;
  uint64_t id = 0;  // 0: not known, of one that is being made
  int64_t counter = 0;
  int slot = -1;  // or none
  size_t item_count = 0;
  uint64_t items = 0;  // a hash of their `n`, in order

  void Append(int64_t n) {
    ++item_count;
    items = (items + static_cast<uint64_t>(n)) * 0x9E3779B97F4A7C15;
  }
  bool IsSeenAs(const RecordState& seen) const {
    if (!is_there || !seen.is_there) return is_there == seen.is_there;
    return (id == 0 || id == seen.id) && counter == seen.counter && slot == seen.slot &&
           item_count == seen.item_count && items == seen.items;
  }
};

struct Entry {
  // kTrying: the record is as `known` or as `tried`. kDone: it is as `tried`.
  enum Phase : int { kIdle, kTrying, kDone };
  std::atomic<int> phase;
  RecordState known;
  RecordState tried;
};

// All zeros at first.
struct Ledger {
  std::array<Entry, kKeyCount> entries;
  std::atomic<bool> is_writing;  // the process has checked the store
  // Writes of all processes: begun; synced and acknowledged; refused, since another had the slot.
  std::atomic<int64_t> write_count;
  std::atomic<int64_t> synced_count;
  std::atomic<int64_t> refused_count;
  int64_t cut_count;              // of these, under way when a process was killed
  int64_t cut_done_count;         // and there afterwards
  int64_t compared_count;         // records
  uint64_t highest_id;            // that was there when the process began
  std::array<char, 400> failure;  // why the process ended by itself

  static Ledger& Map(int file) {
    void* const bytes =
        ::mmap(nullptr, sizeof(Ledger), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (bytes == MAP_FAILED) std::abort();
    return *static_cast<Ledger*>(bytes);
  }
};

inline std::string CodeOf(size_t key) { return absl::StrCat("\"key", key, "\""); }
inline std::string SlotName(int slot) { return absl::StrCat("\"slot", slot, "\""); }

}  // namespace dossier::crash_test

#endif  // DOSSIER_TESTS_CRASH_KILL_LEDGER_H_
