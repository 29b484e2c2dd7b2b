#include "mutation/mutations.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"

namespace dossier {

absl::StatusOr<SharedBytes> Mutations::Create(const EntityType& type, const Change& change,
                                              Durability durability) {
  // Nobody else can know the new record: only its claims need locks.
  DOSSIER_ASSIGN_OR_RETURN(
      const Plan plan, PlanChange(type, nullptr, change, hash_key_, [this] { return NewId(); }));
  DOSSIER_RETURN_IF_ERROR(Commit(type, plan, durability));
  return plan.record;
}

absl::StatusOr<SharedBytes> Mutations::Update(const EntityType& type, const Selector& selector,
                                              const Preconditions& preconditions,
                                              const Change& change, Durability durability) {
  return ChangeSelected(type, selector, preconditions, durability, [&](const RecordView& old) {
    return PlanChange(type, &old, change, hash_key_, [this] { return NewId(); });
  });
}

absl::Status Mutations::Delete(const EntityType& type, const Selector& selector,
                               const Preconditions& preconditions, Durability durability) {
  return ChangeSelected(type, selector, preconditions, durability,
                        [&](const RecordView& old) { return PlanDelete(type, old, hash_key_); })
      .status();
}

absl::StatusOr<SharedBytes> Mutations::ChangeSelected(const EntityType& type,
                                                      const Selector& selector,
                                                      const Preconditions& preconditions,
                                                      Durability durability, Planner planner) {
  EntityId stale = 0;  // a record that the selector led to and that did not hold the value
  for (;;) {
    DOSSIER_ASSIGN_OR_RETURN(const EntityId id, selection_.FindId(selector));
    const LockTable::Guard lock = record_locks_.Lock(std::array{RecordKey(type.id(), id)});
    DOSSIER_ASSIGN_OR_RETURN(const SharedBytes bytes, records_.Get({type.id(), id}, type.root()));
    if (bytes == nullptr && !selector.claim) return errors::RecordNotFound();
    const bool holds =
        bytes != nullptr && Holds(RecordView::Trusted(*bytes), selector, type, hash_key_);
    if (!holds) {
      // The value moved before the lock was ours. A claim that still leads here is a broken one.
      DOSSIER_ASSIGN_OR_RETURN(const EntityId now, selection_.FindId(selector));
      if (now == id && stale == id) {
        return errors::DataLoss(absl::StrCat("a claim on ", PathOf(*selector.claim->attribute),
                                             " names record ", id, ", which does not hold the value"));
      }
      stale = id;
      continue;
    }
    const RecordView old = RecordView::Trusted(*bytes);
    DOSSIER_RETURN_IF_ERROR(CheckPreconditions(old, preconditions));
    DOSSIER_ASSIGN_OR_RETURN(const Plan plan, planner(old));
    DOSSIER_RETURN_IF_ERROR(Commit(type, plan, durability));
    return plan.record;
  }
}

absl::Status Mutations::Commit(const EntityType& type, const Plan& plan, Durability durability) {
  ClaimList touched = plan.added;
  touched.insert(touched.end(), plan.dropped.begin(), plan.dropped.end());
  const LockTable::Guard lock = claim_locks_.Lock(touched);
  for (const Claim& claim : plan.added) DOSSIER_RETURN_IF_ERROR(CheckUnclaimed(type, claim));
  Batch batch(store_);
  const Key record_key = RecordKey(type.id(), plan.id);
  const Key uuid_key = UuidKey(type.id(), plan.uuid.view());
  const Key id_value = IdValue(plan.id);
  if (plan.record != nullptr) {
    batch.Put(Family::kRecords, record_key.view(), *plan.record);
  } else {
    batch.Delete(Family::kRecords, record_key.view());
    batch.Delete(Family::kLookup, uuid_key.view());
  }
  if (plan.is_create) batch.Put(Family::kLookup, uuid_key.view(), id_value.view());
  for (const Claim& claim : plan.dropped) batch.Delete(Family::kLookup, claim.view());
  for (const Claim& claim : plan.added) batch.Put(Family::kLookup, claim.view(), id_value.view());
  Records::Write write(records_, {type.id(), plan.id});
  DOSSIER_RETURN_IF_ERROR(store_.Commit(batch, durability));
  write.Publish(plan.record);
  return absl::OkStatus();
}

absl::Status Mutations::CheckUnclaimed(const EntityType& type, const Claim& claim) {
  DOSSIER_ASSIGN_OR_RETURN(const std::optional<EntityId> holder, store_.LookUp(claim.key));
  if (!holder) return absl::OkStatus();
  Selector selector;
  selector.claim = claim;
  DOSSIER_ASSIGN_OR_RETURN(const SharedBytes bytes, records_.Get({type.id(), *holder}, type.root()));
  if (bytes == nullptr || !Holds(RecordView::Trusted(*bytes), selector, type, hash_key_)) {
    return errors::DataLoss(absl::StrCat("a claim on ", PathOf(*claim.attribute), " names record ",
                                         *holder, ", which does not hold the value"));
  }
  return errors::UniqueViolation(PathOf(*claim.attribute), *holder);
}

}  // namespace dossier
