// Claims: the entries that reserve unique values.
#ifndef DOSSIER_SCHEMA_CLAIMS_H_
#define DOSSIER_SCHEMA_CLAIMS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "base/hash.h"
#include "elements/chunks.h"
#include "record/view.h"
#include "schema/entity_type.h"
#include "storage/keyspace.h"

namespace dossier {

// That a record holds one value of one unique attribute, or one combination of values of a compound,
// or would like to.
struct Claim {
  Key key;                     // in kLookup
  const Attribute* attribute;  // of the entity type; of a compound its first
  bool is_local = false;       // of a locally-unique value in a large plural

  std::string_view view() const { return key.view(); }
  AttributeNumber number() const { return ClaimNumberOf(key); }
  bool is_compound() const { return number() != attribute->number; }
};
using ClaimList = std::vector<Claim>;  // by rising key

// The claim on the value that `object` has for `attribute`.
Claim ClaimOn(const EntityType& type, const Attribute& attribute, const ValueView& value,
              const HashKey& hash_key);

// The claim on a value of a locally-unique attribute in an element of `owner`'s plural.
Claim LocalClaimOn(const EntityType& type, const Attribute& attribute, const ValueView& value,
                   EntityId owner, const HashKey& hash_key);

// The claims of a record but for its large plurals; nulls, and combinations with a null, claim
// nothing. With `other`, its state before or after, those of root attributes with the same bytes in
// both are left out, and those of compounds whose root attributes all are so: they are neither added
// nor dropped.
ClaimList ClaimsOf(const RecordView& record, const EntityType& type, const HashKey& hash_key,
                   const RecordView* other = nullptr);

// Whether two states of a record may have different claims but for those of its large plurals: if
// not, ClaimsOf leaves out all claims of either.
bool ClaimsMayDiffer(const RecordView& a, const RecordView& b, const EntityType& type);

// Errors: 361 where two claims of one record collide.
absl::Status CheckDistinct(const ClaimList& claims);

// Leaves each claim of one record once; returns those that stood there more often, once for each
// time too many.
ClaimList TakeRepeated(ClaimList& claims);

// Whether the claim is one of what is being built for the type, and whether it binds nothing yet.
inline bool IsBuilt(const EntityType& type, const Claim& claim) {
  return type.building() != nullptr && type.building()->Has(claim.number(), claim.is_local);
}
inline bool IsLoose(const EntityType& type, const Claim& claim) {
  return IsBuilt(type, claim) && !type.is_building_bound();
}

// Adds the claims of a large plural's chunks, as they are before a change or after it: on unique
// values and combinations, and on locally-unique values, which such a plural claims for itself.
void AddClaimsOf(const std::vector<ChunkChange>& changes, SharedBytes ChunkChange::*state,
                 const EntityType& type, const HashKey& hash_key, ClaimList& claims);

// Whether the record holds the value or combination that the claim is on; of one with a large
// plural that may hold it out of sight, that it may.
bool Holds(const RecordView& record, const Claim& claim, const EntityType& type,
           const HashKey& hash_key);

bool IsAmong(const Claim& claim, const ClaimList& claims);

// Those of `a` that `b` lacks.
ClaimList Difference(const ClaimList& a, const ClaimList& b);

}  // namespace dossier

#endif  // DOSSIER_SCHEMA_CLAIMS_H_
