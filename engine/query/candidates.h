// Where a search gets its records from.
#ifndef DOSSIER_QUERY_CANDIDATES_H_
#define DOSSIER_QUERY_CANDIDATES_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "filter/filter.h"
#include "storage/cursor.h"
#include "storage/store.h"

namespace dossier {

// Records of one type and of one state of the store, each once, in some order.
class Candidates {
 public:
  virtual ~Candidates() = default;

  // Goes to the next record; false where there is none. Errors: kDataLoss, kUnavailable.
  virtual absl::StatusOr<bool> Next() = 0;

  // Of the record that it stands at, until it goes on; the bytes as they are stored, not verified.
  virtual EntityId id() const = 0;
  virtual std::string_view bytes() const = 0;

  // The filter holds for the record that it stands at.
  virtual void NoteMatch() {}

  // Rows of indexes and records that were read so far.
  uint64_t key_count() const { return key_count_; }

  // Whether Next has ended early, for it would have been better to go through all records. What was
  // shown so far is to be forgotten.
  bool has_given_up() const { return has_given_up_; }

 protected:
  uint64_t key_count_ = 0;
  bool has_given_up_ = false;
};

// The records of the type with ids in a range, by rising or falling id.
class ScannedRecords : public Candidates {
 public:
  ScannedRecords(const Store& store, const Snapshot& at, TypeId type, const IdRange& ids,
                 Cursor::Direction direction);

  absl::StatusOr<bool> Next() override;
  EntityId id() const override { return id_; }
  std::string_view bytes() const override { return cursor_.value(); }

 private:
  const bool is_empty_;
  Cursor cursor_;
  EntityId id_ = 0;
};

}  // namespace dossier

#endif  // DOSSIER_QUERY_CANDIDATES_H_
