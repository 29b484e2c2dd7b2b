// Builds the bytes of objects and plurals, innermost first, in one growing buffer.
//
//   Writer writer;
//   const Writer::Mark object = writer.BeginObject();
//   writer.AddText(17, format::Tag::kText, "Ada");
//   writer.EndObject(object);
#ifndef DOSSIER_RECORD_WRITER_H_
#define DOSSIER_RECORD_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "record/format.h"
#include "record/view.h"

namespace dossier {

// Not thread-safe; kept and reused, so that a write allocates nothing once it is warm.
class Writer {
 public:
  // An object or plural under construction.
  struct Mark {
    size_t begin;    // where its bytes begin
    size_t entries;  // how many entries belong to those around it
  };

  void Clear();
  std::string& bytes() { return bytes_; }
  const std::string& bytes() const { return bytes_; }

  Mark BeginObject();
  // Writes the directory. Entries may have been added in any order.
  void EndObject(Mark mark);
  // Whether nothing was added to the object since `mark`.
  bool IsEmptyObject(Mark mark) const { return entries_.size() == mark.entries; }
  // Takes back what was begun at `mark`.
  void Drop(Mark mark);

  void AddInline(AttributeNumber number, format::Tag tag, uint16_t value = 0);
  void AddInteger(AttributeNumber number, int64_t value);
  void AddTime(AttributeNumber number, int64_t micros);
  void AddDate(AttributeNumber number, int32_t days);
  void AddIpv4(AttributeNumber number, uint32_t address);
  void AddText(AttributeNumber number, format::Tag tag, std::string_view text);
  void AddLarge(AttributeNumber number, const LargePlural& large);
  // A value of another object, as it stands there. The copies that are made are noted.
  void AddCopy(const ValueView& value);
  // The object or plural that was ended last and began at `begin`.
  void AddNested(AttributeNumber number, format::Tag tag, size_t begin);

  // The value that was added last, until the next is.
  ValueView LastValue() const;

  // Takes back the scalars that were added to an object since `end` was the writer's end.
  struct End {
    size_t bytes;
    size_t entries;
  };
  End end() const { return {bytes_.size(), entries_.size()}; }
  void CutTo(End end);

  Mark BeginPlural();
  // An element whose bytes, an object's, were ended last and began at `begin`.
  void AddElement(EntityId id, size_t begin);
  void AddElementCopy(EntityId id, ObjectView element);
  void EndPlural(Mark mark);
  size_t ElementCount(Mark mark) const { return elements_.size() - mark.entries; }

  // Bytes that were copied as they stood elsewhere.
  struct Copy {
    const char* from;
    size_t at;  // in bytes()
    size_t size;
  };
  // By rising place.
  const std::vector<Copy>& copies() const { return copies_; }

 private:
  struct Entry {
    AttributeNumber number;
    format::Tag tag;
    size_t at;  // in bytes_; of an inline value the value
  };
  struct Element {
    EntityId id;
    size_t at;
  };

  void Add(AttributeNumber number, format::Tag tag) {
    entries_.push_back({number, tag, bytes_.size()});
  }

  void AddBytes(std::string_view copied);
  void Cut(size_t end);

  std::string bytes_;
  std::vector<Copy> copies_;
  std::vector<Entry> entries_;     // of the objects under construction, outermost first
  std::vector<Element> elements_;  // of the plurals under construction, outermost first
};

// What the header of a record says.
struct RecordHeader {
  TypeId type{};
  uint32_t type_version = 0;
  EntityId id = 0;
  int64_t created = 0;       // microseconds
  int64_t last_updated = 0;  // microseconds
  Uuid uuid = {};
  bool has_large = false;
  uint8_t deltas = 0;  // 0: to be stored whole
};

// What the header of `record` says, for a state that is to be stored whole.
RecordHeader HeaderOf(const RecordView& record);

// Writes `header` and the checksum over the first bytes of `record`, whose root stands behind them.
void SealRecord(const RecordHeader& header, std::string& record);

}  // namespace dossier

#endif  // DOSSIER_RECORD_WRITER_H_
