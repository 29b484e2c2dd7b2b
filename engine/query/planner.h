// How a search goes about it: by which index, or through all records.
//
// A look-up (query/look_ups.h) is taken where it leads to few records: its rows are read, up to a
// bound, before anything else is. Where it leads to too many and the order is that of an index, the
// records come in that order until the page is full; where there is no such index either, all records
// of the type are gone through, or those in the range of ids that the filter leaves. Whatever the way,
// each record is asked for the whole filter but for its id.
#ifndef DOSSIER_QUERY_PLANNER_H_
#define DOSSIER_QUERY_PLANNER_H_

#include "absl/status/statusor.h"
#include "base/hash.h"
#include "filter/filter.h"
#include "query/search.h"

namespace dossier {

// Borrows `terms`; without counts_all the plan is one for FindRecords alone. The version of the type
// must still be the current one when the snapshot is taken: only then has everybody kept its indexes.
// Errors: 504, kDataLoss, kUnavailable.
absl::StatusOr<SearchPlan> PlanSearch(const Searched& searched, Filter filter,
                                      const PageTerms& terms, const HashKey& hash_key);

}  // namespace dossier

#endif  // DOSSIER_QUERY_PLANNER_H_
