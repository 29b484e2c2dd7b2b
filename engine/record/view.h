// Records read in place. A view borrows the bytes; only RecordView::Verify makes one of bytes from
// outside, and after it every reader below may trust what it reads.
#ifndef DOSSIER_RECORD_VIEW_H_
#define DOSSIER_RECORD_VIEW_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/coding.h"
#include "base/ids.h"
#include "record/attribute.h"
#include "record/format.h"

namespace dossier {

class ObjectView;
class PluralView;

// What a large plural leaves in its object.
struct LargePlural {
  uint32_t count = 0;       // elements
  uint32_t bytes = 0;       // of the elements and their entries
  EntityId last_chunk = 0;  // the name of the chunk that new elements go to
};

// One value of an object. Which accessor fits, the tag says.
struct ValueView {
  AttributeNumber number = 0;
  format::Tag tag = format::Tag::kFalse;
  uint32_t offset = 0;       // kSmall: the integer
  const char* at = nullptr;  // the value's bytes

  int64_t integer() const {
    return tag == format::Tag::kSmall ? int64_t{offset} : LoadLittle<int64_t>(at);
  }
  int64_t time() const { return LoadLittle<int64_t>(at); }
  int32_t date() const { return LoadLittle<int32_t>(at); }
  uint32_t ipv4() const { return LoadLittle<uint32_t>(at); }
  std::string_view text() const {
    const Varint length = LoadVarint(at);
    return {at + length.size, length.value};
  }
  LargePlural large() const {
    return {LoadLittle<uint32_t>(at), LoadLittle<uint32_t>(at + 4), LoadLittle<EntityId>(at + 8)};
  }
  inline ObjectView object() const;
  inline PluralView plural() const;
  // The bytes of the value, as they may be copied into another object; empty where it is inline.
  std::string_view bytes() const;
};

// An object's values by rising attribute number. The empty view stands for an object without any.
class ObjectView {
 public:
  ObjectView() = default;
  explicit ObjectView(const char* base) : base_(base) {}

  size_t size() const { return word() & ~format::kWideBit; }
  size_t count() const { return base_ == nullptr ? 0 : LoadLittle<uint16_t>(base_ + 4); }

  ValueView operator[](size_t i) const {
    if (word() & format::kWideBit) {
      const auto entry = LoadLittle<uint64_t>(directory(8) + i * 8);
      return Value(static_cast<AttributeNumber>(entry), static_cast<uint8_t>(entry >> 16),
                   static_cast<uint32_t>(entry >> 32));
    }
    const auto entry = LoadLittle<uint32_t>(directory(4) + i * 4);
    return Value(entry & 0xfff, static_cast<uint8_t>(entry >> 12 & 0xf), entry >> 16);
  }

  // The value of that attribute; `at` and `number` are null where it has none.
  ValueView Find(AttributeNumber number) const;

  std::string_view bytes() const { return {base_, size()}; }

 private:
  uint32_t word() const { return LoadLittle<uint32_t>(base_); }
  const char* directory(size_t width) const { return base_ + size() - count() * width; }
  ValueView Value(AttributeNumber number, uint8_t tag, uint32_t offset) const {
    return {number, static_cast<format::Tag>(tag), offset, base_ + offset};
  }

  const char* base_ = nullptr;
};

// A plural's elements by rising id. The empty view stands for a plural without any.
class PluralView {
 public:
  PluralView() = default;
  explicit PluralView(const char* base) : base_(base) {}

  size_t size() const { return LoadLittle<uint32_t>(base_); }
  size_t count() const { return base_ == nullptr ? 0 : LoadLittle<uint32_t>(base_ + 4); }
  EntityId id(size_t i) const { return LoadLittle<EntityId>(entry(i)); }
  ObjectView element(size_t i) const {
    return ObjectView(base_ + LoadLittle<uint32_t>(entry(i) + 8));
  }
  // The position of the element, or count() where there is none.
  size_t Find(EntityId id) const;

 private:
  const char* entry(size_t i) const {
    return base_ + size() - (count() - i) * format::kElementEntrySize;
  }

  const char* base_ = nullptr;
};

ObjectView ValueView::object() const { return at == nullptr ? ObjectView() : ObjectView(at); }
PluralView ValueView::plural() const { return at == nullptr ? PluralView() : PluralView(at); }

// Whether a value with that tag can be one of an attribute of that kind.
bool Fits(format::Tag tag, Kind kind);

// kDataLoss: what is wrong with a record.
absl::Status DamagedRecord(TypeId type, EntityId id, std::string_view what);

// Checks the bytes of one plural from outside, whose elements have `shape`; null: their structure
// alone.
bool IsPlural(std::string_view bytes, const Shape* shape);

// A whole record.
class RecordView {
 public:
  // Checks bytes from outside: format, checksum, structure, and that each value has the kind that
  // `shape` gives it. Values of attributes that the shape lacks are allowed: they were removed.
  // Errors: kDataLoss, naming the record by `type` and `id`.
  static absl::StatusOr<RecordView> Verify(std::string_view bytes, TypeId type, EntityId id,
                                           const Shape& shape);
  // The same but for the structure: the header can be read, and all else by record/unverified.h.
  static absl::StatusOr<RecordView> VerifyChecksum(std::string_view bytes, TypeId type,
                                                   EntityId id);
  // Of bytes that this process made or has verified.
  static RecordView Trusted(std::string_view bytes) { return RecordView(bytes); }

  TypeId type() const { return TypeId{Load<uint16_t>(format::kTypeAt)}; }
  EntityId id() const { return Load<EntityId>(format::kIdAt); }
  // Whether a plural of it has left it.
  bool has_large() const { return bytes_[format::kFlagsAt] & format::kHasLarge; }
  // How many deltas (record/delta.h) lead to it from a state that is stored whole.
  uint8_t deltas() const { return Load<uint8_t>(format::kDeltasAt); }
  uint32_t type_version() const { return Load<uint32_t>(format::kTypeVersionAt); }
  int64_t created() const { return Load<int64_t>(format::kCreatedAt); }
  int64_t last_updated() const { return Load<int64_t>(format::kLastUpdatedAt); }
  const char* uuid() const { return bytes_.data() + format::kUuidAt; }
  ObjectView root() const { return ObjectView(bytes_.data() + format::kHeaderSize); }
  std::string_view bytes() const { return bytes_; }

 private:
  explicit RecordView(std::string_view bytes) : bytes_(bytes) {}
  template <typename T>
  T Load(size_t at) const {
    return LoadLittle<T>(bytes_.data() + at);
  }

  std::string_view bytes_;
};

}  // namespace dossier

#endif  // DOSSIER_RECORD_VIEW_H_
