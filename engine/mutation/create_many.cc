// Many new records as one batch.
#include <algorithm>
#include <utility>

#include "base/errors.h"
#include "base/status.h"
#include "mutation/binding.h"
#include "mutation/mutations.h"

namespace dossier {
namespace {

// That no id was given twice.
absl::Status CheckDistinct(std::vector<EntityId> ids) {
  if (!std::is_sorted(ids.begin(), ids.end())) std::sort(ids.begin(), ids.end());
  if (std::adjacent_find(ids.begin(), ids.end()) == ids.end()) return absl::OkStatus();
  return errors::InvalidDataFormat("/", "an object whose elements have an id each");
}

bool IsRefused(const absl::StatusOr<Plan>& plan) { return !plan.ok(); }

}  // namespace

absl::StatusOr<std::vector<absl::StatusOr<NewRecord>>> Mutations::CreateMany(
    const EntityType& type, const Change& like, std::span<const std::string_view> values,
    const ManyTerms& terms) {
  std::vector<Change> changes;
  std::vector<absl::StatusOr<Plan>> plans;
  changes.reserve(values.size());
  plans.reserve(values.size());
  absl::Status in_time;
  for (const std::string_view value : values) {
    const absl::StatusOr<int64_t> now = in_time.ok() ? terms.now() : in_time;
    in_time = now.status();
    changes.push_back(like);
    changes.back().value = value;
    changes.back().now = now.value_or(0);
    plans.push_back(in_time.ok() ? PlanCreate(type, changes.back()) : in_time);
  }
  const absl::Status none = CommitMany(type, plans,
                                       {.durability = terms.durability,
                                        .all_or_nothing = terms.all_or_nothing,
                                        .is_current = terms.is_current});
  if (absl::IsAborted(none)) return CreateMany(type, like, values, terms);
  if (!none.ok() && !DetailOf(none)) return none;
  std::vector<absl::StatusOr<NewRecord>> created(plans.size(),
                                                 none.ok() ? absl::UnknownError("") : none);
  EntityId next_id = UINT64_MAX;  // of the record behind, as its ids rise with their positions
  for (size_t i = plans.size(); i-- > 0;) {
    const absl::Status& status = plans[i].status();
    if (status == in_time && !status.ok()) {
      created[i] = status;
    } else if (!status.ok()) {
      created[i] = FirstMistake({type, nullptr, changes[i], next_id}, status);
    } else if (none.ok()) {
      next_id = plans[i]->id;
      created[i] = NewRecord{plans[i]->id, plans[i]->uuid};
    }
  }
  return created;
}

absl::StatusOr<Plan> Mutations::PlanImport(const EntityType& type, const Change& change,
                                           NewId new_id) {
  PlainPasswords passwords;
  const auto planner = [&] {
    *change.given = GivenIds();
    return PlanChange(type, nullptr, change, planning_, new_id, passwords);
  };
  absl::StatusOr<Plan> plan = planner();
  if (plan.ok() && plan->lacks_hashes) {
    DOSSIER_RETURN_IF_ERROR(HashPasswords(passwords));
    plan = planner();
  }
  if (!plan.ok()) return plan;
  DOSSIER_RETURN_IF_ERROR(CheckDistinct(change.given->all));
  plan->is_id_given = change.given->id;
  plan->is_uuid_given = change.given->uuid;
  return plan;
}

// Readers find the new records in the store: so many of them would push out of the cache what is read
// often. Their locks keep away what works on all records of a type, and imports of the same ids.
absl::Status Mutations::CommitMany(const EntityType& type, std::span<absl::StatusOr<Plan>> plans,
                                   const CommitTerms& terms) {
  std::vector<Key> names;
  std::vector<Key> claims;
  size_t bytes = 0;
  for (const absl::StatusOr<Plan>& plan : plans) {
    if (!plan.ok()) continue;
    names.push_back(RecordKey(type.id(), plan->id));
    if (plan->is_uuid_given) claims.push_back(UuidKey(type.id(), plan->uuid.view()));
    for (const Claim& claim : plan->added) claims.push_back(claim.key);
    bytes += BatchBytesOf(*plan);
  }
  Claimed claimed;
  claimed.reserve(names.size() + claims.size());
  const LockTable::Guard record_lock = record_locks_.Lock(names);
  const LockTable::Guard claim_lock = claim_locks_.Lock(claims);
  Batch batch(store_, bytes);
  for (absl::StatusOr<Plan>& plan : plans) {
    if (!plan.ok()) continue;
    absl::Status status = Admit(type, *plan, claimed);
    if (absl::IsAborted(status)) return status;
    if (absl::IsDataLoss(status) && !terms.is_current()) return status;
    if (status.ok()) {
      AddTo(batch, type, *plan);
    } else {
      plan = std::move(status);
    }
  }
  const auto refused = std::find_if(plans.begin(), plans.end(), IsRefused);
  if (terms.all_or_nothing && refused != plans.end()) {
    return errors::NotCreatedWith(static_cast<size_t>(refused - plans.begin()));
  }
  if (terms.also) terms.also(batch);
  return store_.Commit(batch, terms.durability);
}

// That nobody holds what the plan takes, in the store or by an earlier plan. What it may claim all the
// same, while something is built for its type, is taken out of it.
absl::Status Mutations::Admit(const EntityType& type, Plan& plan, Claimed& claimed) {
  const Key name = RecordKey(type.id(), plan.id);
  if (!plan.is_id_given && ids_.MayBeKept(plan.id)) {
    DOSSIER_ASSIGN_OR_RETURN(const bool is_taken, IsTaken(type.id(), plan.id));
    if (is_taken || claimed.contains(name)) return absl::AbortedError("the id was taken");
  }
  DOSSIER_RETURN_IF_ERROR(CheckNames(type.id(), plan, claimed));
  if (type.building() != nullptr) {
    const size_t loose = std::erase_if(plan.added, [&](const Claim& claim) {
      return IsLoose(type, claim) && claimed.contains(claim.key);
    });
    plan.is_suspect |= loose > 0;
    DOSSIER_RETURN_IF_ERROR(SettleClaims(store_, type, plan));
  }
  DOSSIER_RETURN_IF_ERROR(CheckUnclaimed(type, plan));
  for (const Claim& claim : plan.added) {
    const auto holder = claimed.find(claim.key);
    if (holder != claimed.end()) {
      return errors::UniqueViolation(PathOf(*claim.attribute), holder->second);
    }
  }
  for (const Claim& claim : plan.added) claimed.emplace(claim.key, plan.id);
  claimed.emplace(name, plan.id);
  if (plan.is_uuid_given) claimed.emplace(UuidKey(type.id(), plan.uuid.view()), plan.id);
  return absl::OkStatus();
}

absl::Status Mutations::CheckNames(TypeId type, const Plan& plan, const Claimed& claimed) const {
  if (plan.is_id_given) {
    bool is_taken = claimed.contains(RecordKey(type, plan.id));
    if (!is_taken) {
      DOSSIER_ASSIGN_OR_RETURN(is_taken, IsTaken(type, plan.id));
    }
    if (is_taken) return errors::UniqueViolation("/id", plan.id);
  }
  // One that was drawn here is nobody's: 122 random bits, which nobody knows before they are committed.
  if (!plan.is_uuid_given) return absl::OkStatus();
  const Key uuid = UuidKey(type, plan.uuid.view());
  DOSSIER_ASSIGN_OR_RETURN(std::optional<EntityId> holder, store_.LookUpUnlikely(uuid));
  const auto found = claimed.find(uuid);
  if (found != claimed.end()) holder = found->second;
  return holder ? errors::UniqueViolation("/uuid", *holder) : absl::OkStatus();
}

}  // namespace dossier
