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
#include "query/filter.h"
#include "query/search.h"

namespace dossier {

// The index of the order, if it is that of one: borrows `terms`. Without `may_use_indexes` it goes
// through all records: for a version of the type that is no longer the current one, whose indexes
// nobody may have kept. Errors: 504, kDataLoss, kUnavailable.
absl::StatusOr<SearchPlan> PlanSearch(const Searched& searched, Filter filter,
                                      const PageTerms& terms, const HashKey& hash_key,
                                      bool may_use_indexes);

}  // namespace dossier

#endif  // DOSSIER_QUERY_PLANNER_H_
