// How unique constraints come to bind records that are there already, while writers go on.
//
// A type goes through these versions; between two of them no call holds the one before:
//
//   plain     nothing is built
//   loose     writers keep the claims; a value that is taken already is no mistake: the claim stays
//             with its holder and the record is noted as a suspect. Now every record is visited: its
//             claims are put where they are free. Then the suspects are visited again; one that
//             still collides is a violation, and the type goes back to plain
//   bound     a value that is taken is refused. Suspects noted in the last moments of loose are
//             visited once more; a violation among them leads back to plain
//   plain     with the constraint
//
// The change is remembered in the store (kUnfinished) from loose on until the last version is
// stored: opening a store that was left in between leads back to plain, without the constraint.
// Where another constraint shall go once this one binds, that is remembered in the same place.
#ifndef DOSSIER_MUTATION_BINDING_H_
#define DOSSIER_MUTATION_BINDING_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "base/errors.h"
#include "base/hash.h"
#include "elements/send_out.h"
#include "mutation/plan.h"
#include "schema/registry.h"
#include "storage/id_blocks.h"
#include "storage/locks.h"
#include "storage/records.h"
#include "storage/store.h"

namespace dossier {

// What a change of a type needs to reach the records of the type. All is borrowed.
struct StoredRecords {
  Store& store;
  Records& records;
  IdBlocks& ids;
  Registry& registry;
  LockTable& record_locks;  // before claim locks
  LockTable& claim_locks;
  const HashKey& hash_key;
  LargeBounds bounds;
};

// Of a write while something is built for its type, under the locks of the plan's claims: takes out
// of the plan the claims that are another record's, to add and to drop, and notes a suspect.
absl::Status SettleClaims(const Store& store, const EntityType& type, Plan& plan);

// Ends the change of the attribute `number` that kUnfinished remembers, and drops the claims of the
// numbers, which no call keeps any more.
absl::Status DropClaims(Store& store, TypeId type, AttributeNumber number,
                        const ClaimNumbers& numbers);
// The same as a part of a batch.
void AddDropClaims(Batch& batch, TypeId type, AttributeNumber number, const ClaimNumbers& numbers);

// A constraint to bind.
struct Binding {
  using Next = absl::FunctionRef<absl::StatusOr<EntityType>(const EntityType& current)>;

  std::string_view type_name;
  std::shared_ptr<Building> building;
  AttributeNumber number;  // under which kUnfinished remembers it: an attribute's or a compound's
  std::string unfinished;  // what kUnfinished then leads to
  std::string path;        // of the attribute: errors name it
  Next with;               // the next version, with the constraint
  Next without;            // the next version, without it
  // What kUnfinished leads to once the constraint binds; empty: that is all of the change.
  std::string_view rest = {};
};

// What kUnfinished leads to where its number is that of a unique property: the property goes, and
// its claims with it. No constraints of an attribute read so.
inline constexpr std::string_view kUniqueProperty = "null";

// Binds or refuses; one binding of a type at a time. Each record is locked for its own visit only.
// Errors: 361 with the number of violations and the first of them, 222 where the type is deleted
// meanwhile, those of `with`, kDataLoss, kUnavailable, kUnknown: after each the type is as before.
absl::Status Bind(const StoredRecords& stored, const Binding& binding);

}  // namespace dossier

#endif  // DOSSIER_MUTATION_BINDING_H_
