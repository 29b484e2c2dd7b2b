#include "query/planner.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "query/indexed_records.h"
#include "query/look_ups.h"

namespace dossier {
namespace {

// Ids in a range that is gone through whatever indexes there are.
constexpr uint64_t kFewIds = 256;

// Rows that a look-up may always have: they are read in less than a millisecond.
constexpr uint64_t kFewRows = 1024;

// The index of the first key of the order; null where there is none.
const Index* IndexOf(const SortKeys& sort, const EntityType& type) {
  if (sort.empty()) return nullptr;
  const Index* index = FindIndex(type.indexes(), sort.front().path.back()->number);
  return index != nullptr && index->is_ready ? index : nullptr;
}

// The rows of that index that the filter leaves, as far as its order goes.
const LookUp* LookUpIn(const Index& index, const std::vector<LookUp>& look_ups) {
  const auto found = std::find_if(look_ups.begin(), look_ups.end(), [&](const LookUp& look_up) {
    return look_up.claims.empty() && !look_up.ranges.empty() &&
           std::all_of(look_up.ranges.begin(), look_up.ranges.end(), [&](const IndexRange& range) {
             return range.index == &index && range.part != IndexPart::kFolded;
           });
  });
  return found == look_ups.end() ? nullptr : &*found;
}

void Note(const LookUp& look_up, SearchPlan& plan) {
  plan.route.kind = look_up.ranges.empty() ? Route::Kind::kUnique : Route::Kind::kIndex;
  plan.route.condition = ToText(look_up.said);
  for (const IndexRange& range : look_up.ranges) {
    std::string path = PathOf(*range.index);
    std::vector<std::string>& paths = plan.route.indexes;
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) {
      paths.push_back(std::move(path));
    }
  }
}

class Planner {
 public:
  Planner(const Searched& searched, Filter& filter, const PageTerms& terms, const HashKey& hash_key)
      : searched_(searched),
        filter_(filter),
        terms_(terms),
        look_ups_(LookUpsOf(filter.root, searched.type, hash_key)) {}

  absl::StatusOr<SearchPlan> Plan() {
    const Index* order = terms_.counts_all ? nullptr : IndexOf(terms_.sort, searched_.type);
    if (look_ups_.empty() && order == nullptr) return Scan();
    if (IdCount() <= kFewIds) return Scan();
    const uint64_t record_count = searched_.store.RecordCountAbout();
    const uint64_t many = std::max(kFewRows, record_count / (2 * kScannedPerFetched));
    // In the order of an index or of the ids, a page is full after some 1/share records where a look-up
    // leads to that share of all.
    const bool ends_early = order != nullptr || (IsById() && !terms_.counts_all);
    const double even =
        std::sqrt(static_cast<double>(record_count) * static_cast<double>(Wanted()));
    const uint64_t few =
        ends_early ? std::clamp(static_cast<uint64_t>(even), kFewRows, many) : many;
    // Of its rows the walk in order reads no more than it needs.
    const LookUp* in_order = order == nullptr ? nullptr : LookUpIn(*order, look_ups_);
    for (const uint64_t count_max : {kFewRows, few}) {
      for (const LookUp& look_up : look_ups_) {
        if (&look_up == in_order) continue;
        DOSSIER_ASSIGN_OR_RETURN(std::optional<std::vector<EntityId>> ids,
                                 ReadIds(look_up, searched_, count_max, key_count_));
        if (ids) return ByIds(look_up, *std::move(ids));
      }
      if (few == kFewRows) break;
    }
    return order == nullptr ? Scan() : InOrderOf(*order, in_order, record_count);
  }

 private:
  // Records of the page and those before it.
  uint64_t Wanted() const {
    return std::min(terms_.count_max, UINT64_MAX / 2) + std::min(terms_.skip_count, UINT64_MAX / 2);
  }

  bool IsById() const {
    return terms_.sort.empty() || terms_.sort.front().path.back()->number == kIdNumber;
  }

  uint64_t IdCount() const {
    const IdRange ids = IdsOf(filter_.root);
    return ids.is_empty() ? 0 : std::max(ids.last - ids.first, ids.last - ids.first + 1);
  }

  SearchPlan Scan() {
    SearchPlan plan = PlanScan(searched_, std::move(filter_), terms_.sort);
    plan.route.key_count = key_count_;
    return plan;
  }

  SearchPlan ByIds(const LookUp& look_up, std::vector<EntityId> ids) {
    if (IsById() && !terms_.sort.empty() && terms_.sort.front().is_falling) {
      std::reverse(ids.begin(), ids.end());
    }
    SearchPlan plan;
    Note(look_up, plan);
    plan.route.key_count = key_count_;
    plan.candidates = std::make_unique<NamedRecords>(searched_, std::move(ids));
    plan.rest = std::move(filter_);
    plan.is_sorted = IsById();
    return plan;
  }

  // Gives up, for a scan, where it has read in vain for half as long as that takes.
  SearchPlan InOrderOf(const Index& index, const LookUp* look_up, uint64_t record_count) {
    SearchPlan plan;
    std::vector<IndexRange> ranges;
    if (look_up != nullptr) {
      Note(*look_up, plan);
      ranges = look_up->ranges;
    } else {
      plan.route.kind = Route::Kind::kIndex;
      plan.route.indexes = {PathOf(index)};
      ranges = {WholePart(searched_.type, index, IndexPart::kValue),
                WholePart(searched_.type, index, IndexPart::kNull)};
    }
    plan.route.key_count = key_count_;
    plan.candidates = std::make_unique<OrderedRecords>(searched_, std::move(ranges), terms_.sort,
                                                       std::max(kFewRows, record_count / 2));
    plan.rest = std::move(filter_);
    plan.is_sorted = true;
    return plan;
  }

  const Searched& searched_;
  Filter& filter_;
  const PageTerms& terms_;
  const std::vector<LookUp> look_ups_;
  uint64_t key_count_ = 0;  // read while planning
};

}  // namespace

absl::StatusOr<SearchPlan> PlanSearch(const Searched& searched, Filter filter,
                                      const PageTerms& terms, const HashKey& hash_key) {
  return Planner(searched, filter, terms, hash_key).Plan();
}

}  // namespace dossier
