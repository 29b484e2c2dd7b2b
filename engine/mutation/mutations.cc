#include "mutation/mutations.h"

#include <array>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"
#include "base/text.h"
#include "mutation/binding.h"

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
                                              const Terms& terms) {
  for (;;) {
    absl::StatusOr<Plan> plan = PlanCreate(type, change);
    // From its commit on others find the new record: the lock keeps their changes, and what the
    // cache is told of them, behind it.
    const std::array name{RecordKey(type.id(), plan.ok() ? plan->id : 0)};
    const LockTable::Guard lock = record_locks_.Lock(name);
    if (plan.ok() && ids_.MayBeKept(plan->id)) {
      DOSSIER_ASSIGN_OR_RETURN(const bool is_taken, IsTaken(type.id(), plan->id));
      if (is_taken) continue;
    }
    const absl::Status status = plan.ok() ? Commit(type, *plan, terms.durability) : plan.status();
    if (!status.ok()) return FirstMistake({type, nullptr, change}, status);
    return Answer(type, plan->record, change.path, terms);
  }
}

absl::StatusOr<Plan> Mutations::PlanCreate(const EntityType& type, const Change& change) {
  PlainPasswords passwords;
  const auto planner = [&] {
    return PlanChange(
        type, nullptr, change, planning_, [this] { return ids_.Next(); }, passwords);
  };
  absl::StatusOr<Plan> plan = planner();
  if (!plan.ok() || !plan->lacks_hashes) return plan;
  DOSSIER_RETURN_IF_ERROR(HashPasswords(passwords));
  return planner();
}

absl::StatusOr<bool> Mutations::IsTaken(TypeId type, EntityId id) const {
  DOSSIER_ASSIGN_OR_RETURN(const SharedBytes bytes,
                           store_.Get(Family::kRecords, RecordKey(type, id).view()));
  return bytes != nullptr;
}

absl::StatusOr<Changed> Mutations::Update(const EntityType& type, const Selector& selector,
                                          const Preconditions& preconditions, Change change,
                                          const Terms& terms) {
  PlainPasswords passwords;
  const auto planner = [&](const RecordView& old,
                           const Planning& planning) -> absl::StatusOr<Plan> {
    if (selector.plural) {
      const Chunks chunks(store_, type.id(), old.id(), type.root());
      DOSSIER_ASSIGN_OR_RETURN(std::optional<Path> located,
                               Located(change.path, old, selector, type, hash_key_, chunks));
      if (!located) return errors::RecordNotFound();
      change.path = *std::move(located);
    }
    return PlanChange(
        type, &old, change, planning, [this] { return ids_.Next(); }, passwords);
  };
  for (;;) {
    DOSSIER_ASSIGN_OR_RETURN(
        SharedBytes record, ChangeSelected(type, selector, preconditions, terms, planner, &change));
    if (record != nullptr) return Changed{std::move(record), std::move(change.path)};
    DOSSIER_RETURN_IF_ERROR(HashPasswords(passwords));
  }
}

absl::Status Mutations::Delete(const EntityType& type, const Selector& selector,
                               const Preconditions& preconditions, const Terms& terms) {
  return ChangeSelected(
             type, selector, preconditions, terms,
             [&](const RecordView& old, const Planning& planning) {
               return PlanDelete(type, old, planning);
             },
             /*change=*/nullptr)
      .status();
}

absl::StatusOr<bool> Mutations::DeleteIf(
    const EntityType& type, EntityId id,
    absl::FunctionRef<absl::StatusOr<bool>(const RecordView& record)> is_meant,
    Durability durability) {
  const LockTable::Guard lock = record_locks_.Lock(std::array{RecordKey(type.id(), id)});
  DOSSIER_ASSIGN_OR_RETURN(const SharedBytes bytes, records_.Peek({type.id(), id}, type.root()));
  if (bytes == nullptr) return false;
  const RecordView old = RecordView::Trusted(*bytes);
  if (old.type_version() > type.version()) return WrittenLater(old);
  DOSSIER_ASSIGN_OR_RETURN(const bool is_wanted, is_meant(old));
  if (!is_wanted) return false;
  DOSSIER_ASSIGN_OR_RETURN(Plan plan, PlanDelete(type, old, planning_));
  DOSSIER_RETURN_IF_ERROR(Commit(type, plan, durability));
  return true;
}

absl::StatusOr<SharedBytes> Mutations::ChangeSelected(const EntityType& type,
                                                      const Selector& selector,
                                                      const Preconditions& preconditions,
                                                      const Terms& terms, Planner planner,
                                                      const Change* change) {
  std::optional<EntityId> guess = selection_.GuessId(selector);
  EntityId stale = 0;  // a record that the selector led to and that did not hold the value
  for (;;) {
    const bool is_guessed = guess.has_value();
    const absl::StatusOr<EntityId> id =
        is_guessed ? *std::exchange(guess, std::nullopt) : selection_.FindId(selector, type);
    DOSSIER_RETURN_IF_ERROR(id.status());
    const LockTable::Guard lock = record_locks_.Lock(std::array{RecordKey(type.id(), *id)});
    Planning planning = planning_;
    const absl::StatusOr<SharedBytes> bytes =
        records_.Get({type.id(), *id}, type.root(), /*was_cached=*/&planning.wants_delta);
    if (!bytes.ok() && !is_guessed) return bytes.status();
    bool holds = false;
    if (bytes.ok() && *bytes != nullptr) {
      DOSSIER_ASSIGN_OR_RETURN(holds, IsMeant(RecordView::Trusted(**bytes), type, selector));
    }
    if (!holds && is_guessed) continue;
    if (!holds && !selector.look_up) return errors::RecordNotFound();  // what has an id stays
    if (!holds) {
      // The value moved before the lock was ours. A claim that still leads here is a broken one.
      DOSSIER_ASSIGN_OR_RETURN(const EntityId now, selection_.FindId(selector, type));
      if (now == *id && stale == *id) return BrokenLookUp(selector, *id);
      stale = *id;
      continue;
    }
    const RecordView old = RecordView::Trusted(**bytes);
    if (!is_guessed) selection_.Remember(selector, old);
    if (old.type_version() > type.version()) return WrittenLater(old);
    DOSSIER_RETURN_IF_ERROR(CheckPreconditions(old, preconditions));
    absl::StatusOr<Plan> plan = planner(old, planning);
    if (plan.ok() && plan->lacks_hashes) return SharedBytes();
    const absl::Status status = plan.ok() ? Commit(type, *plan, terms.durability) : plan.status();
    if (status.ok() && change == nullptr) return plan->record;
    if (status.ok()) return Answer(type, plan->record, change->path, terms);
    return change == nullptr ? status : FirstMistake({type, &old, *change}, status);
  }
}

absl::Status Mutations::HashPasswords(PlainPasswords& passwords) const {
  for (size_t i = 0; i < passwords.entries().size(); ++i) {
    const PlainPasswords::Entry& entry = passwords.entries()[i];
    if (!entry.hash.empty()) continue;
    DOSSIER_ASSIGN_OR_RETURN(std::string hash,
                             hash_password_(entry.attribute->password_type, entry.text));
    passwords.SetHash(i, std::move(hash));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Mutations::IsMeant(const RecordView& record, const EntityType& type,
                                        const Selector& selector) const {
  if (selector.plural) {
    const Chunks chunks(store_, type.id(), record.id(), type.root());
    DOSSIER_ASSIGN_OR_RETURN(const std::optional<Path> located,
                             Located(*selector.plural, record, selector, type, hash_key_, chunks));
    return located.has_value();
  }
  if (!Holds(record, selector, type, hash_key_)) return false;
  if (!selector.look_up || !record.has_large()) return true;
  // The value may be out of sight; what claims it for a locked record stays.
  DOSSIER_ASSIGN_OR_RETURN(const std::optional<EntityId> now, store_.LookUp(*selector.look_up));
  return now == record.id();
}

absl::StatusOr<SharedBytes> Mutations::Answer(const EntityType& type, const SharedBytes& record,
                                              const Path& path, const Terms& terms) {
  if (!terms.include_record || !RecordView::Trusted(*record).has_large()) return record;
  return WholeAt(RecordView::Trusted(*record), path, terms.readable,
                 Chunks(store_, type.id(), RecordView::Trusted(*record).id(), type.root()));
}

absl::Status Mutations::Commit(const EntityType& type, Plan& plan, Durability durability) {
  ClaimList touched = plan.added;
  touched.insert(touched.end(), plan.dropped.begin(), plan.dropped.end());
  const LockTable::Guard lock = claim_locks_.Lock(touched);
  if (type.building() != nullptr) DOSSIER_RETURN_IF_ERROR(SettleClaims(store_, type, plan));
  DOSSIER_RETURN_IF_ERROR(CheckUnclaimed(type, plan));
  Batch batch(store_, BatchBytesOf(plan));
  AddTo(batch, type, plan);
  std::optional<Grants::Ending> ending;
  if (plan.record == nullptr) ending.emplace(grants_, RecordName{type.id(), plan.id}, batch);
  Records::Write write(records_, {type.id(), plan.id});
  DOSSIER_RETURN_IF_ERROR(store_.Commit(batch, durability));
  write.Publish(plan.record);
  if (ending) ending->AfterCommit();
  return absl::OkStatus();
}

size_t Mutations::BatchBytesOf(const Plan& plan) {
  size_t bytes =
      plan.record == nullptr || !plan.delta.empty() ? plan.delta.size() : plan.record->size();
  for (const ChunkChange& chunk : plan.chunks) bytes += chunk.after ? chunk.after->size() : 0;
  const size_t entry_count =
      2 + plan.added.size() + plan.dropped.size() + plan.chunks.size() + plan.index.count();
  return bytes + plan.index.bytes() + kEntryBytes * entry_count;
}

void Mutations::AddTo(Batch& batch, const EntityType& type, const Plan& plan) const {
  const Key record_key = RecordKey(type.id(), plan.id);
  const Key uuid_key = UuidKey(type.id(), plan.uuid.view());
  const Key id_value = IdValue(plan.id);
  // First: where a DeleteOnce is the last entry, the store has to add one behind it.
  AddIndexChange(batch, plan.index);
  if (plan.record != nullptr) {
    plan.delta.empty() ? batch.Put(Family::kRecords, record_key.view(), *plan.record)
                       : batch.Merge(Family::kRecords, record_key.view(), plan.delta);
  } else {
    batch.Delete(Family::kRecords, record_key.view());
    batch.Delete(Family::kLookup, uuid_key.view());
  }
  const Chunks chunks(store_, type.id(), plan.id, type.root());
  for (const ChunkChange& chunk : plan.chunks) {
    const Key key = chunks.KeyOf(chunk.plural, chunk.name);
    if (chunk.after != nullptr) {
      batch.Put(Family::kElements, key.view(), *chunk.after);
    } else {
      batch.Delete(Family::kElements, key.view());
    }
  }
  if (plan.is_create) batch.Put(Family::kLookup, uuid_key.view(), id_value.view());
  for (const Claim& claim : plan.dropped) batch.Delete(Family::kLookup, claim.view());
  for (const Claim& claim : plan.added) batch.Put(Family::kLookup, claim.view(), id_value.view());
}

// What collides is found among all scalars before the first other mistake, then pinned down: a value
// that is not given yet is as if it were null, so that one more value never takes a collision away.
absl::Status Mutations::FirstMistake(const Refused& refused, absl::Status error) {
  const EntityType& type = refused.type;
  // Text that is no JSON has no order.
  const bool is_mistake =
      DetailOf(error) && error != errors::MalformedJson(refused.change.argument);
  const bool may_collide = type.has_unique() || type.has_locally_unique();
  if (!may_collide || !is_mistake) return error;
  Leniency all;
  absl::Status collision = CheckCollisions(refused, all);
  if (collision.ok()) return error;
  size_t colliding = all.scalars;
  for (size_t free = 0; free + 1 < colliding && !absl::IsDataLoss(collision);) {
    Leniency some{.scalars_max = free + (colliding - free) / 2};
    absl::Status status = CheckCollisions(refused, some);
    if (status.ok()) {
      free = some.scalars_max;
    } else {
      colliding = some.scalars_max;
      collision = std::move(status);
    }
  }
  return collision;
}

absl::Status Mutations::CheckCollisions(const Refused& refused, Leniency& leniency) {
  const auto& [type, old, change, rivals_end] = refused;
  EntityId next = kFirstImaginedId;
  const auto new_id = [&]() -> absl::StatusOr<EntityId> { return next++; };
  PlainPasswords passwords;  // to count and to wipe them
  const absl::StatusOr<Plan> plan =
      PlanChange(type, old, change, planning_, new_id, passwords, &leniency);
  if (plan.ok()) {
    const LockTable::Guard lock = claim_locks_.Lock(plan->added);
    return CheckUnclaimed(type, *plan, rivals_end);
  }
  const bool collides = absl::IsAlreadyExists(plan.status());
  return collides || absl::IsDataLoss(plan.status()) ? plan.status() : absl::OkStatus();
}

absl::Status Mutations::CheckUnclaimed(const EntityType& type, const Plan& plan,
                                       EntityId rivals_end) {
  for (const bool is_local : {true, false}) {
    for (const Claim& claim : plan.added) {
      if (claim.is_local != is_local || IsLoose(type, claim)) continue;
      DOSSIER_RETURN_IF_ERROR(CheckUnclaimed(type, claim, plan.id, rivals_end));
    }
  }
  return absl::OkStatus();
}

absl::Status Mutations::CheckUnclaimed(const EntityType& type, const Claim& claim,
                                       EntityId claimant, EntityId rivals_end) {
  DOSSIER_ASSIGN_OR_RETURN(const std::optional<EntityId> holder, store_.LookUpUnlikely(claim.key));
  if (!holder || *holder >= rivals_end) return absl::OkStatus();
  if (claim.is_local) return errors::UniqueViolation(PathOf(*claim.attribute), /*holder_id=*/0);
  DOSSIER_ASSIGN_OR_RETURN(const SharedBytes bytes,
                           records_.Get({type.id(), *holder}, type.root()));
  if (bytes == nullptr || !Holds(RecordView::Trusted(*bytes), claim, type, hash_key_)) {
    return errors::DataLoss(absl::StrCat("a claim on ", PathOf(*claim.attribute), " names record ",
                                         *holder, ", which does not hold the value"));
  }
  // The claimant itself: by an element of a large plural that the change did not see.
  return errors::UniqueViolation(PathOf(*claim.attribute), *holder == claimant ? 0 : *holder);
}

}  // namespace dossier
