// The writes to records: lock, read, check, plan, commit.
#ifndef DOSSIER_MUTATION_MUTATIONS_H_
#define DOSSIER_MUTATION_MUTATIONS_H_

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "access/grants.h"
#include "access/passwords.h"
#include "mutation/plan.h"
#include "query/selection.h"
#include "storage/id_blocks.h"
#include "storage/locks.h"
#include "storage/records.h"
#include "storage/store.h"

namespace dossier {

// What a write is asked beside its change.
struct Terms {
  Durability durability = Durability::kSynced;
  // The record that is returned has the elements of large plurals at the change's path in it, as far
  // as they are in `readable` (null: all).
  bool include_record = false;
  const AttributeSet* readable = nullptr;
};

// What an update left behind.
struct Changed {
  SharedBytes record;
  Path path;  // of the change, with the ids of the elements that it goes through
};

// What the creates of several records are asked beside their values.
struct ManyTerms {
  Durability durability = Durability::kSynced;
  // All are created or none is: then the others are refused too (300).
  bool all_or_nothing = false;
  // The time of the next record, in microseconds. Errors: 504, which is that of all behind it too.
  absl::FunctionRef<absl::StatusOr<int64_t>()> now;
  // Whether the version of the type that the call has is still the current one.
  absl::FunctionRef<bool()> is_current;
};

// How the plans of new records are committed together.
struct CommitTerms {
  Durability durability = Durability::kSynced;
  bool all_or_nothing = false;
  std::function<bool()> is_current;
  // Puts into the batch what else is to be stored; all plans are judged then.
  std::function<void(Batch&)> also = {};
};

// The keys that a batch under construction takes, and the records that do so.
using Claimed = absl::flat_hash_map<Key, EntityId>;

struct NewRecord {
  EntityId id = 0;
  Uuid uuid = {};
};

// Each call is one atomic step: it changes the record, its uuid entry and its claims together or
// nothing, and of calls at the same time one acts after the other. Thread-safe; borrows all that it
// is made of.
//
// A call locks its record, then reads and plans, then locks the claims that the plan adds or drops,
// then checks those it adds and commits. Record locks come before claim locks everywhere. Plain text
// passwords are hashed with no lock held: the call plans, lets its locks go, hashes, plans again.
//
// A call that holds a version of the type which is no longer the current one may fail with
// kDataLoss for what a later version wrote: whoever sees that takes the current version and calls
// again.
class Mutations {
 public:
  Mutations(Store& store, Records& records, IdBlocks& ids, const Selection& selection,
            Grants& grants, LockTable& record_locks, LockTable& claim_locks,
            const HashKey& hash_key, const LargeBounds& bounds, PasswordHasher hash_password)
      : store_(store),
        records_(records),
        ids_(ids),
        selection_(selection),
        grants_(grants),
        record_locks_(record_locks),
        claim_locks_(claim_locks),
        hash_key_(hash_key),
        planning_{store, hash_key, bounds},
        hash_password_(std::move(hash_password)) {}

  // Returns the new record. Errors: those of PlanChange, 361, and those of Store::Commit.
  absl::StatusOr<SharedBytes> Create(const EntityType& type, const Change& change,
                                     const Terms& terms);

  // Creates a record from each of `values` as Create would from `like` with that value, but for
  // include_record, in one batch. Those that are refused are left out of it, the later ones of two
  // that collide. Returns of each what became of it. Errors of each: as Create, 300, 504. Errors of
  // all, after which there is none: those of Store::Commit; kDataLoss for what a later version wrote.
  absl::StatusOr<std::vector<absl::StatusOr<NewRecord>>> CreateMany(
      const EntityType& type, const Change& like, std::span<const std::string_view> values,
      const ManyTerms& terms);

  // The plan of a record of which the value of `change`, an import, says what it will, with its
  // passwords hashed. Errors: those of PlanChange; 340 where an id is given twice.
  absl::StatusOr<Plan> PlanImport(const EntityType& type, const Change& change, NewId new_id);

  // Commits the plans of new records in one batch; those that are refused become errors.
  // Errors, after which nothing is committed: as CreateMany, with 300 where all were to be; kAborted
  // where the id of one, which was drawn, was taken meanwhile.
  absl::Status CommitMany(const EntityType& type, std::span<absl::StatusOr<Plan>> plans,
                          const CommitTerms& terms);

  // `change.path` is what ParsePath makes for the selector. Errors: as Create, 310, 330.
  absl::StatusOr<Changed> Update(const EntityType& type, const Selector& selector,
                                 const Preconditions& preconditions, Change change,
                                 const Terms& terms);

  absl::Status Delete(const EntityType& type, const Selector& selector,
                      const Preconditions& preconditions, const Terms& terms);

  // Deletes a record if it is there and `is_meant`, which is asked with the record locked. Returns
  // whether it did. Errors: as Delete, those of `is_meant`.
  absl::StatusOr<bool> DeleteIf(
      const EntityType& type, EntityId id,
      absl::FunctionRef<absl::StatusOr<bool>(const RecordView& record)> is_meant,
      Durability durability);

 private:
  using Planner =
      absl::FunctionRef<absl::StatusOr<Plan>(const RecordView& old, const Planning& planning)>;

  // The plan of a new record, with its passwords hashed.
  absl::StatusOr<Plan> PlanCreate(const EntityType& type, const Change& change);
  absl::Status Admit(const EntityType& type, Plan& plan, Claimed& claimed);
  // That an id and a uuid that were given are not taken. Errors: 361 on /id or /uuid.
  absl::Status CheckNames(TypeId type, const Plan& plan, const Claimed& claimed) const;
  // Whether a drawn id was taken by an import.
  absl::StatusOr<bool> IsTaken(TypeId type, EntityId id) const;
  // Null, and nothing written, where the plan lacks hashes.
  absl::StatusOr<SharedBytes> ChangeSelected(const EntityType& type, const Selector& selector,
                                             const Preconditions& preconditions, const Terms& terms,
                                             Planner planner, const Change* change);
  absl::Status HashPasswords(PlainPasswords& passwords) const;
  // Whether the record, which is locked, is or has what the selector means.
  absl::StatusOr<bool> IsMeant(const RecordView& record, const EntityType& type,
                               const Selector& selector) const;
  // The record as the caller wants it back, which is still locked.
  absl::StatusOr<SharedBytes> Answer(const EntityType& type, const SharedBytes& record,
                                     const Path& path, const Terms& terms);
  absl::Status Commit(const EntityType& type, Plan& plan, Durability durability);
  // What the plan writes, but for the grants that end with a record; and about how many bytes that is.
  void AddTo(Batch& batch, const EntityType& type, const Plan& plan) const;
  static size_t BatchBytesOf(const Plan& plan);
  // That nobody holds what the plan claims and what is locked. Errors: 361, kDataLoss.
  absl::Status CheckUnclaimed(const EntityType& type, const Plan& plan,
                              EntityId rivals_end = UINT64_MAX);
  absl::Status CheckUnclaimed(const EntityType& type, const Claim& claim, EntityId claimant,
                              EntityId rivals_end);
  // A write that has a mistake.
  struct Refused {
    const EntityType& type;
    const RecordView* old;
    const Change& change;
    EntityId rivals_end = UINT64_MAX;  // records with ids from here on came behind it
  };
  // Of the mistakes of a write the first in the order of its text, where `error` is one of them.
  absl::Status FirstMistake(const Refused& refused, absl::Status error);
  // Whether values that count collide with each other or with others. Errors: 361, kDataLoss.
  absl::Status CheckCollisions(const Refused& refused, Leniency& leniency);

  Store& store_;
  Records& records_;
  IdBlocks& ids_;
  const Selection& selection_;
  Grants& grants_;
  LockTable& record_locks_;
  LockTable& claim_locks_;
  const HashKey& hash_key_;
  const Planning planning_;
  const PasswordHasher hash_password_;
};

}  // namespace dossier

#endif  // DOSSIER_MUTATION_MUTATIONS_H_
