// Records that indexes and claims lead to.
#ifndef DOSSIER_QUERY_INDEXED_RECORDS_H_
#define DOSSIER_QUERY_INDEXED_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "query/candidates.h"
#include "query/look_ups.h"
#include "query/search.h"
#include "query/sort.h"
#include "storage/cursor.h"
#include "storage/records.h"

namespace dossier {

// The ids that a look-up leads to, rising, each once; nothing where it has read more than `count_max`
// keys and was not through. Adds to `key_count` what it read. Errors: 504, kDataLoss, kUnavailable.
absl::StatusOr<std::optional<std::vector<EntityId>>> ReadIds(const LookUp& look_up,
                                                             const Searched& searched,
                                                             uint64_t count_max,
                                                             uint64_t& key_count);

inline Candidate CandidateOf(EntityId id, const Records::State& state) {
  return {id, *state.bytes, state.is_verified};
}

// The records with these ids, which must exist, in this order.
class NamedRecords : public Candidates {
 public:
  NamedRecords(const Searched& searched, std::vector<EntityId> ids)
      : searched_(searched), ids_(std::move(ids)) {}

  absl::StatusOr<bool> Next() override;
  Candidate record() const override { return CandidateOf(ids_[next_ - 1], state_); }

 private:
  const Searched& searched_;
  const std::vector<EntityId> ids_;
  size_t next_ = 0;
  Records::State state_;
};

// A record that an index leads to costs as much as so many of those that are gone through in the
// order of their ids. Measured: 7 with 100,000 records of 1 KB and 10 to 13 with 1,000,000, all in
// memory, by index in random order of the ids.
inline constexpr uint64_t kScannedPerFetched = 8;

// The records in an order whose first key has an index, with null last, or first where it is turned
// over. Those of one value are sorted by the other keys before the first of them is shown.
class OrderedRecords : public Candidates {
 public:
  // Those to which the ranges, of one index and none of folded texts, lead; they may overlap. Gives up
  // where a group takes too much memory, or all that was read but for the matches themselves has cost
  // more than to scan `waste_max` records.
  OrderedRecords(const Searched& searched, std::vector<IndexRange> ranges, const SortKeys& sort,
                 uint64_t waste_max);

  absl::StatusOr<bool> Next() override;
  void NoteMatch() override { cost_max_ += 1 + kScannedPerFetched; }
  Candidate record() const override { return CandidateOf(group_[next_ - 1], state_); }

 private:
  // Rows of one part of the index, one way.
  struct Stretch {
    KeyRange keys;
    Cursor::Direction direction;
  };

  absl::StatusOr<bool> NextRow();
  absl::StatusOr<bool> NextGroup();
  // Adds to the group the rows of the same value that follow; false where there are more than
  // `count_max`, or it has given up.
  absl::StatusOr<bool> GatherGroup(std::string_view value, size_t count_max);
  absl::Status SortGroup();
  void TurnRound(std::string_view value);
  absl::StatusOr<Records::State> FetchNext(EntityId id);
  bool GivesUpAt(uint64_t cost);

  const Searched& searched_;
  const Index& index_;
  const SortKeys& sort_;
  uint64_t cost_max_;  // in records that are scanned
  uint64_t cost_ = 0;
  std::vector<Stretch> stretches_;  // the next one last; the last one is under way
  std::optional<Cursor> rows_;
  bool has_row_ = false;         // the cursor stands at a row that is in no group yet
  std::vector<EntityId> group_;  // of one value, in their order
  size_t next_ = 0;
  Records::State state_;
};

}  // namespace dossier

#endif  // DOSSIER_QUERY_INDEXED_RECORDS_H_
