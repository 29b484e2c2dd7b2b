#include "query/indexed_records.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/status.h"
#include "schema/index_order.h"
#include "schema/index_rows.h"
#include "storage/keyspace.h"

namespace dossier {
namespace {

absl::StatusOr<SharedBytes> Fetch(const Searched& searched, EntityId id) {
  const Key key = RecordKey(searched.type.id(), id);
  DOSSIER_ASSIGN_OR_RETURN(SharedBytes bytes,
                           searched.store.Get(Family::kRecords, key.view(), &searched.at));
  if (bytes == nullptr) {
    return errors::DataLoss(absl::StrCat("record ", id, ", which an index names, is not there"));
  }
  return bytes;
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
  for (const auto& [index, keys] : look_up.ranges) {
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
  DOSSIER_ASSIGN_OR_RETURN(bytes_, Fetch(searched_, ids_[next_++]));
  ++key_count_;
  return true;
}

OrderedRecords::OrderedRecords(const Searched& searched, const Index& index, const SortKeys& sort,
                               std::optional<KeyRange> values)
    : searched_(searched), index_(index), sort_(sort) {
  const bool is_falling = sort.front().is_falling;
  const bool has_nulls = !values && !index.is_of_time();
  if (!values) {
    values = WithPrefix(IndexPrefix(searched.type.id(), index.number, IndexPart::kValue));
  }
  const auto direction = is_falling ? Cursor::Direction::kFalling : Cursor::Direction::kRising;
  if (values->begin < values->end) stretches_.push_back({*std::move(values), direction});
  if (has_nulls) {
    // Alike in being null: by rising id.
    stretches_.push_back(
        {WithPrefix(IndexPrefix(searched.type.id(), index.number, IndexPart::kNull)),
         Cursor::Direction::kRising});
  }
  if (!is_falling) std::reverse(stretches_.begin(), stretches_.end());
}

absl::StatusOr<bool> OrderedRecords::Next() {
  if (next_ == group_.size()) {
    DOSSIER_ASSIGN_OR_RETURN(const bool is_there, NextGroup());
    if (!is_there) return false;
  }
  DOSSIER_ASSIGN_OR_RETURN(bytes_, Fetch(searched_, group_[next_++]));
  ++key_count_;
  return true;
}

absl::StatusOr<bool> OrderedRecords::NextRow() {
  for (;;) {
    if (rows_) {
      DOSSIER_ASSIGN_OR_RETURN(const bool is_there, rows_->Next());
      if (is_there) {
        ++key_count_;
        return true;
      }
    }
    if (stretches_.empty()) return false;
    Stretch stretch = std::move(stretches_.back());
    stretches_.pop_back();
    rows_.emplace(searched_.store, Family::kIndex, std::move(stretch.keys), stretch.direction,
                  &searched_.at);
  }
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
  group_.push_back(first.id);
  has_row_ = false;
  const bool is_null = first.part == IndexPart::kNull;
  const bool is_cut = !is_null && IsCut(index_.kind(), first.ordered);
  const bool is_falling = sort_.front().is_falling && !is_null;
  if (!is_cut && !is_falling) return true;
  const std::string value(first.upto_id);
  for (;;) {
    DOSSIER_ASSIGN_OR_RETURN(has_row_, NextRow());
    if (!has_row_) break;
    if (searched_.deadline.HasPassed()) return errors::Timeout();
    DOSSIER_ASSIGN_OR_RETURN(const IndexRow row, RowAt(*rows_, index_));
    if (row.upto_id != value) break;
    group_.push_back(row.id);
  }
  if (is_cut) {
    DOSSIER_RETURN_IF_ERROR(SortGroup());
  } else {
    std::reverse(group_.begin(), group_.end());
  }
  return true;
}

// By what the index has cut off.
absl::Status OrderedRecords::SortGroup() {
  std::vector<std::string> positions;
  for (const EntityId id : group_) {
    DOSSIER_ASSIGN_OR_RETURN(const SharedBytes bytes, Fetch(searched_, id));
    ++key_count_;
    DOSSIER_ASSIGN_OR_RETURN(const RecordView record,
                             RecordView::VerifyChecksum(*bytes, searched_.type.id(), id));
    DOSSIER_RETURN_IF_ERROR(AppendPosition(sort_, record, positions.emplace_back()));
  }
  std::sort(positions.begin(), positions.end());
  std::transform(positions.begin(), positions.end(), group_.begin(), IdOfPosition);
  return absl::OkStatus();
}

}  // namespace dossier
