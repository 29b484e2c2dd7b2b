// The space of what was removed from types: values in records, claims, the records of deleted types.
//
// What is due stands in the store (kDue) from the removal on, so it may be done at any time, in
// pieces, over several openings.
#ifndef DOSSIER_MUTATION_RECLAIM_H_
#define DOSSIER_MUTATION_RECLAIM_H_

#include "absl/status/status.h"
#include "dossier/session.h"
#include "mutation/binding.h"

namespace dossier {

// Rewrites each record that still holds values of removed attributes, under its lock, and compacts
// what ranges of deleted keys left empty: all that is due when it begins. Writers go on. One call at
// a time. Returns OK also where it was stopped.
// Errors: kDataLoss, kUnavailable, kUnknown; what is done stays done.
absl::Status Reclaim(const StoredRecords& stored, const ReclaimOptions& options);

}  // namespace dossier

#endif  // DOSSIER_MUTATION_RECLAIM_H_
