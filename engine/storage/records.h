// Records by id, from memory where they have been read or written lately.
#ifndef DOSSIER_STORAGE_RECORDS_H_
#define DOSSIER_STORAGE_RECORDS_H_

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "record/attribute.h"
#include "record/view.h"
#include "storage/store.h"

namespace dossier {

struct RecordName {
  TypeId type;
  EntityId id;

  friend bool operator==(const RecordName&, const RecordName&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const RecordName& name) {
    return H::combine(std::move(h), name.type, name.id);
  }
};

// A cache of whole records in front of the store, bounded in bytes, that never shows an older
// record after a newer one. Thread-safe. The store must outlive it.
//
// A reader may put what it found into the cache only if no write touched that part of the cache
// from before it looked until after: else it might put back what a write has just replaced. Writers
// say so by a Write, held around their commit.
//
// What is cached of a record is its state in a snapshot too, unless the commit that made it came
// behind the snapshot. For suppose that the snapshot had a later commit of the record as well: that
// was done when the snapshot was taken, so its Write had begun before, which took away what was
// cached; since then nothing older has been put back, for the reason above. What is found in the
// cache by who has the snapshot already is therefore of no earlier commit. To tell that it is of no
// later one each entry has a sequence number that is not below that of its commit: the store's when
// the commit was done, or when a reader had found the record.
class Records {
 public:
  Records(Store& store, size_t cache_bytes_max);

  // Verified bytes; null where there is no such record. Errors: kDataLoss, kUnavailable.
  absl::StatusOr<SharedBytes> Get(const RecordName& name, const Shape& shape,
                                  bool* was_cached = nullptr);

  // As Get, but leaves the cache as it is: for walks over all records.
  absl::StatusOr<SharedBytes> Peek(const RecordName& name, const Shape& shape);

  // A record as it is in a snapshot.
  struct State {
    SharedBytes bytes;  // null where there is no such record
    bool is_verified = false;
  };
  // From memory where that has it for sure, else from the store, and then not verified. Leaves the
  // cache as it is. Errors: kDataLoss, kUnavailable.
  absl::StatusOr<State> PeekAt(const Snapshot& at, const RecordName& name);

  // The newest record of the type with a smaller id than `end` that `matches`; nothing where none
  // does. Reads them from the store in steps, each as it is at that moment, and past the cache.
  // Errors: as Get, where no readable record matches.
  absl::StatusOr<std::optional<EntityId>> FindBelow(
      const RecordName& end, const Shape& shape,
      absl::FunctionRef<absl::StatusOr<bool>(const RecordView& record)> matches) const;

  struct Size {
    size_t bytes = 0;
    size_t record_count = 0;
  };
  // Of what is cached.
  Size CachedSize();

  class Write;

  // Held around the commit that deletes all records of a type, under the locks of all of them.
  class Purge {
   public:
    Purge(Records& records, TypeId type);
    ~Purge();
    Purge(const Purge&) = delete;
    Purge& operator=(const Purge&) = delete;

   private:
    Records& records_;
  };

 private:
  struct Slot {
    RecordName name{};
    SharedBytes bytes;      // null: the slot is free, or of a record with a write under way
    uint64_t sequence = 0;  // not below that of the commit that made the bytes
    bool was_used = false;
  };
  struct Shard {
    std::mutex mutex;
    absl::flat_hash_map<RecordName, size_t> slot_of;
    std::vector<Slot> slots;
    std::vector<size_t> free;
    size_t hand = 0;  // where the search for what to forget goes on
    size_t bytes = 0;
    int writes_under_way = 0;
    uint64_t write_count = 0;
  };
  static constexpr size_t kShardCount = 64;

  struct Committed {
    const SharedBytes& bytes;
    uint64_t sequence;
  };

  Shard& ShardOf(const RecordName& name);
  SharedBytes Cached(const RecordName& name, uint64_t& write_count);
  SharedBytes CachedAt(const Snapshot& at, const RecordName& name);
  void Offer(const RecordName& name, const SharedBytes& bytes, uint64_t write_count);
  // With the shard's mutex held:
  void Put(Shard& shard, const RecordName& name, const Committed& committed);
  // The slot of the record, which may be a new one, empty.
  static size_t SlotFor(Shard& shard, const RecordName& name);
  void Fill(Shard& shard, size_t position, const Committed& committed);
  static void Empty(Shard& shard, size_t position);
  static void Forget(Shard& shard, const RecordName& name);
  void MakeRoom(Shard& shard);

  Store& store_;
  const size_t shard_bytes_max_;
  std::array<Shard, kShardCount> shards_;
};

// Held around the commit of a record, under the record's lock. Meanwhile the record keeps the slot that
// it has, empty: others put nothing there, and make no room by what is empty.
class Records::Write {
 public:
  Write(Records& records, const RecordName& name);
  ~Write();  // forgets what was cached, unless Publish was called
  Write(const Write&) = delete;
  Write& operator=(const Write&) = delete;

  // After the commit: what the record is now; null where it was deleted.
  void Publish(const SharedBytes& bytes);

 private:
  Records& records_;
  Shard& shard_;
  const RecordName name_;
  std::optional<size_t> slot_;
  bool is_published_ = false;
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_RECORDS_H_
