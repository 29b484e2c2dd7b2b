#include "storage/id_blocks.h"

#include "base/coding.h"
#include "base/errors.h"
#include "base/status.h"

namespace dossier {
namespace {

// Ids per lease: one small write in so many draws.
constexpr EntityId kBlockSize = 4096;

}  // namespace

absl::StatusOr<std::unique_ptr<IdBlocks>> IdBlocks::Open(Store& store) {
  DOSSIER_ASSIGN_OR_RETURN(const SharedBytes stored,
                           store.Get(Family::kMeta, MetaKey(MetaTag::kNextId)));
  if (stored != nullptr && stored->size() != sizeof(EntityId)) {
    return errors::DataLoss("the counter of ids is damaged");
  }
  const EntityId next = stored == nullptr ? 1 : LoadBig<EntityId>(stored->data());
  return std::unique_ptr<IdBlocks>(new IdBlocks(store, next));
}

absl::StatusOr<EntityId> IdBlocks::Next() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (next_ == end_) {
    // Buffered is enough: the lease stands in the log before every write that uses its ids, so no
    // crash can keep such a write and lose the lease.
    Batch batch(store_);
    batch.Put(Family::kMeta, MetaKey(MetaTag::kNextId), IdValue(end_ + kBlockSize).view());
    DOSSIER_RETURN_IF_ERROR(store_.Commit(batch, Durability::kBuffered));
    end_ += kBlockSize;
  }
  return next_++;
}

}  // namespace dossier
