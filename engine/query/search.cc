#include "query/search.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "base/status.h"
#include "elements/bring_in.h"
#include "elements/chunks.h"
#include "filter/filter_match.h"
#include "json/json_out.h"
#include "record/path.h"
#include "record/view.h"
#include "storage/uncounted.h"

namespace dossier {
namespace {

Chunks ChunksOf(const Searched& searched, EntityId id) {
  return Chunks(searched.store, searched.type.id(), id, searched.type.root(), &searched.at);
}

// Goes on to the next record for which the filter holds.
class Walk {
 public:
  Walk(const Searched& searched, SearchPlan& plan) : searched_(searched), plan_(plan) {}

  // False where there is none.
  absl::StatusOr<bool> Next() {
    for (;;) {
      DOSSIER_ASSIGN_OR_RETURN(const bool is_there, plan_.candidates->Next());
      if (!is_there) return false;
      if (searched_.deadline.HasPassed()) return errors::Timeout();
      if (plan_.rest.is_true()) return true;
      DOSSIER_ASSIGN_OR_RETURN(const bool is_match, IsMatch());
      if (is_match) return true;
    }
  }

  Candidate record() const { return plan_.candidates->record(); }

  // Its header is verified.
  absl::StatusOr<RecordView> View() const {
    const Candidate here = record();
    // IsMatch has verified it where it was asked.
    return plan_.rest.is_true() ? here.VerifyHeader(searched_.type)
                                : RecordView::Trusted(here.bytes);
  }

 private:
  absl::StatusOr<bool> IsMatch() const {
    DOSSIER_ASSIGN_OR_RETURN(const RecordView record,
                             plan_.candidates->record().VerifyHeader(searched_.type));
    if (!record.has_large()) {
      return Matches(plan_.rest, record, /*chunks=*/nullptr, searched_.deadline);
    }
    const Chunks chunks = ChunksOf(searched_, record.id());
    return Matches(plan_.rest, record, &chunks, searched_.deadline);
  }

  const Searched& searched_;
  SearchPlan& plan_;
  const Uncounted uncounted_;
};

// What is shown of a record. From here on the bytes are verified: what is shown is whole.
absl::Status AppendRecord(const Searched& searched, const Candidate& candidate,
                          const AttributeSet* only, std::string& json) {
  const EntityType& type = searched.type;
  DOSSIER_ASSIGN_OR_RETURN(RecordView record, candidate.Verify(type));
  SharedBytes whole;
  if (record.has_large()) {
    DOSSIER_ASSIGN_OR_RETURN(whole,
                             WholeAt(record, Path(), only, ChunksOf(searched, candidate.id)));
    record = RecordView::Trusted(*whole);
  }
  AppendRecordJson(record, type.root(), only, json);
  return absl::OkStatus();
}

// The records of a page, one behind the other.
class PageWriter {
 public:
  PageWriter(const Searched& searched, const PageTerms& terms)
      : searched_(searched), terms_(terms) {}

  uint64_t count() const { return page_.count; }

  absl::Status Add(const Candidate& candidate) {
    page_.json += page_.count == 0 ? '[' : ',';
    DOSSIER_RETURN_IF_ERROR(AppendRecord(searched_, candidate, terms_.only, page_.json));
    if (++page_.count == kReservedFrom) Reserve();
    if (page_.json.size() > terms_.page_bytes_max) {
      return errors::InvalidArgument("max_results", "the answer would be longer than 256 MB");
    }
    if (searched_.deadline.HasPassed()) return errors::Timeout();
    return absl::OkStatus();
  }

  Page Finish(uint64_t total_count) && {
    page_.json += page_.count == 0 ? "[]" : "]";
    page_.total_count = total_count;
    return std::move(page_);
  }

 private:
  // Makes room for a page whose other records are like the first ones: a string that grows to a megabyte
  // by doubling costs as much as all else, in fresh pages of memory. What is not used is not touched.
  void Reserve() {
    const uint64_t per_record = page_.json.size() / kReservedFrom + 1;
    const uint64_t records = std::min(terms_.count_max, kReservedBytesMax / per_record);
    page_.json.reserve(records * per_record * 9 / 8);
  }

  static constexpr uint64_t kReservedFrom = 16;  // records
  static constexpr uint64_t kReservedBytesMax = 16u << 20;

  const Searched& searched_;
  const PageTerms& terms_;
  Page page_;
};

// The first positions of all that it is offered.
class FirstPositions {
 public:
  FirstPositions(uint64_t count_max, size_t bytes_max)
      : count_max_(count_max), bytes_max_(bytes_max) {}

  absl::Status Offer(const std::string& position) {
    if (heap_.size() < count_max_) {
      heap_.push_back(position);
      bytes_ += position.size() + sizeof(std::string);
    } else if (heap_.empty() || position >= heap_.front()) {
      return absl::OkStatus();
    } else {
      std::pop_heap(heap_.begin(), heap_.end());
      bytes_ += position.size();
      bytes_ -= heap_.back().size();
      heap_.back() = position;
    }
    std::push_heap(heap_.begin(), heap_.end());
    if (bytes_ <= bytes_max_) return absl::OkStatus();
    return errors::InvalidArgument("first_result",
                                   "the sort would take more than 256 MB: page by a filter on the "
                                   "attributes that are sorted on");
  }

  // By rising position.
  std::vector<std::string> Take() && {
    std::sort_heap(heap_.begin(), heap_.end());
    return std::move(heap_);
  }

 private:
  const uint64_t count_max_;
  const size_t bytes_max_;
  std::vector<std::string> heap_;  // the last one in front
  size_t bytes_ = 0;
};

// Nothing where the candidates have given up.
absl::StatusOr<std::optional<Page>> FindSorted(const Searched& searched, SearchPlan& plan,
                                               const PageTerms& terms) {
  Walk walk(searched, plan);
  PageWriter page(searched, terms);
  uint64_t match_count = 0;
  while (terms.counts_all || page.count() < terms.count_max) {
    DOSSIER_ASSIGN_OR_RETURN(const bool is_there, walk.Next());
    if (!is_there) break;
    plan.candidates->NoteMatch();
    if (++match_count <= terms.skip_count || page.count() == terms.count_max) continue;
    DOSSIER_RETURN_IF_ERROR(page.Add(walk.record()));
  }
  if (plan.candidates->has_given_up()) return std::optional<Page>();
  return std::optional(std::move(page).Finish(match_count));
}

// Keeps no more than the positions of the page and of what stands before it.
absl::StatusOr<Page> FindAndSort(const Searched& searched, SearchPlan& plan,
                                 const PageTerms& terms) {
  Walk walk(searched, plan);
  const uint64_t wanted_count =
      terms.count_max == 0 ? 0 : terms.count_max + std::min(terms.skip_count, UINT64_MAX / 2);
  FirstPositions first(wanted_count, terms.sort_bytes_max);
  uint64_t match_count = 0;
  std::string position;
  while (terms.counts_all || wanted_count > 0) {
    DOSSIER_ASSIGN_OR_RETURN(const bool is_there, walk.Next());
    if (!is_there) break;
    ++match_count;
    DOSSIER_ASSIGN_OR_RETURN(const RecordView record, walk.View());
    position.clear();
    DOSSIER_RETURN_IF_ERROR(AppendPosition(terms.sort, record, position));
    DOSSIER_RETURN_IF_ERROR(first.Offer(position));
  }
  PageWriter page(searched, terms);
  const std::vector<std::string> positions = std::move(first).Take();
  for (size_t i = terms.skip_count; i < positions.size(); ++i) {
    const EntityId id = IdOfPosition(positions[i]);
    DOSSIER_ASSIGN_OR_RETURN(const Records::State state,
                             searched.records.PeekAt(searched.at, {searched.type.id(), id}));
    if (state.bytes == nullptr) return DamagedRecord(searched.type.id(), id, "it is not there");
    DOSSIER_RETURN_IF_ERROR(page.Add({id, *state.bytes, state.is_verified}));
  }
  return std::move(page).Finish(match_count);
}

bool IsById(const SortKeys& sort) {
  return !sort.empty() && sort.front().path.back()->number == kIdNumber;
}

}  // namespace

SearchPlan PlanScan(const Searched& searched, Filter filter, const SortKeys& sort) {
  const bool is_falling = IsById(sort) && sort.front().is_falling;
  SearchPlan plan;
  plan.candidates = std::make_unique<ScannedRecords>(
      searched.store, searched.at, searched.type.id(), IdsOf(filter.root),
      is_falling ? Cursor::Direction::kFalling : Cursor::Direction::kRising);
  plan.rest = {WithoutIds(std::move(filter.root)), filter.readable};
  plan.is_sorted = sort.empty() || IsById(sort);
  return plan;
}

absl::StatusOr<uint64_t> CountRecords(const Searched& searched, SearchPlan& plan) {
  Walk walk(searched, plan);
  for (uint64_t count = 0;; ++count) {
    DOSSIER_ASSIGN_OR_RETURN(const bool is_there, walk.Next());
    if (!is_there) return count;
  }
}

absl::StatusOr<std::vector<EntityId>> FindIds(const Searched& searched, SearchPlan& plan) {
  Walk walk(searched, plan);
  std::vector<EntityId> ids;
  for (;;) {
    DOSSIER_ASSIGN_OR_RETURN(const bool is_there, walk.Next());
    if (!is_there) return ids;
    ids.push_back(walk.record().id);
  }
}

absl::Status VisitRecords(const Searched& searched, SearchPlan& plan, const AttributeSet* only,
                          RecordVisitor visit) {
  Walk walk(searched, plan);
  std::string json;
  for (;;) {
    DOSSIER_ASSIGN_OR_RETURN(const bool is_there, walk.Next());
    if (!is_there) return absl::OkStatus();
    json.clear();
    DOSSIER_RETURN_IF_ERROR(AppendRecord(searched, walk.record(), only, json));
    DOSSIER_RETURN_IF_ERROR(visit(json));
  }
}

absl::StatusOr<Page> FindRecords(const Searched& searched, SearchPlan& plan,
                                 const PageTerms& terms) {
  if (plan.is_sorted) {
    DOSSIER_ASSIGN_OR_RETURN(std::optional<Page> page, FindSorted(searched, plan, terms));
    if (page) return *std::move(page);
    const uint64_t key_count = plan.route.key_count + plan.candidates->key_count();
    plan = PlanScan(searched, std::move(plan.rest), terms.sort);
    plan.route.key_count = key_count;
  }
  return FindAndSort(searched, plan, terms);
}

}  // namespace dossier
