#include "mutation/mutations.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"

namespace dossier {
namespace {

// What an entry of a batch takes beside its value, at most.
constexpr size_t kEntryBytes = 48;

// It may have values that this version of the type does not know: a write would drop them.
absl::Status WrittenLater(const RecordView& record) {
  return errors::DataLoss(absl::StrCat("record ", record.id(), " was written by version ",
                                       record.type_version(), " of its entity type, a later one"));
}

}  // namespace

absl::StatusOr<SharedBytes> Mutations::Create(const EntityType& type, const Change& change,
                                              Durability durability) {
  const absl::StatusOr<Plan> plan =
      PlanChange(type, nullptr, change, hash_key_, [this] { return ids_.Next(); });
  // From its commit on others find the new record: the lock keeps their changes, and what the cache
  // is told of them, behind it.
  const std::array name{RecordKey(type.id(), plan.ok() ? plan->id : 0)};
  const LockTable::Guard lock = record_locks_.Lock(name);
  const absl::Status status = plan.ok() ? Commit(type, *plan, durability) : plan.status();
  if (!status.ok()) return FirstMistake(type, nullptr, change, status);
  return plan->record;
}

absl::StatusOr<SharedBytes> Mutations::Update(const EntityType& type, const Selector& selector,
                                              const Preconditions& preconditions,
                                              const Change& change, Durability durability) {
  const auto planner = [&](const RecordView& old) {
    return PlanChange(type, &old, change, hash_key_, [this] { return ids_.Next(); });
  };
  return ChangeSelected(type, selector, preconditions, durability, planner, &change);
}

absl::Status Mutations::Delete(const EntityType& type, const Selector& selector,
                               const Preconditions& preconditions, Durability durability) {
  return ChangeSelected(
             type, selector, preconditions, durability,
             [&](const RecordView& old) { return PlanDelete(type, old, hash_key_); },
             /*change=*/nullptr)
      .status();
}

absl::StatusOr<SharedBytes> Mutations::ChangeSelected(const EntityType& type,
                                                      const Selector& selector,
                                                      const Preconditions& preconditions,
                                                      Durability durability, Planner planner,
                                                      const Change* change) {
  EntityId stale = 0;  // a record that the selector led to and that did not hold the value
  for (;;) {
    DOSSIER_ASSIGN_OR_RETURN(const EntityId id, selection_.FindId(selector));
    const LockTable::Guard lock = record_locks_.Lock(std::array{RecordKey(type.id(), id)});
    DOSSIER_ASSIGN_OR_RETURN(const SharedBytes bytes, records_.Get({type.id(), id}, type.root()));
    if (bytes == nullptr && !selector.look_up) return errors::RecordNotFound();
    const bool holds =
        bytes != nullptr && Holds(RecordView::Trusted(*bytes), selector, type, hash_key_);
    if (!holds) {
      // The value moved before the lock was ours. A claim that still leads here is a broken one.
      DOSSIER_ASSIGN_OR_RETURN(const EntityId now, selection_.FindId(selector));
      if (now == id && stale == id) {
        return BrokenLookUp(selector, id);
      }
      stale = id;
      continue;
    }
    const RecordView old = RecordView::Trusted(*bytes);
    if (old.type_version() > type.version()) return WrittenLater(old);
    DOSSIER_RETURN_IF_ERROR(CheckPreconditions(old, preconditions));
    const absl::StatusOr<Plan> plan = planner(old);
    const absl::Status status = plan.ok() ? Commit(type, *plan, durability) : plan.status();
    if (status.ok()) return plan->record;
    return change == nullptr ? status : FirstMistake(type, &old, *change, status);
  }
}

absl::Status Mutations::Commit(const EntityType& type, const Plan& plan, Durability durability) {
  ClaimList touched = plan.added;
  touched.insert(touched.end(), plan.dropped.begin(), plan.dropped.end());
  const LockTable::Guard lock = claim_locks_.Lock(touched);
  for (const Claim& claim : plan.added) DOSSIER_RETURN_IF_ERROR(CheckUnclaimed(type, claim));
  const size_t bytes = plan.record == nullptr ? 0 : plan.record->size();
  Batch batch(store_, bytes + kEntryBytes * (2 + touched.size()));
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

absl::Status Mutations::FirstMistake(const EntityType& type, const RecordView* old,
                                     const Change& change, absl::Status error) {
  // Text that is no JSON has no order.
  const bool is_mistake = DetailOf(error) && error != errors::MalformedJson(change.argument);
  if (!type.has_unique() || !is_mistake) return error;
  const std::vector<Claim> given = ClaimsGiven(type, old, change, hash_key_);
  const LockTable::Guard lock = claim_locks_.Lock(given);
  for (const Claim& claim : given) {
    DOSSIER_ASSIGN_OR_RETURN(const std::optional<EntityId> holder, store_.LookUp(claim.key));
    // The record's own values are passed over before anything costly.
    if (!holder || (old != nullptr && *holder == old->id())) continue;
    DOSSIER_RETURN_IF_ERROR(CheckUnclaimed(type, claim));
  }
  return error;
}

absl::Status Mutations::CheckUnclaimed(const EntityType& type, const Claim& claim) {
  DOSSIER_ASSIGN_OR_RETURN(const std::optional<EntityId> holder, store_.LookUp(claim.key));
  if (!holder) return absl::OkStatus();
  DOSSIER_ASSIGN_OR_RETURN(const SharedBytes bytes,
                           records_.Get({type.id(), *holder}, type.root()));
  if (bytes == nullptr || !Holds(RecordView::Trusted(*bytes), claim, type, hash_key_)) {
    return errors::DataLoss(absl::StrCat("a claim on ", PathOf(*claim.attribute), " names record ",
                                         *holder, ", which does not hold the value"));
  }
  return errors::UniqueViolation(PathOf(*claim.attribute), *holder);
}

}  // namespace dossier
