#include "storage/id_blocks.h"

#include <cstdint>

#include "base/coding.h"
#include "base/errors.h"
#include "base/status.h"

namespace dossier {
namespace {

// Ids per lease: one small write in so many draws.
constexpr EntityId kBlockSize = 4096;

// JSON and its readers take an id for a signed number.
constexpr EntityId kIdMax = INT64_MAX;

}  // namespace

absl::StatusOr<std::unique_ptr<IdBlocks>> IdBlocks::Open(Store& store) {
  DOSSIER_ASSIGN_OR_RETURN(const SharedBytes stored,
                           store.Get(Family::kMeta, MetaKey(MetaTag::kNextId)));
  if (stored == nullptr) {
    DOSSIER_ASSIGN_OR_RETURN(const bool has_records, store.HasAny(Family::kRecords));
    if (has_records) return errors::DataLoss("the counter of ids is missing");
    return std::unique_ptr<IdBlocks>(new IdBlocks(store, 1));
  }
  const EntityId next = stored->size() == sizeof(EntityId) ? LoadBig<EntityId>(stored->data()) : 0;
  if (next == 0 || next > kIdMax - kBlockSize) {
    return errors::DataLoss("the counter of ids is damaged");
  }
  return std::unique_ptr<IdBlocks>(new IdBlocks(store, next));
}

absl::StatusOr<EntityId> IdBlocks::Next() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (next_ == end_) DOSSIER_RETURN_IF_ERROR(Lease(end_ + kBlockSize));
  return next_++;
}

absl::Status IdBlocks::Keep(EntityId id) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (id < next_) {
    if (id > kept_) kept_ = id;
    return absl::OkStatus();
  }
  if (id >= end_) DOSSIER_RETURN_IF_ERROR(Lease(id + kBlockSize));
  next_ = id + 1;
  return absl::OkStatus();
}

absl::Status IdBlocks::Lease(EntityId end) {
  // Buffered is enough: the lease stands in the log before every write that uses its ids, so no
  // crash can keep such a write and lose the lease.
  Batch batch(store_);
  batch.Put(Family::kMeta, MetaKey(MetaTag::kNextId), IdValue(end).view());
  DOSSIER_RETURN_IF_ERROR(store_.Commit(batch, Durability::kBuffered));
  end_ = end;
  return absl::OkStatus();
}

}  // namespace dossier
