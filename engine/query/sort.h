// The order in which a search shows what it found.
#ifndef DOSSIER_QUERY_SORT_H_
#define DOSSIER_QUERY_SORT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/ids.h"
#include "filter/attribute_path.h"
#include "record/view.h"

namespace dossier {

struct SortKey {
  AttributePath path;  // to a scalar, through objects alone
  bool is_falling = false;
};
using SortKeys = std::vector<SortKey>;

// Shape: of each text ["-"] path; "-" turns the order over. An attribute that is not in `readable` is
// as one that does not exist. Keys that can decide nothing any more are left out: those of an attribute
// that stands before them or behind the id, and in the end the rising id. Errors: 200 on sort_on.
absl::StatusOr<SortKeys> ParseSortOn(const std::vector<std::string>& texts, const Shape& root,
                                     const AttributeSet* readable);

// Appends bytes that sort as the records do: by the keys in the order of filter/order.h, null last, and
// first where the order is turned over; then by rising id. The record's header is verified.
// Errors: kDataLoss.
absl::Status AppendPosition(const SortKeys& keys, const RecordView& record, std::string& out);

// Of bytes that AppendPosition made alone: the record's id.
EntityId IdOfPosition(std::string_view position);

}  // namespace dossier

#endif  // DOSSIER_QUERY_SORT_H_
