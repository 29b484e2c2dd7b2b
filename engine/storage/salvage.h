// A damaged store, opened for what can be read of it.
#ifndef DOSSIER_STORAGE_SALVAGE_H_
#define DOSSIER_STORAGE_SALVAGE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "dossier/engine.h"
#include "storage/keyspace.h"
#include "storage/store.h"

namespace dossier {

// A table that cannot be opened, and the first and the last key that it has something of.
struct LostTable {
  Family family = Family::kMeta;
  std::string name;
  std::string first_key;
  std::string last_key;
  uint64_t bytes = 0;  // that it should have
};

// Not thread-safe.
class Salvage {
 public:
  // Opens a copy of the store in `options.directory`, which it makes in `copy`. The store, which must
  // not be in use, stays as it is: its tables, which nobody writes to, are shared (hard links) where
  // that goes. In the copy CURRENT and FORMAT are mended, and in the place of a table that cannot be
  // opened stands an empty one.
  // Errors: as Store::Open, where there is nothing to read.
  static absl::StatusOr<std::unique_ptr<Salvage>> Open(const EngineOptions& options,
                                                       const std::string& copy);

  const Store& store() const { return *store_; }
  const std::vector<LostTable>& lost_tables() const { return lost_; }
  // What the disk had (high_water.h) and the store has not: changes up to the second, from behind the first.
  // Equal where nothing is missing or nothing is known.
  std::pair<uint64_t, uint64_t> lost_changes() const { return lost_changes_; }

 private:
  explicit Salvage(std::unique_ptr<Store> store) : store_(std::move(store)) {}

  absl::Status FindLostTables(const std::string& copy);

  std::unique_ptr<Store> store_;
  std::vector<LostTable> lost_;
  std::pair<uint64_t, uint64_t> lost_changes_ = {};
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_SALVAGE_H_
