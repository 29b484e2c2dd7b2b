#include "query/indexed_records.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"
#include "dossier/limits.h"
#include "storage/keyspace.h"
#include "values/index_order.h"

namespace dossier {
namespace {

using Direction = Cursor::Direction;

// Rows of one value that are read from their end and turned round; for more it pays to begin again at
// their beginning.
constexpr size_t kReversedMax = 64;

absl::StatusOr<Records::State> Fetch(const Searched& searched, EntityId id) {
  DOSSIER_ASSIGN_OR_RETURN(Records::State record,
                           searched.records.PeekAt(searched.at, {searched.type.id(), id}));
  if (record.bytes == nullptr) {
    return errors::DataLoss(absl::StrCat("record ", id, ", which an index names, is not there"));
  }
  return record;
}

absl::StatusOr<IndexRow> RowAt(const Cursor& rows, const Index& index) {
  const std::optional<IndexRow> row = ParseRow(rows.key(), index.kind());
  if (!row)
    return errors::DataLoss(absl::StrCat("a row of the index on ", PathOf(index), " is damaged"));
  return *row;
}

}  // namespace

absl::StatusOr<std::optional<std::vector<EntityId>>> ReadIds(const LookUp& look_up,
                                                             const Searched& searched,
                                                             uint64_t count_max,
                                                             uint64_t& key_count) {
  std::vector<EntityId> ids;
  for (const Key& claim : look_up.claims) {
    ++key_count;
    DOSSIER_ASSIGN_OR_RETURN(const std::optional<EntityId> id,
                             searched.store.LookUp(claim, &searched.at));
    if (id) ids.push_back(*id);
  }
  for (const auto& [index, part, keys] : look_up.ranges) {
    if (keys.begin >= keys.end) continue;
    Cursor rows(searched.store, Family::kIndex, keys, Cursor::Direction::kRising, &searched.at);
    for (;;) {
      DOSSIER_ASSIGN_OR_RETURN(const bool is_there, rows.Next());
      if (!is_there) break;
      ++key_count;
      if (ids.size() >= count_max) return std::optional<std::vector<EntityId>>();
      if (searched.deadline.HasPassed()) return errors::Timeout();
      DOSSIER_ASSIGN_OR_RETURN(const IndexRow row, RowAt(rows, *index));
      ids.push_back(row.id);
    }
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return std::optional(std::move(ids));
}

absl::StatusOr<bool> NamedRecords::Next() {
  if (next_ == ids_.size()) return false;
  DOSSIER_ASSIGN_OR_RETURN(state_, Fetch(searched_, ids_[next_++]));
  ++key_count_;
  return true;
}

OrderedRecords::OrderedRecords(const Searched& searched, std::vector<IndexRange> ranges,
                               const SortKeys& sort, uint64_t waste_max)
    : searched_(searched), index_(*ranges.front().index), sort_(sort), cost_max_(waste_max) {
  std::sort(ranges.begin(), ranges.end(),
            [](const IndexRange& a, const IndexRange& b) { return a.keys.begin < b.keys.begin; });
  const bool is_falling = sort.front().is_falling;
  for (auto& [index, part, keys] : ranges) {
    if (keys.begin >= keys.end) continue;
    if (!stretches_.empty() && keys.begin < stretches_.back().keys.end) {
      stretches_.back().keys.end = std::max(stretches_.back().keys.end, keys.end);
      continue;
    }
    // Alike in being null: by rising id.
    const bool falls = is_falling && part != IndexPart::kNull;
    stretches_.push_back({std::move(keys), falls ? Direction::kFalling : Direction::kRising});
  }
  if (!is_falling) std::reverse(stretches_.begin(), stretches_.end());
}

absl::StatusOr<bool> OrderedRecords::Next() {
  if (next_ == group_.size()) {
    DOSSIER_ASSIGN_OR_RETURN(const bool is_there, NextGroup());
    if (!is_there) return false;
  }
  if (GivesUpAt(cost_)) return false;
  DOSSIER_ASSIGN_OR_RETURN(state_, FetchNext(group_[next_++]));
  return true;
}

bool OrderedRecords::GivesUpAt(uint64_t cost) {
  has_given_up_ |= cost > cost_max_;
  return has_given_up_;
}

absl::StatusOr<Records::State> OrderedRecords::FetchNext(EntityId id) {
  ++key_count_;
  cost_ += kScannedPerFetched;
  return Fetch(searched_, id);
}

absl::StatusOr<bool> OrderedRecords::NextRow() {
  while (!stretches_.empty()) {
    const auto& [keys, direction] = stretches_.back();
    if (!rows_) rows_.emplace(searched_.store, Family::kIndex, keys, direction, &searched_.at);
    DOSSIER_ASSIGN_OR_RETURN(const bool is_there, rows_->Next());
    if (is_there) {
      ++key_count_;
      ++cost_;
      return true;
    }
    rows_.reset();
    stretches_.pop_back();
  }
  return false;
}

// One row where the rows come as they shall, else all of one value.
absl::StatusOr<bool> OrderedRecords::NextGroup() {
  group_.clear();
  next_ = 0;
  if (!has_row_) {
    DOSSIER_ASSIGN_OR_RETURN(has_row_, NextRow());
    if (!has_row_) return false;
  }
  DOSSIER_ASSIGN_OR_RETURN(const IndexRow first, RowAt(*rows_, index_));
  const bool is_cut = first.part == IndexPart::kValue && IsCut(index_.kind(), first.ordered);
  const bool is_sorted = !is_cut && sort_.size() == 1;
  group_.push_back(first.id);
  has_row_ = false;
  if (is_sorted && stretches_.back().direction == Direction::kRising) return true;
  const std::string value(first.upto_id);
  DOSSIER_ASSIGN_OR_RETURN(const bool is_whole,
                           GatherGroup(value, is_sorted ? kReversedMax : SIZE_MAX));
  if (has_given_up_) return false;
  if (!is_whole) {
    TurnRound(value);
    return NextGroup();
  }
  if (is_sorted) {
    std::reverse(group_.begin(), group_.end());
  } else if (group_.size() > 1) {
    DOSSIER_RETURN_IF_ERROR(SortGroup());
  }
  return !has_given_up_;
}

absl::StatusOr<bool> OrderedRecords::GatherGroup(std::string_view value, size_t count_max) {
  while (group_.size() <= count_max) {
    DOSSIER_ASSIGN_OR_RETURN(const bool is_there, NextRow());
    if (!is_there) return true;
    if (searched_.deadline.HasPassed()) return errors::Timeout();
    DOSSIER_ASSIGN_OR_RETURN(const IndexRow row, RowAt(*rows_, index_));
    has_row_ = row.upto_id != value;
    if (has_row_) return true;
    group_.push_back(row.id);
    if (count_max == SIZE_MAX && GivesUpAt(cost_ + group_.size() * kScannedPerFetched)) break;
  }
  return false;
}

// The rows of the value, which the cursor has come to from their end, are read from their beginning.
void OrderedRecords::TurnRound(std::string_view value) {
  rows_.reset();
  KeyRange rows = WithPrefix(value);
  stretches_.back().keys.end = rows.begin;
  stretches_.push_back({std::move(rows), Direction::kRising});
}

// By all keys: an index may have cut off part of its own.
absl::Status OrderedRecords::SortGroup() {
  std::vector<std::string> positions;
  size_t bytes = 0;
  for (const EntityId id : group_) {
    if (searched_.deadline.HasPassed()) return errors::Timeout();
    DOSSIER_ASSIGN_OR_RETURN(const Records::State state, FetchNext(id));
    DOSSIER_ASSIGN_OR_RETURN(const RecordView record,
                             CandidateOf(id, state).VerifyHeader(searched_.type));
    DOSSIER_RETURN_IF_ERROR(AppendPosition(sort_, record, positions.emplace_back()));
    bytes += positions.back().size() + sizeof(std::string);
    has_given_up_ |= bytes > kSortBytesMax;
    if (has_given_up_) return absl::OkStatus();
  }
  std::sort(positions.begin(), positions.end());
  std::transform(positions.begin(), positions.end(), group_.begin(), IdOfPosition);
  return absl::OkStatus();
}

}  // namespace dossier
