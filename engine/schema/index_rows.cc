#include "schema/index_rows.h"

#include <algorithm>

#include "base/coding.h"
#include "values/constraints.h"
#include "values/index_order.h"
#include "values/text_rules.h"

namespace dossier {
namespace {

constexpr size_t kNumberAt = sizeof(TypeId);
constexpr size_t kPartAt = kNumberAt + sizeof(AttributeNumber);
constexpr size_t kOrderedAt = kPartAt + sizeof(IndexPart);
constexpr size_t kChunkBytes = 2 * sizeof(EntityId);  // the owner and the name

using RowSet = absl::InlinedVector<std::string, 2>;

void AppendPrefix(TypeId type, AttributeNumber number, std::string& out) {
  AppendBig(out, static_cast<uint16_t>(type));
  AppendBig(out, number);
}

void AppendTimeRow(TypeId type, AttributeNumber number, int64_t time, EntityId id,
                   std::string& out) {
  AppendPrefix(type, number, out);
  out += static_cast<char>(IndexPart::kValue);
  AppendOrderedInteger(time, out);
  AppendBig(out, id);
}

int64_t TimeOf(const Index& index, const RecordView& record) {
  return index.number == kCreatedNumber ? record.created() : record.last_updated();
}

// Gathers the rows of one index, which is not of a time.
class Collector {
 public:
  Collector(TypeId type, const Index& index, EntityId id)
      : type_(type), index_(index), id_(id), is_in_plural_(index.is_in_plural()) {}

  void Record(const RecordView& record) {
    Value(record.root().Find(index_.way.front()->number), /*depth=*/0);
  }

  void Chunks(const std::vector<ChunkChange>& chunks, SharedBytes ChunkChange::*state) {
    if (!is_in_plural_) return;
    for (const ChunkChange& chunk : chunks) {
      const auto plural = std::find_if(
          index_.way.begin(), index_.way.end(),
          [&](const Attribute* step) { return step->number == chunk.plural.attribute; });
      if (chunk.*state == nullptr || plural == index_.way.end()) continue;
      chunk_ = &chunk;
      Elements(ElementsOf(*(chunk.*state)), static_cast<size_t>(plural - index_.way.begin()));
    }
  }

  RowSet Take() {
    std::sort(rows_.begin(), rows_.end());
    rows_.erase(std::unique(rows_.begin(), rows_.end()), rows_.end());
    return std::move(rows_);
  }

 private:
  // `depth` is where on the way to the attribute the value stands.
  void Value(const ValueView& value, size_t depth) {
    if (value.at == nullptr) return Null();
    if (depth + 1 == index_.way.size()) return Scalar(value);
    if (index_.way[depth]->kind == Kind::kObject) return Below(value.object(), depth);
    if (value.tag != format::Tag::kLarge) Elements(value.plural(), depth);
  }

  void Below(const ObjectView& object, size_t depth) {
    Value(object.Find(index_.way[depth + 1]->number), depth + 1);
  }

  void Elements(const PluralView& plural, size_t depth) {
    for (size_t i = 0; i < plural.count(); ++i) Below(plural.element(i), depth);
  }

  void Null() {
    if (is_in_plural_) return;
    Begin(IndexPart::kNull);
    End();
  }

  void Scalar(const ValueView& value) {
    AppendOrdered(value, Begin(IndexPart::kValue));
    End();
    if (!index_.folds_case()) return;
    thread_local std::string folded;
    folded.clear();
    AppendFolded(value.text(), folded);
    if (folded == value.text()) return;
    AppendOrderedText(folded, Begin(IndexPart::kFolded));
    End();
  }

  std::string& Begin(IndexPart part) {
    std::string& row = rows_.emplace_back();
    AppendPrefix(type_, index_.number, row);
    row += static_cast<char>(part);
    return row;
  }

  void End() {
    std::string& row = rows_.back();
    AppendBig(row, id_);
    if (chunk_ == nullptr) return;
    AppendBig(row, chunk_->plural.owner);
    AppendBig(row, chunk_->name);
  }

  const TypeId type_;
  const Index& index_;
  const EntityId id_;
  const bool is_in_plural_;
  const ChunkChange* chunk_ = nullptr;  // that the elements are in; null: they are in the record
  RowSet rows_;
};

void Add(std::string_view row, IndexRows& rows) {
  rows.Open() += row;
  rows.Close();
}

// Those of `a` that `b` lacks.
void AddDifference(const RowSet& a, const RowSet& b, IndexRows& rows) {
  for (const std::string& row : a) {
    if (!std::binary_search(b.begin(), b.end(), row)) Add(row, rows);
  }
}

void AddTimeChange(TypeId type, const Index& index, const RecordView* before,
                   const RecordView* after, IndexChange& change) {
  const bool is_kept = before != nullptr && after != nullptr;
  if (is_kept && TimeOf(index, *before) == TimeOf(index, *after)) return;
  const auto add = [&](const RecordView& record, IndexRows& rows) {
    AppendTimeRow(type, index.number, TimeOf(index, record), record.id(), rows.Open());
    rows.Close();
  };
  if (before != nullptr) add(*before, change.dropped);
  if (after != nullptr) add(*after, change.added);
}

// Whether the index may have other rows of a record after a change than before it.
bool MayDiffer(const Index& index, const RecordView* before, const RecordView* after,
               const std::vector<ChunkChange>& chunks) {
  if (before == nullptr || after == nullptr || !chunks.empty()) return true;
  const AttributeNumber root = index.way.front()->number;
  return !HaveSameBytes(before->root().Find(root), after->root().Find(root));
}

}  // namespace

std::string_view IndexRows::operator[](size_t i) const {
  const size_t begin = i == 0 ? 0 : ends_[i - 1];
  return std::string_view(bytes_).substr(begin, ends_[i] - begin);
}

IndexChange ChangeOfIndexes(const EntityType& type, const RecordView* before,
                            const RecordView* after, const std::vector<ChunkChange>& chunks) {
  IndexChange change;
  const EntityId id = before != nullptr ? before->id() : after->id();
  for (const Index& index : type.indexes()) {
    if (index.is_of_time()) {
      AddTimeChange(type.id(), index, before, after, change);
    } else if (MayDiffer(index, before, after, chunks)) {
      const auto rows = [&](const RecordView* record, SharedBytes ChunkChange::*state) {
        Collector collector(type.id(), index, id);
        if (record != nullptr) collector.Record(*record);
        collector.Chunks(chunks, state);
        return collector.Take();
      };
      const RowSet old_rows = rows(before, &ChunkChange::before);
      const RowSet new_rows = rows(after, &ChunkChange::after);
      AddDifference(old_rows, new_rows, change.dropped);
      AddDifference(new_rows, old_rows, change.added);
    }
  }
  return change;
}

IndexRows RowsOf(const EntityType& type, const Index& index, const RecordView& record,
                 const std::vector<ChunkChange>& chunks) {
  IndexRows rows;
  if (index.is_of_time()) {
    AppendTimeRow(type.id(), index.number, TimeOf(index, record), record.id(), rows.Open());
    rows.Close();
    return rows;
  }
  Collector collector(type.id(), index, record.id());
  collector.Record(record);
  collector.Chunks(chunks, &ChunkChange::before);
  for (const std::string& row : collector.Take()) Add(row, rows);
  return rows;
}

std::string IndexPrefix(TypeId type, AttributeNumber number) {
  std::string prefix;
  AppendPrefix(type, number, prefix);
  return prefix;
}

std::string IndexPrefix(TypeId type, AttributeNumber number, IndexPart part) {
  return IndexPrefix(type, number) + static_cast<char>(part);
}

std::optional<IndexRow> ParseRow(std::string_view key, Kind kind) {
  if (key.size() < kOrderedAt + sizeof(EntityId)) return std::nullopt;
  IndexRow row{.part = static_cast<IndexPart>(key[kPartAt])};
  std::optional<size_t> size;
  if (row.part == IndexPart::kNull) {
    size = 0;
  } else if (row.part == IndexPart::kValue ||
             (row.part == IndexPart::kFolded && kind == Kind::kString)) {
    size = OrderedSize(kind, key.substr(kOrderedAt));
  }
  if (!size) return std::nullopt;
  row.upto_id = key.substr(0, kOrderedAt + *size);
  row.ordered = row.upto_id.substr(kOrderedAt);
  const std::string_view rest = key.substr(row.upto_id.size());
  if (rest.size() != sizeof(EntityId) && rest.size() != sizeof(EntityId) + kChunkBytes) {
    return std::nullopt;
  }
  row.id = LoadBig<EntityId>(rest.data());
  return row;
}

bool IsPutOnce(std::string_view row) {
  return LoadBig<AttributeNumber>(row.data() + kNumberAt) < kFirstFreeNumber;
}

}  // namespace dossier
