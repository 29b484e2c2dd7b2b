// Searches: which records a filter holds for, how many there are, and a page of them as JSON.
#ifndef DOSSIER_QUERY_SEARCH_H_
#define DOSSIER_QUERY_SEARCH_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "dossier/limits.h"
#include "filter/filter.h"
#include "query/candidates.h"
#include "query/sort.h"
#include "record/attribute_set.h"
#include "schema/entity_type.h"
#include "storage/records.h"
#include "storage/store.h"

namespace dossier {

// What a search sees: the records of a type in one state of the store. Borrows all of it.
struct Searched {
  const Store& store;
  Records& records;  // of that store
  const Snapshot& at;
  const EntityType& type;
  Deadline& deadline;
};

// By what a search comes to its records.
struct Route {
  enum class Kind : uint8_t { kScan, kIndex, kUnique };

  Kind kind = Kind::kScan;
  std::vector<std::string> indexes = {};  // the paths of their attributes
  std::string condition = {};             // the part of the filter that they are asked for
  uint64_t key_count = 0;                 // that were read before the first of the candidates
};

// How a search goes about it: through these records, asking each for what is not known of them all.
struct SearchPlan {
  std::unique_ptr<Candidates> candidates;
  Filter rest;             // what is left to ask; borrows what the whole filter does
  bool is_sorted = false;  // they come in the order of the sort
  Route route = {};
};

// Through the records of the type, or those in the range of ids that the filter leaves. They are
// sorted where none is asked for, by rising id, and where the sort is by id.
SearchPlan PlanScan(const Searched& searched, Filter filter, const SortKeys& sort);

// How many records there are. Errors: 504, kDataLoss, kUnavailable.
absl::StatusOr<uint64_t> CountRecords(const Searched& searched, SearchPlan& plan);

// Their ids. Errors: as CountRecords.
absl::StatusOr<std::vector<EntityId>> FindIds(const Searched& searched, SearchPlan& plan);

// Shows each of them in turn, what is in `only`. Errors: as CountRecords; those of `visit`, with the
// first of which it ends.
using RecordVisitor = absl::FunctionRef<absl::Status(std::string_view json)>;
absl::Status VisitRecords(const Searched& searched, SearchPlan& plan, const AttributeSet* only,
                          RecordVisitor visit);

struct PageTerms {
  SortKeys sort = {};
  uint64_t skip_count = 0;  // of the first records that match
  uint64_t count_max = 0;   // of the records on the page
  bool counts_all = false;
  const AttributeSet* only = nullptr;  // what is shown of each
  size_t page_bytes_max = kPageBytesMax;
  size_t sort_bytes_max = kSortBytesMax;
};

struct Page {
  std::string json;          // an array
  uint64_t count = 0;        // of the records in it
  uint64_t total_count = 0;  // of all that match, where they are counted
};

// Where the candidates give up `plan` becomes that of a scan, which has read their keys too.
// Errors: 200 on max_results or first_result where it would take too much memory, 504, kDataLoss,
// kUnavailable.
absl::StatusOr<Page> FindRecords(const Searched& searched, SearchPlan& plan,
                                 const PageTerms& terms);

}  // namespace dossier

#endif  // DOSSIER_QUERY_SEARCH_H_
