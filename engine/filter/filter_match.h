// Filters on records.
#ifndef DOSSIER_FILTER_FILTER_MATCH_H_
#define DOSSIER_FILTER_FILTER_MATCH_H_

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "elements/chunks.h"
#include "filter/filter.h"
#include "record/unverified.h"
#include "record/view.h"

namespace dossier {

// Whether the filter holds for a record whose header is verified: what is behind it is read in place
// and checked on the way. `chunks` are those of the same state of the record; null where it has no
// large plural. Errors: 504, kDataLoss, kUnavailable.
absl::StatusOr<bool> Matches(const Filter& filter, const RecordView& record, const Chunks* chunks,
                             Deadline& deadline);

// Room for a value that a record does not have in its form.
struct ReservedRoom {
  EntityId id = 0;
  char text[40] = {};
};

// One of a record's reserved attributes as a value of its kind; borrows the record and `room`.
ValueView ReservedValue(const RecordView& record, AttributeNumber number, ReservedRoom& room);

}  // namespace dossier

#endif  // DOSSIER_FILTER_FILTER_MATCH_H_
