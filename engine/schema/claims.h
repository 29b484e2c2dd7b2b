// Claims: the entries that reserve unique values.
#ifndef DOSSIER_SCHEMA_CLAIMS_H_
#define DOSSIER_SCHEMA_CLAIMS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "base/hash.h"
#include "record/view.h"
#include "schema/entity_type.h"
#include "storage/keyspace.h"

namespace dossier {

// That a record holds one value of one unique attribute, or would like to.
struct Claim {
  Key key;                     // in kLookup
  const Attribute* attribute;  // of the entity type

  std::string_view view() const { return key.view(); }
};
using ClaimList = std::vector<Claim>;  // by rising key

// The claim on the value that `object` has for `attribute`.
Claim ClaimOn(const EntityType& type, const Attribute& attribute, const ValueView& value,
              const HashKey& hash_key);

// The claims of a record; nulls claim nothing. With `other`, its state before or after, those of
// root attributes with the same bytes in both are left out: they are neither added nor dropped.
// Errors: 361 where two of the record's own values collide.
absl::StatusOr<ClaimList> ClaimsOf(const RecordView& record, const EntityType& type,
                                   const HashKey& hash_key, const RecordView* other = nullptr);

// Whether the record holds the value that the claim is on.
bool Holds(const RecordView& record, const Claim& claim, const EntityType& type,
           const HashKey& hash_key);

// Those of `a` that `b` lacks.
ClaimList Difference(const ClaimList& a, const ClaimList& b);

}  // namespace dossier

#endif  // DOSSIER_SCHEMA_CLAIMS_H_
