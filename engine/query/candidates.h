// Where a search gets its records from.
#ifndef DOSSIER_QUERY_CANDIDATES_H_
#define DOSSIER_QUERY_CANDIDATES_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "filter/filter.h"
#include "record/view.h"
#include "schema/entity_type.h"
#include "storage/cursor.h"
#include "storage/store.h"

namespace dossier {

// A record as a search comes to it. Borrows the bytes.
struct Candidate {
  EntityId id = 0;
  std::string_view bytes;
  bool is_verified = false;  // else they are as they are stored

  // Errors: kDataLoss.
  absl::StatusOr<RecordView> VerifyHeader(const EntityType& type) const;
  absl::StatusOr<RecordView> Verify(const EntityType& type) const;
};

// Records of one type and of one state of the store, each once, in some order.
class Candidates {
 public:
  virtual ~Candidates() = default;

  // Goes to the next record; false where there is none. Errors: kDataLoss, kUnavailable.
  virtual absl::StatusOr<bool> Next() = 0;

  // The record that it stands at, until it goes on.
  virtual Candidate record() const = 0;

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
  Candidate record() const override { return {id_, cursor_.value()}; }

 private:
  const bool is_empty_;
  Cursor cursor_;
  EntityId id_ = 0;
};

}  // namespace dossier

#endif  // DOSSIER_QUERY_CANDIDATES_H_
