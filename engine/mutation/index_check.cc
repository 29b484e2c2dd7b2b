#include "mutation/index_check.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/coding.h"
#include "base/errors.h"
#include "base/status.h"
#include "elements/send_out.h"
#include "schema/index_rows.h"

namespace dossier {
namespace {

class Check {
 public:
  Check(const Store& store, const EntityType& type) : store_(store), type_(type), at_(store) {}

  absl::StatusOr<IndexAgreement> Run() {
    const KeyRange all = WithPrefix(Key().Add(static_cast<uint16_t>(type_.id())).view());
    Cursor records(store_, Family::kRecords, all, Cursor::Direction::kRising, &at_);
    for (;;) {
      DOSSIER_ASSIGN_OR_RETURN(const bool is_there, records.Next());
      if (!is_there) break;
      if (records.key().size() != sizeof(TypeId) + sizeof(EntityId)) {
        return errors::DataLoss("a record's key is damaged");
      }
      DOSSIER_ASSIGN_OR_RETURN(const RecordView record,
                               RecordView::Verify(records.value(), type_.id(),
                                                  IdOfRecordKey(records.key()), type_.root()));
      DOSSIER_RETURN_IF_ERROR(Record(record));
    }
    Cursor rows(store_, Family::kIndex, all, Cursor::Direction::kRising, &at_);
    for (;;) {
      DOSSIER_ASSIGN_OR_RETURN(const bool is_there, rows.Next());
      if (!is_there) break;
      DOSSIER_RETURN_IF_ERROR(Row(rows.key()));
    }
    return std::move(agreement_);
  }

 private:
  absl::StatusOr<std::vector<ChunkChange>> ChunksOf(const RecordView& record) const {
    if (!record.has_large()) return std::vector<ChunkChange>();
    return DropAll(record, Chunks(store_, type_.id(), record.id(), type_.root(), &at_));
  }

  absl::Status Record(const RecordView& record) {
    ++agreement_.record_count;
    DOSSIER_ASSIGN_OR_RETURN(const std::vector<ChunkChange> chunks, ChunksOf(record));
    for (const Index& index : type_.indexes()) {
      if (!index.is_ready) continue;
      const IndexRows rows = RowsOf(type_, index, record, chunks);
      for (size_t i = 0; i < rows.size(); ++i) {
        DOSSIER_ASSIGN_OR_RETURN(const SharedBytes row, store_.Get(Family::kIndex, rows[i], &at_));
        if (row == nullptr) Note(agreement_.missing_count, PathOf(index), record.id());
      }
    }
    return absl::OkStatus();
  }

  absl::Status Row(std::string_view key) {
    ++agreement_.row_count;
    const bool has_number = key.size() >= sizeof(TypeId) + sizeof(AttributeNumber);
    const AttributeNumber number =
        has_number ? LoadBig<AttributeNumber>(key.data() + sizeof(TypeId)) : AttributeNumber{0};
    const Index* index = FindIndex(type_.indexes(), number);
    const std::optional<IndexRow> row =
        index == nullptr ? std::nullopt : ParseRow(key, index->kind());
    if (!row) {
      Note(agreement_.stray_count, absl::StrCat("attribute number ", number), /*id=*/0);
      return absl::OkStatus();
    }
    DOSSIER_ASSIGN_OR_RETURN(
        const SharedBytes bytes,
        store_.Get(Family::kRecords, RecordKey(type_.id(), row->id).view(), &at_));
    if (bytes == nullptr) {
      Note(agreement_.stray_count, PathOf(*index), row->id);
      return absl::OkStatus();
    }
    const RecordView record = RecordView::Trusted(*bytes);  // all were verified
    DOSSIER_ASSIGN_OR_RETURN(const std::vector<ChunkChange> chunks, ChunksOf(record));
    const IndexRows rows = RowsOf(type_, *index, record, chunks);
    bool has = false;
    for (size_t i = 0; i < rows.size(); ++i) has |= rows[i] == key;
    if (!has) Note(agreement_.stray_count, PathOf(*index), row->id);
    return absl::OkStatus();
  }

  void Note(uint64_t& count, const std::string& attribute, EntityId id) {
    if (agreement_.holds()) agreement_.first = absl::StrCat(attribute, " of record ", id);
    ++count;
  }

  const Store& store_;
  const EntityType& type_;
  const Snapshot at_;
  IndexAgreement agreement_;
};

}  // namespace

absl::StatusOr<IndexAgreement> CheckIndexes(const Store& store, const EntityType& type) {
  return Check(store, type).Run();
}

}  // namespace dossier
