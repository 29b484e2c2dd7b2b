// The store's one sequence of ids, leased in blocks.
#ifndef DOSSIER_STORAGE_ID_BLOCKS_H_
#define DOSSIER_STORAGE_ID_BLOCKS_H_

#include <atomic>
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

  // Takes an id that somebody else has given: no later Next returns it. One that was drawn before may
  // be that of something under construction, which must then ask whether it is taken (MayBeKept).
  // Errors: as Next.
  absl::Status Keep(EntityId id);

  // Whether an id that Next returned may have been kept since.
  bool MayBeKept(EntityId id) const { return id <= kept_.load(std::memory_order_acquire); }

 private:
  // With the mutex held: leases the ids up to `end`.
  absl::Status Lease(EntityId end);

  IdBlocks(Store& store, EntityId next) : store_(store), next_(next), end_(next) {}

  Store& store_;
  std::mutex mutex_;
  EntityId next_;                   // the next to hand out
  EntityId end_;                    // the first that is not leased
  std::atomic<EntityId> kept_ = 0;  // the largest that was kept when it had been drawn already
};

}  // namespace dossier

#endif  // DOSSIER_STORAGE_ID_BLOCKS_H_
