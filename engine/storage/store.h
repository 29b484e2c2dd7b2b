// The bytes on disk: one RocksDB in one directory. The only room that touches the disk.
#ifndef DOSSIER_STORAGE_STORE_H_
#define DOSSIER_STORAGE_STORE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/shared_bytes.h"
#include "dossier/engine.h"
#include "dossier/statistics.h"
#include "storage/keyspace.h"

namespace rocksdb {
class Snapshot;
}

namespace dossier {

// What this library writes, and the newest that it reads; an older store becomes one of it when it is
// opened. Stored in the file FORMAT.
inline constexpr uint32_t kStoreFormat = 4;

class Store;

// Changes to one store that are made together or not at all. Not thread-safe.
class Batch {
 public:
  // `store` must outlive it. With `reserved_bytes` for all its entries it allocates once.
  explicit Batch(const Store& store, size_t reserved_bytes = 0);
  ~Batch();
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  void Put(Family family, std::string_view key, std::string_view value);
  // Of a record that is there: what the change made of its bytes (record/delta.h).
  void Merge(Family family, std::string_view key, std::string_view delta);
  void Delete(Family family, std::string_view key);
  // The same of a key that was put no more than once, ever, or since it was last deleted in this way:
  // leaves nothing behind once the two have met.
  void DeleteOnce(Family family, std::string_view key);
  void DeleteRange(Family family, const KeyRange& range);

 private:
  friend class Store;
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// One state of a store, for as long as it lives. The store must outlive it.
class Snapshot {
 public:
  explicit Snapshot(const Store& store);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  // It has all commits up to this one, and none behind it.
  uint64_t sequence() const;

 private:
  friend class Store;
  const Store& store_;
  const rocksdb::Snapshot* rocks_;
};

enum class Opening : uint8_t {
  // Refuses a store of which it is seen at once that files are damaged or missing.
  kWhole,
  // Opens such a store too: reads of what is damaged fail, and tables are not rewritten.
  kSalvage,
};

struct Entry {
  std::string key;
  SharedBytes value;
};

// An open store. Thread-safe. Reads are of the newest state or of that of a snapshot.
class Store {
 public:
  // Errors: as Engine::Open.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const EngineOptions& options,
                                                     Opening opening = Opening::kWhole);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Null where there is no such key. Errors: kDataLoss, kUnavailable.
  absl::StatusOr<SharedBytes> Get(Family family, std::string_view key,
                                  const Snapshot* at = nullptr) const;

  // The id that a key of kLookup leads to. Errors: as Get.
  absl::StatusOr<std::optional<EntityId>> LookUp(const Key& key,
                                                 const Snapshot* at = nullptr) const;

  // The same, now, of a key that most likely leads nowhere, as that of a value that is to be claimed:
  // mostly known without a look at the store. What a write of this process put is found by who holds
  // the lock that the write had, or comes behind it in another way.
  absl::StatusOr<std::optional<EntityId>> LookUpUnlikely(const Key& key) const;

  // Calls `visit` with every key of kLookup and its id, in no order, until it returns false. Slow to
  // begin with: it sorts what is in memory. Errors: as Get.
  absl::Status VisitLookUps(absl::FunctionRef<bool(std::string_view key, EntityId id)> visit,
                            const Snapshot* at) const;

  // The first entry at or behind `from` whose key begins with `prefix`; all of that prefix, by
  // rising key. Not of kLookup, which has no order to look in. Errors: as Get.
  absl::StatusOr<std::optional<Entry>> FirstFrom(Family family, std::string_view from,
                                                 std::string_view prefix,
                                                 const Snapshot* at = nullptr) const;
  absl::StatusOr<std::vector<Entry>> Entries(Family family, std::string_view prefix,
                                             const Snapshot* at = nullptr) const;

  // The entries of kMeta with that tag, by key (without the tag).
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> MetaEntries(MetaTag tag) const;

  // The last entries of the family whose keys begin with `prefix` and are below `end`, by falling key,
  // until they have `bytes_max` bytes; at least one where there is one. Not of kLookup.
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> EntriesBelow(
      Family family, std::string_view prefix, std::string_view end, size_t bytes_max) const;

  // Whether the family has an entry; not of kLookup, which has no order to look in.
  absl::StatusOr<bool> HasAny(Family family) const;

  // Up to `count_max` ids of records of the type, rising from `from`.
  absl::StatusOr<std::vector<EntityId>> RecordIds(TypeId type, EntityId from,
                                                  size_t count_max) const;
  // About how many records there are, of all types.
  uint64_t RecordCountAbout() const;

  // Gives back the space of what was deleted in the range; ends early where `stop` becomes true.
  absl::Status Compact(Family family, const KeyRange& range, std::atomic<bool>& stop);
  // Rewrites all tables, as small as they get; ends early where `stop` becomes true.
  absl::Status CompactAll(std::atomic<bool>& stop);

  // Reads all tables and compares their checksums. Errors: kDataLoss, naming the first table that is
  // damaged; kUnavailable.
  absl::Status VerifyTables() const;

  // Returns after `durability` holds. Errors: kUnavailable (no space), kUnknown, kDataLoss; see
  // dossier/errors.h for what each leaves behind.
  absl::Status Commit(Batch& batch, Durability durability);
  // As Commit with kSynced, for writes that come one by one and after much that was not synced: others
  // go on while the disk is waited for. Errors: as Commit.
  absl::Status CommitAside(Batch& batch);
  // Returns when all that is committed by now is as safe as with kSynced. Errors: as Commit.
  absl::Status Sync();

  // Makes `directory`, which is not there yet, a store with all that is committed by now. Errors:
  // kAlreadyExists, kUnavailable.
  absl::Status Checkpoint(const std::string& directory);

  // Of the last commit that readers see: they rise from commit to commit.
  uint64_t LastSequence() const;

  // How the last commit ended; fine where there was none.
  absl::Status LastCommit() const;

  // As Engine::Statistics, of RocksDB.
  std::vector<Statistic> Statistics() const;

 private:
  friend class Batch;
  friend class Cursor;
  friend class LeapingCursor;
  friend class Salvage;
  friend class Snapshot;
  struct Parts;
  explicit Store(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_STORE_H_
