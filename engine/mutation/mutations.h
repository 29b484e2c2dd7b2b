// The writes to records: lock, read, check, plan, commit.
#ifndef DOSSIER_MUTATION_MUTATIONS_H_
#define DOSSIER_MUTATION_MUTATIONS_H_

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "access/grants.h"
#include "access/passwords.h"
#include "mutation/plan.h"
#include "query/selector.h"
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

  // `change.path` is what ParsePath makes for the selector. Errors: as Create, 310, 330.
  absl::StatusOr<Changed> Update(const EntityType& type, const Selector& selector,
                                 const Preconditions& preconditions, Change change,
                                 const Terms& terms);

  absl::Status Delete(const EntityType& type, const Selector& selector,
                      const Preconditions& preconditions, const Terms& terms);

 private:
  using Planner = absl::FunctionRef<absl::StatusOr<Plan>(const RecordView& old)>;

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
  // That nobody holds what the plan claims and what is locked. Errors: 361, kDataLoss.
  absl::Status CheckUnclaimed(const EntityType& type, const Plan& plan);
  absl::Status CheckUnclaimed(const EntityType& type, const Claim& claim, EntityId claimant);
  // Of the mistakes of `change` the first in the order of its text, where `error` is one of them.
  absl::Status FirstMistake(const EntityType& type, const RecordView* old, const Change& change,
                            absl::Status error);
  // Whether values that count collide with each other or with others. Errors: 361, kDataLoss.
  absl::Status CheckCollisions(const EntityType& type, const RecordView* old, const Change& change,
                               Leniency& leniency);

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
