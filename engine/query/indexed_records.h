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

namespace dossier {

// The ids that a look-up leads to, rising, each once; nothing where it has read more than `count_max`
// keys and was not through. Adds to `key_count` what it read. Errors: 504, kDataLoss, kUnavailable.
absl::StatusOr<std::optional<std::vector<EntityId>>> ReadIds(const LookUp& look_up,
                                                             const Searched& searched,
                                                             uint64_t count_max,
                                                             uint64_t& key_count);

// The records with these ids, which must exist, in this order.
class NamedRecords : public Candidates {
 public:
  NamedRecords(const Searched& searched, std::vector<EntityId> ids)
      : searched_(searched), ids_(std::move(ids)) {}

  absl::StatusOr<bool> Next() override;
  EntityId id() const override { return ids_[next_ - 1]; }
  std::string_view bytes() const override { return *bytes_; }

 private:
  const Searched& searched_;
  const std::vector<EntityId> ids_;
  size_t next_ = 0;
  SharedBytes bytes_;
};

// The records in the order of one index, by rising id where their values are alike: those in a range
// of its values, or all, with null last, or first where the order is turned over.
class OrderedRecords : public Candidates {
 public:
  // `sort` is the order, by the attribute of the index alone.
  OrderedRecords(const Searched& searched, const Index& index, const SortKeys& sort,
                 std::optional<KeyRange> values);

  absl::StatusOr<bool> Next() override;
  EntityId id() const override { return group_[next_ - 1]; }
  std::string_view bytes() const override { return *bytes_; }

 private:
  // Rows of one part of the index, one way.
  struct Stretch {
    KeyRange keys;
    Cursor::Direction direction;
  };

  absl::StatusOr<bool> NextRow();
  absl::StatusOr<bool> NextGroup();
  absl::Status SortGroup();

  const Searched& searched_;
  const Index& index_;
  const SortKeys& sort_;
  std::vector<Stretch> stretches_;  // the next one last
  std::optional<Cursor> rows_;
  bool has_row_ = false;         // the cursor stands at a row that is in no group yet
  std::vector<EntityId> group_;  // of one value, in their order
  size_t next_ = 0;
  SharedBytes bytes_;
};

}  // namespace dossier

#endif  // DOSSIER_QUERY_INDEXED_RECORDS_H_
