// That all of a store agrees: records are sound, every uuid and claim that they have leads to them,
// large plurals have all of their chunks, ready indexes their rows, and nothing leads to what is not
// there.
#ifndef DOSSIER_QUERY_VERIFICATION_H_
#define DOSSIER_QUERY_VERIFICATION_H_

#include "absl/status/statusor.h"
#include "base/hash.h"
#include "dossier/verification.h"
#include "schema/registry.h"
#include "storage/store.h"

namespace dossier {

// How many findings are told of; all are counted.
inline constexpr size_t kFindingsMax = 100;

// Looks at one state of the store. What a change of a type has not yet given back counts for nothing.
// Errors: kUnavailable; damage is no error but a finding.
absl::StatusOr<Verification> VerifyStore(const Store& store, const Registry& registry,
                                         const HashKey& hash_key, const VerifyOptions& options);

}  // namespace dossier

#endif  // DOSSIER_QUERY_VERIFICATION_H_
