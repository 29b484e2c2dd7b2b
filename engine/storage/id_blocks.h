// The store's one sequence of ids, leased in blocks.
#ifndef DOSSIER_STORAGE_ID_BLOCKS_H_
#define DOSSIER_STORAGE_ID_BLOCKS_H_

#include <memory>
#include <mutex>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "storage/store.h"

namespace dossier {

// Hands out ids that rise and never repeat, over all openings of the store; a crash or a close
// leaves a gap of at most a block. Thread-safe. The store must outlive it.
class IdBlocks {
 public:
  // Errors: kDataLoss, kUnavailable.
  static absl::StatusOr<std::unique_ptr<IdBlocks>> Open(Store& store);

  // The next id. Errors: those of Store::Commit, when a new block is due.
  absl::StatusOr<EntityId> Next();

 private:
  IdBlocks(Store& store, EntityId next) : store_(store), next_(next), end_(next) {}

  Store& store_;
  std::mutex mutex_;
  EntityId next_;  // the next to hand out
  EntityId end_;   // the first that is not leased
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_ID_BLOCKS_H_
