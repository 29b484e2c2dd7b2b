// The rows of secondary indexes: the keys, without values, that say which record has which value.
//
//   row   := type:u16 attribute:u16 part:u8 [ordered] id:u64 [owner:u64 chunk:u64]
//   part  := 1   a value: `ordered` (values/index_order.h) is its form
//          | 2   null: no `ordered`; of attributes that are in no plural
//          | 3   a text that folding changes: `ordered` is the form of the folded text
//
// `id` is the record's. A value in an element of a large plural also has the chunk that the element
// is in, by the plural's owner and the chunk's name: so each chunk has rows of its own, which change
// with it alone, and a record may have several of one value. Without regard to case a text is found
// under its own folded form in parts 1 and 3. Numbers are big-endian. Stored; never renumber.
#ifndef DOSSIER_SCHEMA_INDEX_ROWS_H_
#define DOSSIER_SCHEMA_INDEX_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "elements/chunks.h"
#include "record/view.h"
#include "schema/entity_type.h"
#include "storage/keyspace.h"

namespace dossier {

enum class IndexPart : uint8_t { kValue = 1, kNull = 2, kFolded = 3 };

// Some rows, in one allocation.
class IndexRows {
 public:
  size_t size() const { return ends_.size(); }
  bool empty() const { return ends_.empty(); }
  std::string_view operator[](size_t i) const;
  size_t bytes() const { return bytes_.size(); }

  // A row is added by appending to Open() and then Close().
  std::string& Open() { return bytes_; }
  void Close() { ends_.push_back(static_cast<uint32_t>(bytes_.size())); }

 private:
  std::string bytes_;
  absl::InlinedVector<uint32_t, 4> ends_;
};

// What a write does to the indexes of a type.
struct IndexChange {
  IndexRows added = {};
  IndexRows dropped = {};

  size_t count() const { return added.size() + dropped.size(); }
  size_t bytes() const { return added.bytes() + dropped.bytes(); }
};

// From one state of a record to the next; null: there is none. `chunks` are all that differ.
IndexChange ChangeOfIndexes(const EntityType& type, const RecordView* before,
                            const RecordView* after, const std::vector<ChunkChange>& chunks);

// All rows that one index has of a record, whose chunks are all in `chunks`, as they were before.
// Values that are one have one row, by rising row.
IndexRows RowsOf(const EntityType& type, const Index& index, const RecordView& record,
                 const std::vector<ChunkChange>& chunks);

// What the keys of an index, of one part of it and of one value begin with.
std::string IndexPrefix(TypeId type, AttributeNumber number);
std::string IndexPrefix(TypeId type, AttributeNumber number, IndexPart part);

// A row from the disk. The views are of its key.
struct IndexRow {
  IndexPart part = IndexPart::kValue;
  std::string_view upto_id = {};  // all before the id: two rows of one value have the same
  std::string_view ordered = {};
  EntityId id = 0;
};
// Nothing where the key is no row of an index with values of that kind.
std::optional<IndexRow> ParseRow(std::string_view key, Kind kind);

// Whether no row of the index is ever put twice: times rise, and the index is never removed. Such
// rows can be deleted in the cheap way (Batch::DeleteOnce).
bool IsPutOnce(std::string_view row);

}  // namespace dossier

#endif  // DOSSIER_SCHEMA_INDEX_ROWS_H_
