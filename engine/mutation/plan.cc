#include "mutation/plan.h"

#include <algorithm>
#include <cstring>

#include "base/errors.h"
#include "base/status.h"
#include "base/time_text.h"
#include "mutation/touched.h"
#include "values/constraints.h"

namespace dossier {
namespace {

std::string TimeText(int64_t micros) {
  std::string text;
  AppendDateTime(micros, text);
  return text;
}

absl::Status CheckTime(std::string_view attribute, int64_t actual, std::optional<int64_t> wanted) {
  if (!wanted || *wanted == actual) return absl::OkStatus();
  return errors::TimestampMismatch(attribute, TimeText(actual), TimeText(*wanted));
}

Uuid UuidOf(const RecordView& record) {
  Uuid uuid;
  std::memcpy(uuid.bytes.data(), record.uuid(), uuid.bytes.size());
  return uuid;
}

// The time of the next state of a record.
int64_t TimeAfter(const RecordView& old, const Change& change) {
  if (change.keeps_last_updated) return old.last_updated();
  return std::max(change.now, old.last_updated() + 1);
}

absl::StatusOr<RecordHeader> HeaderAfter(const RecordView* old, const EntityType& type,
                                         const Change& change, NewId new_id) {
  RecordHeader header{.type = type.id(), .type_version = type.version()};
  if (old == nullptr) {
    // An import may say which.
    if (change.mode != Mode::kImport) {
      DOSSIER_ASSIGN_OR_RETURN(header.id, new_id());
    }
    header.created = header.last_updated = change.now;
    header.uuid = Uuid::Random();
  } else {
    header.id = old->id();
    header.created = old->created();
    header.last_updated = TimeAfter(*old, change);
    header.uuid = UuidOf(*old);
  }
  return header;
}

Chunks ChunksOf(const EntityType& type, EntityId record, const Planning& planning) {
  return Chunks(planning.store, type.id(), record, type.root());
}

// `old` with the elements of its large plurals that the change touches; nothing where it has none.
absl::StatusOr<std::optional<Whole>> Touched(const EntityType& type, const RecordView* old,
                                             const Change& change, const Planning& planning) {
  if (old == nullptr || !old->has_large()) return std::optional<Whole>();
  DOSSIER_ASSIGN_OR_RETURN(Whole whole,
                           BringIn(*old, TouchedBy(change, type.root(), old->id()),
                                   ChunksOf(type, old->id(), planning), /*for_change=*/true));
  return std::optional<Whole>(std::move(whole));
}

// That the record's own claims differ. Those that bind nothing yet may collide; then each is left
// once. Errors: 361.
absl::Status TakeDistinct(const EntityType& type, ClaimList& claims, Plan& plan) {
  if (type.building() == nullptr) return CheckDistinct(claims);
  for (const Claim& claim : TakeRepeated(claims)) {
    if (!IsLoose(type, claim)) return errors::UniqueViolation(PathOf(*claim.attribute), 0);
    plan.is_suspect = true;
  }
  return absl::OkStatus();
}

// Whether the record breaks what is being built for its type. Where that binds already it was refused.
bool IsSuspect(const RecordView& record, const EntityType& type) {
  const Building* building = type.building();
  if (building == nullptr || building->distinct() == nullptr) return false;
  return !CheckLocallyUnique(record, building->distinct()->root()).ok();
}

// What the plan's new record and chunks claim beyond the old ones, and the other way round.
absl::Status PlanClaims(const EntityType& type, const RecordView* old, const HashKey& hash_key,
                        Plan& plan) {
  const RecordView record = RecordView::Trusted(*plan.record);
  if (old != nullptr && plan.chunks.empty() && !ClaimsMayDiffer(*old, record, type)) {
    return absl::OkStatus();
  }
  ClaimList after = ClaimsOf(record, type, hash_key, old);
  AddClaimsOf(plan.chunks, &ChunkChange::after, type, hash_key, after);
  DOSSIER_RETURN_IF_ERROR(TakeDistinct(type, after, plan));
  if (old == nullptr) {
    plan.added = std::move(after);
    return absl::OkStatus();
  }
  ClaimList before = ClaimsOf(*old, type, hash_key, &record);
  AddClaimsOf(plan.chunks, &ChunkChange::before, type, hash_key, before);
  if (type.building() != nullptr) TakeRepeated(before);
  plan.dropped = Difference(before, after);
  plan.added = Difference(after, before);
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckPreconditions(const RecordView& record, const Preconditions& preconditions) {
  DOSSIER_RETURN_IF_ERROR(CheckTime("created", record.created(), preconditions.created));
  return CheckTime("lastUpdated", record.last_updated(), preconditions.last_updated);
}

absl::StatusOr<Plan> PlanChange(const EntityType& type, const RecordView* old, const Change& change,
                                const Planning& planning, NewId new_id, PlainPasswords& passwords,
                                Leniency* leniency) {
  DOSSIER_ASSIGN_OR_RETURN(const RecordHeader header, HeaderAfter(old, type, change, new_id));
  DOSSIER_ASSIGN_OR_RETURN(const std::optional<Whole> whole, Touched(type, old, change, planning));
  const RecordView touched = whole ? RecordView::Trusted(whole->record) : RecordView::Trusted({});
  std::string delta;
  const bool wants_delta = planning.wants_delta && !whole;
  DOSSIER_ASSIGN_OR_RETURN(
      SharedBytes record,
      ChangedRecord(whole ? &touched : old, type.root(), change, header,
                    {CheckText, new_id, &passwords, leniency, wants_delta ? &delta : nullptr}));
  const RecordView changed = RecordView::Trusted(*record);
  if (type.has_locally_unique()) {
    DOSSIER_RETURN_IF_ERROR(CheckLocallyUnique(changed, type.root()));
  }
  Plan plan{.id = changed.id(), .uuid = UuidOf(changed), .is_create = old == nullptr};
  plan.lacks_hashes = passwords.lacks_hashes();
  plan.is_suspect = IsSuspect(changed, type);
  if (whole || HasTooLarge(changed, planning.bounds)) {
    DOSSIER_ASSIGN_OR_RETURN(SentOut sent, SendOut(changed, whole ? &*whole : nullptr,
                                                   ChunksOf(type, changed.id(), planning),
                                                   planning.bounds, change.argument));
    // A plural that comes back has elements that the change did not see, and lets its claims go.
    const RecordView back = RecordView::Trusted(sent.record);
    if (whole && type.has_locally_unique()) {
      DOSSIER_RETURN_IF_ERROR(CheckLocallyUnique(back, type.root()));
    }
    plan.is_suspect = plan.is_suspect || IsSuspect(back, type);
    record = SharedBytes(sent.record);
    plan.chunks = std::move(sent.chunks);
    delta.clear();
  }
  plan.delta = std::move(delta);
  plan.record = std::move(record);
  if (type.has_unique() || !plan.chunks.empty()) {
    DOSSIER_RETURN_IF_ERROR(PlanClaims(type, old, planning.hash_key, plan));
  }
  const RecordView planned = RecordView::Trusted(*plan.record);
  plan.index = ChangeOfIndexes(type, old, &planned, plan.chunks);
  return plan;
}

void AddIndexChange(Batch& batch, const IndexChange& change) {
  for (size_t i = 0; i < change.dropped.size(); ++i) {
    const std::string_view row = change.dropped[i];
    IsPutOnce(row) ? batch.DeleteOnce(Family::kIndex, row) : batch.Delete(Family::kIndex, row);
  }
  for (size_t i = 0; i < change.added.size(); ++i) {
    batch.Put(Family::kIndex, change.added[i], /*value=*/"");
  }
}

absl::StatusOr<Plan> PlanDelete(const EntityType& type, const RecordView& old,
                                const Planning& planning) {
  Plan plan{.id = old.id(), .uuid = UuidOf(old)};
  plan.dropped = ClaimsOf(old, type, planning.hash_key);
  if (old.has_large()) {
    DOSSIER_ASSIGN_OR_RETURN(plan.chunks, DropAll(old, ChunksOf(type, old.id(), planning)));
    AddClaimsOf(plan.chunks, &ChunkChange::before, type, planning.hash_key, plan.dropped);
  }
  plan.index = ChangeOfIndexes(type, &old, /*after=*/nullptr, plan.chunks);
  return plan;
}

}  // namespace dossier
