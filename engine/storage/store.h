// The bytes on disk: one RocksDB in one directory. The only room that touches the disk.
#ifndef DOSSIER_STORAGE_STORE_H_
#define DOSSIER_STORAGE_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dossier/engine.h"
#include "storage/keyspace.h"

namespace dossier {

// What this library writes, and the newest that it reads. Stored in the file FORMAT.
inline constexpr uint32_t kStoreFormat = 1;

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
  void Delete(Family family, std::string_view key);

 private:
  friend class Store;
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// Bytes that many may read; null where there are none.
using SharedBytes = std::shared_ptr<const std::string>;

// An open store. Thread-safe.
class Store {
 public:
  // Errors: as Engine::Open.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const EngineOptions& options);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Null where there is no such key. Errors: kDataLoss, kUnavailable.
  absl::StatusOr<SharedBytes> Get(Family family, std::string_view key) const;

  // The id that a key of kLookup leads to. Errors: as Get.
  absl::StatusOr<std::optional<EntityId>> LookUp(const Key& key) const;

  // The entries of kMeta with that tag, by key (without the tag).
  absl::StatusOr<std::vector<std::pair<std::string, std::string>>> MetaEntries(MetaTag tag) const;

  // Whether the family has an entry; not of kLookup, which has no order to look in.
  absl::StatusOr<bool> HasAny(Family family) const;

  // Returns after `durability` holds. Errors: kUnavailable (no space), kUnknown, kDataLoss; see
  // dossier/errors.h for what each leaves behind.
  absl::Status Commit(Batch& batch, Durability durability);

 private:
  friend class Batch;
  struct Parts;
  explicit Store(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_STORE_H_
