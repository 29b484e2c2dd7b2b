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

// All claims of a record. Nulls claim nothing. Errors: 361 where two of its own values collide.
absl::StatusOr<ClaimList> ClaimsOf(const RecordView& record, const EntityType& type,
                                   const HashKey& hash_key);

// Those of `a` that `b` lacks.
ClaimList Difference(const ClaimList& a, const ClaimList& b);

}  // namespace dossier

#endif  // DOSSIER_SCHEMA_CLAIMS_H_
