#include "query/candidates.h"

#include <string>

#include "base/status.h"
#include "storage/keyspace.h"

namespace dossier {
namespace {

KeyRange RecordKeys(TypeId type, const IdRange& ids) {
  KeyRange range = WithPrefix(Key().Add(static_cast<uint16_t>(type)).view());
  range.begin = std::string(RecordKey(type, ids.first).view());
  if (ids.last < UINT64_MAX) range.end = std::string(RecordKey(type, ids.last + 1).view());
  return range;
}

}  // namespace

absl::StatusOr<RecordView> Candidate::VerifyHeader(const EntityType& type) const {
  if (is_verified) return RecordView::Trusted(bytes);
  return RecordView::VerifyChecksum(bytes, type.id(), id);
}

absl::StatusOr<RecordView> Candidate::Verify(const EntityType& type) const {
  if (is_verified) return RecordView::Trusted(bytes);
  return RecordView::Verify(bytes, type.id(), id, type.root());
}

ScannedRecords::ScannedRecords(const Store& store, const Snapshot& at, TypeId type,
                               const IdRange& ids, Cursor::Direction direction)
    : is_empty_(ids.is_empty()),
      cursor_(store, Family::kRecords, RecordKeys(type, is_empty_ ? IdRange() : ids), direction,
              &at) {}

absl::StatusOr<bool> ScannedRecords::Next() {
  if (is_empty_) return false;
  DOSSIER_ASSIGN_OR_RETURN(const bool is_there, cursor_.Next());
  if (!is_there) return false;
  ++key_count_;
  DOSSIER_ASSIGN_OR_RETURN(id_, IdOfRecordKey(cursor_.key()));
  return true;
}

}  // namespace dossier
