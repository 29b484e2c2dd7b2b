// RecordView::Verify: the one reader that trusts nothing.
#include <optional>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/status.h"
#include "base/text.h"
#include "dossier/limits.h"
#include "record/unverified.h"
#include "record/view.h"

namespace dossier {
namespace {

using format::Tag;

// Objects and plurals inside each other: the root, and two for each level of plurals.
constexpr int kDepthMax = 2 * kAttributeDepthMax + 2;

// How deep a thing stands, and whether large plurals may have left it.
struct Place {
  int depth = 0;
  bool allows_large = false;

  Place Below() const { return {depth + 1, allows_large}; }
};

// Each function takes the bytes from a thing's start to the last that it may reach, and returns how
// many it took, or nothing where they are not such a thing. That the values of a heap add up to the
// heap keeps the work linear: no value can be reached twice.

std::optional<size_t> ObjectSize(std::string_view bytes, const Shape* shape, Place place);

std::optional<size_t> PluralSize(std::string_view bytes, const Shape* shape, Place place) {
  if (place.depth > kDepthMax || bytes.size() < format::kPluralHeaderSize) return std::nullopt;
  const PluralView plural(bytes.data());
  const size_t size = plural.size();
  const size_t directory = plural.count() * format::kElementEntrySize;
  if (size > bytes.size() || size < format::kPluralHeaderSize + directory) return std::nullopt;
  const size_t heap_end = size - directory;
  size_t used = format::kPluralHeaderSize;
  EntityId last = 0;
  for (size_t i = 0; i < plural.count(); ++i) {
    const auto offset =
        LoadLittle<uint32_t>(bytes.data() + heap_end + i * format::kElementEntrySize + 8);
    if (plural.id(i) <= last || offset < format::kPluralHeaderSize || offset >= heap_end) {
      return std::nullopt;
    }
    last = plural.id(i);
    const auto element = ObjectSize(bytes.substr(offset, heap_end - offset), shape, place.Below());
    if (!element) return std::nullopt;
    used += *element;
  }
  if (used != heap_end) return std::nullopt;
  return size;
}

std::optional<size_t> ValueSize(Tag tag, std::string_view bytes, const Shape* shape, Place place) {
  switch (tag) {
    case Tag::kObject:
      return ObjectSize(bytes, shape, place.Below());
    case Tag::kPlural:
      return PluralSize(bytes, shape, place.Below());
    case Tag::kLarge:
      if (!place.allows_large) return std::nullopt;
      break;
    default:
      break;
  }
  return ScalarSize(tag, bytes);
}

const Attribute* Advance(const Shape* shape, size_t& position, AttributeNumber number) {
  if (shape == nullptr) return nullptr;
  while (position < shape->size() && (*shape)[position].number < number) ++position;
  if (position == shape->size() || (*shape)[position].number != number) return nullptr;
  return &(*shape)[position];
}

std::optional<size_t> ObjectSize(std::string_view bytes, const Shape* shape, Place place) {
  if (place.depth > kDepthMax || bytes.size() < format::kObjectHeaderSize) return std::nullopt;
  const ObjectView object(bytes.data());
  const size_t size = object.size();
  const size_t width = LoadLittle<uint32_t>(bytes.data()) & format::kWideBit ? 8 : 4;
  const size_t directory = object.count() * width;
  if (size > bytes.size() || size < format::kObjectHeaderSize + directory) return std::nullopt;
  const size_t heap_end = size - directory;
  size_t used = format::kObjectHeaderSize;
  size_t position = 0;
  AttributeNumber last = 0;
  for (size_t i = 0; i < object.count(); ++i) {
    const ValueView value = object[i];
    if (value.number <= last) return std::nullopt;
    last = value.number;
    const Attribute* attribute = Advance(shape, position, value.number);
    if (attribute != nullptr && !Fits(value.tag, attribute->kind)) return std::nullopt;
    if (value.tag <= Tag::kSmall) {
      if (value.offset > UINT16_MAX) return std::nullopt;  // a narrow object could not hold it
      continue;
    }
    if (value.offset < format::kObjectHeaderSize || value.offset >= heap_end) return std::nullopt;
    const auto taken = ValueSize(value.tag, bytes.substr(value.offset, heap_end - value.offset),
                                 attribute == nullptr ? nullptr : attribute->children.get(), place);
    if (!taken) return std::nullopt;
    used += *taken;
  }
  if (used != heap_end) return std::nullopt;
  return size;
}

}  // namespace

bool IsPlural(std::string_view bytes, const Shape* shape) {
  return PluralSize(bytes, shape, {.depth = 0, .allows_large = true}) == bytes.size();
}

absl::Status DamagedRecord(TypeId type, EntityId id, std::string_view what) {
  return errors::DataLoss(absl::StrCat("record ", id, " of entity type number ",
                                       static_cast<uint16_t>(type), " is damaged: ", ToAbsl(what)));
}

absl::StatusOr<RecordView> RecordView::VerifyChecksum(std::string_view bytes, TypeId type,
                                                      EntityId id) {
  if (bytes.size() < format::kHeaderSize) return DamagedRecord(type, id, "it is cut short");
  const auto flags = static_cast<uint8_t>(bytes[format::kFlagsAt]);
  if (static_cast<uint8_t>(bytes[0]) != format::kRecordFormat ||
      (flags & ~format::kHasLarge) != 0) {
    return DamagedRecord(type, id, "its format is not known");
  }
  const auto checksum = LoadLittle<uint32_t>(bytes.data() + format::kChecksumAt);
  if (checksum != Checksum(bytes.substr(format::kTypeVersionAt))) {
    return DamagedRecord(type, id, "its checksum differs");
  }
  const RecordView record(bytes);
  if (record.id() != id ||
      LoadLittle<uint16_t>(bytes.data() + format::kTypeAt) != static_cast<uint16_t>(type)) {
    return DamagedRecord(type, id, "it is another record");
  }
  return record;
}

absl::StatusOr<RecordView> RecordView::Verify(std::string_view bytes, TypeId type, EntityId id,
                                              const Shape& shape) {
  DOSSIER_ASSIGN_OR_RETURN(const RecordView record, VerifyChecksum(bytes, type, id));
  const std::string_view root = bytes.substr(format::kHeaderSize);
  const std::optional<size_t> size = ObjectSize(root, &shape, {0, record.has_large()});
  if (!size || *size != root.size()) return DamagedRecord(type, id, "its structure is broken");
  return record;
}

}  // namespace dossier
